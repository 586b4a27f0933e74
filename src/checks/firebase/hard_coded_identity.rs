//! A user id or an e-mail address stands in the rules.
//!
//! A named person's access outlives their role, cannot be withdrawn without a deploy, and tells
//! every reader of the repository whose account to attack.
//!
//! ## Fix
//!
//! Give the account a custom claim and ask for that:
//! ```text
//! allow write: if request.auth.token.admin == true;
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/auth/admin/custom-claims>

use super::{place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::survey::hard_coded,
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/hard-coded-identity",
    title: "an account is named in the rules",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("hard_coded_identity.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let named = hard_coded(&analysis.compiled.ruleset);
    let mut findings = Vec::new();
    for (claim, what) in [("uid", "user id"), ("email", "e-mail address")] {
        let comparisons: Vec<_> = named.iter().filter(|comparison| comparison.claim == claim).collect();
        let count: usize = comparisons.iter().map(|comparison| comparison.count).sum();
        if count == 0 {
            continue;
        }
        let message = match count {
            1 => format!("a {what} that stands in the rules decides access"),
            many => format!("{many} comparisons with a {what} that stands in the rules decide access"),
        };
        findings.push(
            Finding::new(message.replace("a e-mail", "an e-mail"))
                .places(comparisons.iter().take(20).map(|comparison| place(rules, context, comparison.span)))
                .key(claim)
                .fix("Give the account a custom claim and ask for the claim instead."),
        );
    }
    Verdict::from_findings(findings)
}
