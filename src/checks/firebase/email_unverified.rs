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
    engine::firestore::survey::{Mentions, allows, is_email, is_email_verified},
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

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let ruleset = &analysis.compiled.ruleset;
    let by_email = Mentions::of(ruleset, is_email);
    let verified = Mentions::of(ruleset, is_email_verified);
    let places: Vec<_> = allows(ruleset)
        .into_iter()
        .filter(|allow| {
            let condition = allow.condition.as_ref();
            condition.is_some_and(|condition| by_email.is_in(condition) && !verified.is_in(condition))
        })
        .map(|allow| place(rules, context, allow.span))
        .collect();
    if places.is_empty() {
        return Verdict::Pass;
    }
    let count = places.len();
    let message = format!(
        "{count} allow statement{} look{} at request.auth.token.email without asking for email_verified",
        if count == 1 { "" } else { "s" },
        if count == 1 { "s" } else { "" }
    );
    Verdict::fail(
        Finding::new(message).places(places.into_iter().take(20)).fix(
            "Add request.auth.token.email_verified == true, or compare the uid or a custom claim instead.",
        ),
    )
}
