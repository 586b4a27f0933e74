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

use std::collections::{BTreeMap, BTreeSet};

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
    let mut refused: BTreeMap<(&[String], bool, Task), Vec<&CodeUse>> = BTreeMap::new();
    let mut asked: BTreeSet<(&[String], bool, Task)> = BTreeSet::new();
    for seen in code.uses.iter().filter(|seen| !seen.trusted && !is_of_server(&seen.file)) {
        let what = (seen.path.as_slice(), seen.group, seen.task);
        if let Some(known) = refused.get_mut(&what) {
            known.push(seen);
        } else if asked.len() < MOST_ASKED && asked.insert(what) && is_refused(analysis, &prover, seen) {
            refused.insert(what, vec![seen]);
        }
    }
    if asked.len() >= MOST_ASKED && refused.is_empty() {
        return Verdict::inconclusive(Miss::Unsupported("more paths in the code than are judged".to_owned()));
    }
    conclude(code, refused.values().map(|uses| finding(analysis, uses)).collect())
}

fn finding(analysis: &Analysis, uses: &[&CodeUse]) -> Finding {
    let seen = uses[0];
    let spoken_of = super::code::grants(analysis, seen)
        .iter()
        .any(|grant| methods(seen.task).iter().any(|method| grant.speaks_of(*method)));
    let why =
        if spoken_of { "which every rule for it refuses to everyone" } else { "for which there is no rule" };
    let group = if seen.group { "the collection group " } else { "" };
    let message =
        format!("{} line {} {} {group}{}, {why}", seen.file, seen.line, does(seen.task), seen.shown());
    Finding::new(message)
        .places(places(uses))
        .key(format!("{} {:?}", seen.shown(), seen.task))
        .evidence("places in the code", uses.len().to_string())
        .fix("Write a rule for the path that lets in those who need it, or take the code out of the client.")
}

fn is_of_server(file: &str) -> bool {
    file.split('/').rev().skip(1).any(|folder| SERVERS.contains(&folder))
}
