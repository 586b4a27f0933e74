//! Code reads or writes documents that the rules give to nobody.
//!
//! What no rule allows is denied, to the owner too. A screen that asks for such documents fails for every
//! user, usually with nothing but "Missing or insufficient permissions" in the console; it works in
//! development only while test rules are deployed.
//!
//! ## Fix
//!
//! Write a rule for the path, as narrow as the code needs it:
//! ```text
//! match /users/{userId}/orders/{orderId} {
//!   allow read: if request.auth != null && request.auth.uid == userId;
//! }
//! ```
//! If only the server is meant to touch it, take the code out of the client.
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-structure>

use std::collections::BTreeMap;

use super::code::{conclude, does, is_refused, methods, places, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{Analysis, prove::Prover},
    finding::{Confidence, Finding, Severity},
    seen::{CodeUse, FirestoreRules, Miss, Task},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/code-path-denied",
    title: "code uses documents that the rules give to nobody",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("code_path_denied.rs"),
};

/// Paths of the code that are put to the rules.
const MOST_ASKED: usize = 400;
/// Other places of the same collection that a finding names.
const MOST_TOLD: usize = 6;

/// Folders of code that may run on a server, where rules do not hold.
const SERVERS: [&str; 7] = ["api", "server", "backend", "scripts", "functions", "cron", "admin-sdk"];

fn judge(rules: &FirestoreRules, _context: &Context<'_>) -> Verdict {
    let (analysis, code) = match understood(rules) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    if analysis.incomplete {
        let why = "more allow statements than are judged".to_owned();
        return Verdict::inconclusive(Miss::Unsupported(why));
    }
    let prover = Prover::new(&analysis.compiled, &analysis.grants);
    // What is denied of one collection has one cause.
    let mut refused: BTreeMap<(&[String], bool), Vec<&CodeUse>> = BTreeMap::new();
    let mut asked: BTreeMap<(&[String], bool, Task), bool> = BTreeMap::new();
    for seen in code.uses.iter().filter(|seen| !seen.trusted && !is_of_server(&seen.file)) {
        let what = (seen.path.as_slice(), seen.group, seen.task);
        if asked.len() >= MOST_ASKED && !asked.contains_key(&what) {
            continue;
        }
        if *asked.entry(what).or_insert_with(|| is_refused(analysis, &prover, seen)) {
            refused.entry((collection(seen), seen.group)).or_default().push(seen);
        }
    }
    if asked.len() >= MOST_ASKED && refused.is_empty() {
        return Verdict::inconclusive(Miss::Unsupported("more paths in the code than are judged".to_owned()));
    }
    conclude(code, refused.values().map(|uses| finding(analysis, uses)).collect())
}

/// Without the document, where one is named.
fn collection(seen: &CodeUse) -> &[String] {
    let is_document = seen.path.len().is_multiple_of(2);
    &seen.path[..seen.path.len().saturating_sub(usize::from(is_document))]
}

fn finding(analysis: &Analysis, uses: &[&CodeUse]) -> Finding {
    let seen = uses[0];
    let spoken_of = super::code::grants(analysis, seen)
        .iter()
        .any(|grant| methods(seen.task).iter().any(|method| grant.speaks_of(*method)));
    let why =
        if spoken_of { "which every rule for it refuses to everyone" } else { "for which there is no rule" };
    let more = match uses.len() - 1 {
        0 => String::new(),
        1 => "; one more place is refused too".to_owned(),
        more => format!("; {more} more places are refused too"),
    };
    let finding = Finding::new(format!("{}, {why}{more}", told(seen))).places(places(uses)).key(format!(
        "/{} {}",
        collection(seen).join("/"),
        seen.group
    ));
    let others = uses[1..].iter().take(MOST_TOLD);
    others
        .fold(finding, |finding, seen| finding.evidence("refused too", told(seen)))
        .fix("Write a rule for the path that lets in those who need it, or take the code out of the client.")
}

/// `src/a.ts line 3 lists /orders`.
fn told(seen: &CodeUse) -> String {
    let group = if seen.group { "the collection group " } else { "" };
    format!("{} line {} {} {group}{}", seen.file, seen.line, does(seen.task), seen.shown())
}

fn is_of_server(file: &str) -> bool {
    file.split('/').rev().skip(1).any(|folder| SERVERS.contains(&folder))
}
