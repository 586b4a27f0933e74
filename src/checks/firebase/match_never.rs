//! A `match` or an `allow` can never apply.
//!
//! `match /users` stands for a collection, but requests are about documents; a path that does not
//! begin with `/databases/{database}/documents` is of no database; `allow reed` names no method.
//! The compiler accepts all of them, and the access someone meant to grant, or believes to be
//! tested, is denied.
//!
//! ## Fix
//!
//! Name the document, and use get, list, read, create, update, delete or write:
//! ```text
//! match /users/{userId} { allow read: if request.auth.uid == userId; }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-structure>

use super::{place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Grant, ast::Segment},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/match-never",
    title: "a match or allow never applies",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("match_never.rs"),
};

const DOCUMENTS: &str = "/databases/{database}/documents";

fn root(grant: &Grant) -> &'static str {
    if grant.service == "firebase.storage" { "/b/{bucket}/o" } else { DOCUMENTS }
}

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let mut findings: Vec<Finding> = Vec::new();
    for grant in &analysis.grants {
        let Some(why) = reason(grant) else { continue };
        let place = place(rules, context, grant.span);
        let root = root(grant);
        match findings.iter_mut().find(|finding| finding.key == why) {
            Some(known) => known.places.push(place),
            None => findings.push(Finding::new(why.clone()).at(place).key(why).fix(format!(
                "Write the path of a {} below {root}, and a known method.",
                if root == DOCUMENTS { "document" } else { "file" }
            ))),
        }
    }
    Verdict::from_findings(findings)
}

/// Why the statement speaks of nothing, where it does.
pub(super) fn reason(grant: &Grant) -> Option<String> {
    const METHODS: [&str; 7] = ["read", "get", "list", "write", "create", "update", "delete"];
    if !matches!(grant.service.as_str(), "cloud.firestore" | "firebase.storage") {
        return Some(format!("no product evaluates the service {}", grant.service));
    }
    if let Some(unknown) = grant.methods.iter().find(|word| !METHODS.contains(&word.as_str())) {
        return Some(format!("allow {unknown} at {} names no method, so it grants nothing", grant.shown()));
    }
    if let Some(Segment::Literal(star)) = grant
        .pattern
        .iter()
        .find(|segment| matches!(segment, Segment::Literal(text) if text.starts_with('*')))
    {
        return Some(format!("{} names a segment `{star}` literally: it is no wildcard", grant.shown()));
    }
    let recursive = grant.pattern.iter().any(|segment| matches!(segment, Segment::Recursive(_)));
    let top = if grant.service == "cloud.firestore" { "databases" } else { "b" };
    let elsewhere = matches!(grant.pattern.first(), Some(Segment::Literal(first)) if first != top);
    if recursive && (grant.rooted || !elsewhere) {
        return None;
    }
    if !grant.rooted {
        return Some(format!("{} is not below {}, so it matches nothing", grant.shown(), root(grant)));
    }
    let odd = grant.service == "cloud.firestore" && grant.pattern.len() % 2 == 1;
    odd.then(|| format!("{} is a collection and not a document, so no request matches it", grant.shown()))
}
