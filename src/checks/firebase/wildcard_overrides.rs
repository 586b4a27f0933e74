//! A wildcard grants what the rules of the path itself refuse.
//!
//! A request is allowed as soon as one `allow` of any matching block allows it. A strict block for one
//! collection takes nothing back from a wildcard beside it: it only looks as if it did.
//!
//! ## Fix
//!
//! Name each collection that the wildcard is meant for, and remove the wildcard's grant:
//! ```text
//! match /posts/{id} { allow read: if request.auth != null; }
//! match /users/{id} { allow read: if request.auth.uid == id; }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-structure#overlapping_match_statements>

use super::{OPEN, anonymous_may, conclude, is_open, place, remedy, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        Analysis, Spot,
        access::{Access, Grant, Principal},
        ast::Segment,
        prove::{Proof, Prover},
        request::Method,
        spot,
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/wildcard-overrides",
    title: "a wildcard opens what its own rules refuse",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("wildcard_overrides.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let prover = Prover::new(&analysis.compiled, &analysis.grants);
    let mut findings = Vec::new();
    let mut done = Vec::new();
    for grant in analysis.grants.iter().filter(|grant| grant.rooted && grant.service == "cloud.firestore") {
        if done.contains(&&grant.pattern) {
            continue;
        }
        done.push(&grant.pattern);
        for principal in Principal::ALL {
            if let Some(overridden) = overridden(analysis, &prover, grant, principal) {
                findings.push(finding(rules, context, principal, &overridden));
                break;
            }
        }
    }
    conclude(analysis, Principal::Stranger, &Method::ALL, findings)
}

/// What one path refuses, and the grant of another pattern that allows it all the same.
struct Overridden<'a> {
    strict: &'a Grant,
    wide: &'a Grant,
    methods: Vec<Method>,
    proof: Proof,
}

fn overridden<'a>(
    analysis: &'a Analysis,
    prover: &Prover<'_>,
    at: &Grant,
    principal: Principal,
) -> Option<Overridden<'a>> {
    let own = |grant: &&Grant| grant.pattern == at.pattern && grant.service == at.service;
    let own: Vec<&Grant> = analysis.grants.iter().filter(own).collect();
    let refuses = |method: &Method| {
        let mut speaking = own.iter().filter_map(|grant| grant.access(principal, *method)).peekable();
        speaking.peek().is_some() && speaking.all(|access| access == Access::Never)
    };
    let refused: Vec<Method> = Method::ALL.into_iter().filter(refuses).collect();
    if refused.is_empty() {
        return None;
    }
    let mut proofs = prover.requests(&at.pattern, principal.caller(), &refused);
    let by = |proof: &Proof| {
        let span = proof.granted_by(&analysis.compiled)?;
        let wide = analysis.grants.iter().find(|grant| grant.span == span)?;
        let open = wide.access(principal, proof.method).is_some_and(|access| is_open(access, principal));
        let told = principal != Principal::Anonymous && anonymous_may(analysis, wide, proof.method);
        (open && !told && is_wider(&wide.pattern, &at.pattern)).then_some(wide)
    };
    proofs.retain(|proof| by(proof).is_some());
    let proof = proofs.first()?.clone();
    let wide = by(&proof)?;
    let methods: Vec<Method> = proofs
        .iter()
        .filter(|proof| by(proof).is_some_and(|other| other.span == wide.span))
        .map(|proof| proof.method)
        .collect();
    let strict = *own.iter().find(|grant| grant.speaks_of(proof.method))?;
    Some(Overridden { strict, wide, methods, proof })
}

/// A rule for one path is meant to open what a refusal of everything closes; the other way round it is
/// not. Both cover some same path.
fn is_wider(wide: &[Segment], strict: &[Segment]) -> bool {
    let is_recursive = |segment: &Segment| matches!(segment, Segment::Recursive(_));
    let generalises = || wide.iter().zip(strict).any(|(wide, own)| wide.is_variable() && !own.is_variable());
    !strict.iter().any(is_recursive) && (wide.iter().any(is_recursive) || generalises())
}

fn finding(
    rules: &FirestoreRules,
    context: &Context<'_>,
    principal: Principal,
    overridden: &Overridden<'_>,
) -> Finding {
    let Overridden { strict, wide, methods, proof } = overridden;
    let who = if principal == Principal::Anonymous { "anyone" } else { "any signed-in user" };
    let names: Vec<&str> = methods.iter().map(|method| method.name()).collect();
    let line = |grant: &Grant| {
        let Spot { line, .. } = spot(&rules.text, grant.span);
        line
    };
    let message = format!(
        "{who} can {} documents at {}, which line {} refuses: line {} allows it to everything at {}",
        names.join(", "),
        strict.shown(),
        line(strict),
        line(wide),
        wide.shown()
    );
    let finding = Finding::new(message)
        .places([wide, strict].into_iter().map(|grant| place(rules, context, grant.span)))
        .key(strict.shown())
        .root(OPEN)
        .fix("Name the collections that the wildcard is meant for, and remove its grant.");
    remedy::shown(finding, proof)
}
