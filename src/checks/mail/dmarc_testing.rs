//! The DMARC record says `t=y`.
//!
//! Receivers then apply a policy one step weaker: reject becomes quarantine, quarantine becomes none.
//!
//! ## Fix
//!
//! Remove `t=y` when the roll-out is done.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.7>

use super::{Early, dmarc_record, drop_tags, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::dmarc,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-testing",
    title: "DMARC is in testing mode",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_testing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let found = dmarc_record(mail, context)?;
    if !found.record.testing || found.record.policy.is_none_or(|policy| policy == dmarc::Policy::None) {
        return Ok(Verdict::Pass);
    }
    let name = format!("_dmarc.{}", found.domain);
    let fixed = drop_tags(&found.text, &["t"]);
    Ok(Verdict::fail(
        Finding::new(format!("the DMARC record at {name} says t=y, which weakens its policy by one step"))
            .at(Place::dns(&name, "TXT"))
            .evidence("record", found.text.as_str())
            .fix(format!("Publish \"{fixed}\" at {name} when the roll-out is done."))
            .patch(txt(name, fixed)),
    ))
}
