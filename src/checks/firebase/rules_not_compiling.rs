//! The rules file does not compile.
//!
//! `firebase deploy` refuses it, so what protects the data in production is an older version of
//! the file, or the default.
//!
//! ## Fix
//!
//! Mend the line named, and try the file before deploying:
//! ```text
//! firebase emulators:exec --only firestore true
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/rules/rules-language>

use super::place;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/rules-not-compiling",
    title: "the rules file does not compile",
    station: Station::Firebase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("rules_not_compiling.rs"),
};

/// Further errors are often echoes of the first.
const MOST_PLACES: usize = 10;

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let errors = &rules.analysis().compiled.errors;
    let Some(first) = errors.first() else { return Verdict::Pass };
    let message = match errors.len() {
        1 => format!("the rules cannot be deployed: {}", first.message),
        more => format!("the rules cannot be deployed: {} (and {} more errors)", first.message, more - 1),
    };
    Verdict::fail(
        Finding::new(message)
            .places(errors.iter().take(MOST_PLACES).map(|error| place(rules, context, error.span)))
            .fix("Mend the line, then run the file through the Firestore emulator before deploying."),
    )
}
