//! The rules do not declare `rules_version = '2'`.
//!
//! Version 1 is the default for files that say nothing. In it a recursive wildcard does not match
//! the empty rest of a path and may only stand at the end, so collection-group queries cannot be
//! allowed, and examples written for version 2 mean something else.
//!
//! ## Fix
//!
//! Put this in the first line, and look again at every `{name=**}`: it then matches one document more.
//! ```text
//! rules_version = '2';
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/get-started#security_rules_version_2>

use super::{place, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::ast::Span,
    finding::{Confidence, Finding, Patch, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/rules-version-old",
    title: "rules version 2 is not declared",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("rules_version_old.rs"),
};

const DECLARED: &str = "rules_version = '2';";

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let ruleset = &analysis.compiled.ruleset;
    if ruleset.is_v2() {
        return Verdict::Pass;
    }
    let finding = match &ruleset.version {
        None => Finding::new("the file declares no rules_version, which means the old version 1")
            .at(place(rules, context, Span::default()))
            .patch(Patch::Snippet { language: "text".to_owned(), text: DECLARED.to_owned() }),
        Some(version) => Finding::new("the file declares rules_version 1, which version 2 replaced")
            .at(place(rules, context, version.span)),
    };
    Verdict::fail(
        finding.fix("Declare rules_version = '2' in the first line and review every recursive wildcard."),
    )
}
