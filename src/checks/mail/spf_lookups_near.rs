//! The SPF record is near the limit of ten DNS lookups.
//!
//! The count includes what your providers include, which they change without notice; one more lookup on their side makes the whole record a permanent error.
//!
//! ## Fix
//!
//! Remove includes of senders you no longer use, and replace `a` and `mx` by `ip4:` and `ip6:`.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4>

use super::over_tree;
use crate::{
    checks::{Check, Context, Judge},
    engine::spf::MAX_LOOKUPS,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-lookups-near",
    title: "the SPF record is near the limit of ten lookups",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_lookups_near.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    over_tree(mail, context, |tree| {
        if !(NEAR..=MAX_LOOKUPS).contains(&tree.lookups) {
            return Vec::new();
        }
        let domain = context.subject;
        vec![
            Finding::new(format!(
                "the SPF record of {domain} needs {} of {MAX_LOOKUPS} DNS lookups",
                tree.lookups
            ))
            .at(Place::dns(domain, "TXT"))
            .evidence("lookups", tree.outline())
            .fix("Remove includes of senders you no longer use."),
        ]
    })
}

const NEAR: usize = 9;
