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

use super::code::{conclude, does, is_refused, methods, places, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{Analysis, prove::Prover},
    finding::{Confidence, Finding, Severity},
    seen::{CodeUse, FirestoreRules},
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

/// Folders of code that may run on a server, where rules do not hold.
const SERVERS: [&str; 7] = ["api", "server", "backend", "scripts", "functions", "cron", "admin-sdk"];

fn judge(rules: &FirestoreRules, _context: &Context<'_>) -> Verdict {
    let (analysis, code) = match understood(rules) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let prover = Prover::new(&analysis.compiled, &analysis.grants);
    let mut refused: Vec<Vec<&CodeUse>> = Vec::new();
    for seen in code.uses.iter().filter(|seen| !seen.trusted && !is_of_server(&seen.file)) {
        let same = |known: &&mut Vec<&CodeUse>| (&known[0].path, known[0].task) == (&seen.path, seen.task);
        if let Some(known) = refused.iter_mut().find(same) {
            known.push(seen);
        } else if !analysis.incomplete && is_refused(analysis, &prover, seen) {
            refused.push(vec![seen]);
        }
    }
    if refused.is_empty() && analysis.incomplete {
        let why = "more allow statements than are judged".to_owned();
        return Verdict::inconclusive(crate::seen::Miss::Unsupported(why));
    }
    conclude(code, refused.iter().map(|uses| finding(analysis, uses)).collect())
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
