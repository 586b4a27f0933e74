//! An `mx` term of the SPF record leads to more than ten mail hosts.
//!
//! Receivers treat that as a permanent error, and SPF fails for every mail.
//!
//! ## Fix
//!
//! Replace `mx` by the networks that really send:
//! ```text
//! example.com. TXT "v=spf1 ip4:192.0.2.0/28 ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4>

use super::over_tree;
use crate::{
    checks::{Check, Context, Judge},
    engine::spf::MAX_NAMES,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-mx-crowded",
    title: "an SPF mx term names more than ten hosts",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_mx_crowded.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    over_tree(mail, context, |tree| {
        tree.crowded
            .iter()
            .map(|(term, count)| {
                Finding::new(format!(
                    "the SPF term `{term}` leads to {count} mail hosts, receivers look at {MAX_NAMES}"
                ))
                .at(Place::dns(context.subject, "TXT"))
                .key(term.as_str())
                .fix(format!("Replace `{term}` by `ip4:` and `ip6:` networks that send."))
            })
            .collect()
    })
}
