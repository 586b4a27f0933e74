//! The SPF record looks up more than two names in vain.
//!
//! After the third lookup without an answer receivers give up with a permanent error, and SPF fails for mail that should pass.
//!
//! ## Fix
//!
//! Remove the terms that name hosts which no longer exist.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4>

use super::over_tree;
use crate::{
    checks::{Check, Context, Judge},
    engine::spf::MAX_VOID,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-void",
    title: "SPF looks up names that do not exist",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_void.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    over_tree(mail, context, |tree| {
        if tree.voids.len() <= MAX_VOID {
            return Vec::new();
        }
        let domain = context.subject;
        let terms: Vec<String> = tree.voids.iter().map(|(name, term)| format!("{term} ({name})")).collect();
        vec![
            Finding::new(format!(
                "the SPF record of {domain} looks up {} names in vain, more than the {MAX_VOID} that receivers allow",
                tree.voids.len()
            ))
            .at(Place::dns(domain, "TXT"))
            .evidence("names without an answer", terms.join("\n"))
            .fix(format!("Remove the terms without an answer: {}.", terms.join(", "))),
        ]
    })
}
