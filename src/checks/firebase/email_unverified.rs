//! Access is decided by an e-mail address that need not be verified.
//!
//! With password sign-up anyone can make an account with anyone's address. A rule that compares
//! `request.auth.token.email` without asking for `email_verified` takes that account for the
//! owner of the address.
//!
//! ## Fix
//!
//! Ask for both, or better use the uid or a custom claim:
//! ```text
//! allow read: if request.auth.token.email_verified == true
//!   && request.auth.token.email == resource.data.email;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/rules/rules-and-auth>

use super::{place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        Analysis,
        ast::Span,
        prove::{Caller, Proof, Prover},
        request::Method,
        survey::{Mentions, allows, is_email, is_email_verified},
        value::Value,
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/email-unverified",
    title: "an unverified e-mail address decides access",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("email_unverified.rs"),
};

/// Statements for which a request is looked for.
const MOST_TRIED: usize = 8;

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let ruleset = &analysis.compiled.ruleset;
    let by_email = Mentions::of(ruleset, is_email);
    let verified = Mentions::of(ruleset, is_email_verified);
    let spans: Vec<Span> = allows(ruleset)
        .into_iter()
        .filter(|allow| {
            let condition = allow.condition.as_ref();
            condition.is_some_and(|condition| by_email.is_in(condition) && !verified.is_in(condition))
        })
        .map(|allow| allow.span)
        .collect();
    if spans.is_empty() {
        return Verdict::Pass;
    }
    let message = format!(
        "{} allow statement{} at request.auth.token.email without asking for email_verified, so anyone \
         who signs up with somebody's address passes for them",
        spans.len(),
        if spans.len() == 1 { " looks" } else { "s look" },
    );
    let finding = Finding::new(message)
        .places(spans.iter().take(20).map(|span| place(rules, context, *span)))
        .fix("Add request.auth.token.email_verified == true, or compare the uid or a custom claim instead.");
    Verdict::fail(match unverified(analysis, &spans) {
        Some(proof) => finding
            .evidence(
                "allowed request",
                format!("{}, with an address that nobody confirmed", proof.command()),
            )
            .evidence("as a command", proof.curl()),
        None => finding,
    })
}

/// What one of the statements lets through though the address of the account is not confirmed.
fn unverified(analysis: &Analysis, spans: &[Span]) -> Option<Proof> {
    let prover = Prover::new(&analysis.compiled, &analysis.grants);
    let grants = analysis.grants.iter().filter(|grant| spans.contains(&grant.span));
    grants.take(MOST_TRIED).find_map(|grant| {
        let methods: Vec<Method> =
            Method::ALL.into_iter().filter(|method| grant.speaks_of(*method)).collect();
        [Caller::Owner, Caller::Admin, Caller::Stranger].into_iter().find_map(|caller| {
            let proofs = prover.requests(&grant.pattern, caller, &methods).into_iter();
            let mut proofs = proofs.filter_map(without_confirmation);
            proofs.find(|proof| {
                proof.holds(&analysis.compiled) && proof.granted_by(&analysis.compiled) == Some(grant.span)
            })
        })
    })
}

fn without_confirmation(mut proof: Proof) -> Option<Proof> {
    let Value::Map(auth) = &mut proof.auth else { return None };
    let Some(Value::Map(token)) = auth.get_mut("token") else { return None };
    token.insert("email_verified".to_owned(), Value::Bool(false));
    Some(proof)
}
