//! A condition uses a variable or function that does not exist there.
//!
//! The compiler only warns; at run time the name is an error. An error denies, so a typing mistake
//! locks users out, and next to `||` it silently leaves the other half to decide. Functions see the
//! wildcards of the matches around their declaration, not those of their caller.
//!
//! ## Fix
//!
//! Correct the name, or pass the value as an argument:
//! ```text
//! function owns(userId) { return request.auth.uid == userId; }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/rules/rules-language#function>

use super::{place, understood};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/undefined-name",
    title: "a name in the rules is not defined",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("undefined_name.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let mut findings: Vec<Finding> = Vec::new();
    for warning in &analysis.compiled.warnings {
        let message =
            format!("{}; at run time this is an error, which denies or leaves || to decide", warning.message);
        let place = place(rules, context, warning.span);
        match findings.iter_mut().find(|finding| finding.key == warning.message) {
            Some(known) => known.places.push(place),
            None => findings.push(
                Finding::new(message)
                    .at(place)
                    .key(warning.message.clone())
                    .fix("Correct the name or the number of arguments, or pass the value as an argument."),
            ),
        }
    }
    Verdict::from_findings(findings)
}
