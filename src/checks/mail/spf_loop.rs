//! An include or redirect of the SPF record leads back to itself.
//!
//! Receivers run into the limit of ten lookups and treat the record as a permanent error.
//!
//! ## Fix
//!
//! Remove the include that closes the circle.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4>

use super::over_tree;
use crate::{
    checks::{Check, Context, Judge},
    engine::spf::Fetched,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-loop",
    title: "SPF includes lead in a circle",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_loop.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    over_tree(mail, context, |tree| {
        let nodes = tree.nodes().into_iter();
        nodes
            .filter(|node| matches!(node.fetched, Fetched::Loop))
            .map(|node| {
                Finding::new(format!(
                    "SPF of {} comes back to {} through `{}`",
                    context.subject, node.domain, node.via
                ))
                .at(Place::dns(context.subject, "TXT"))
                .key(node.via.as_str())
                .evidence("lookups", tree.outline())
                .fix(format!("Remove `{}`, which closes the circle.", node.via))
            })
            .collect()
    })
}
