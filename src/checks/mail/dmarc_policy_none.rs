//! The DMARC policy is `p=none`.
//!
//! Receivers report forged mail but deliver it. That is the right start while you find all your senders, and not where a product with sign-in or payments should stay.
//!
//! ## Fix
//!
//! When the reports show that your own mail passes, raise the policy:
//! ```text
//! _dmarc.example.com. TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.7>

use super::{Early, all_align, dmarc_record, report_address, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::dmarc,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-policy-none",
    title: "DMARC only watches",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_policy_none.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let found = dmarc_record(mail, context)?;
    let below = found.domain != domain;
    let policy = if below { found.record.subdomains.or(found.record.policy) } else { found.record.policy };
    if policy.is_none_or(|policy| policy > dmarc::Policy::None) {
        return Ok(Verdict::Pass);
    }
    let name = format!("_dmarc.{}", found.domain);
    let tag = if below && found.record.subdomains.is_some() { "sp" } else { "p" };
    let mut fixed = replace_tag(&found.text, tag, "quarantine");
    // Nobody raises a policy blindly, and whoever publishes this record must not lose the address again.
    if let Some(address) =
        report_address(mail, &found.domain, "dmarc").filter(|_| found.record.rua.is_empty())
    {
        fixed = format!("{}; rua={address}", fixed.trim_end_matches([';', ' ']));
    }
    let finding =
        Finding::new(format!("the DMARC record at {name} says {tag}=none, so forged mail is delivered"))
            .at(Place::dns(&name, "TXT"))
            .evidence("record", found.text.as_str());
    // A record that would be published as it is must not refuse mail of the domain's own.
    Ok(Verdict::fail(if all_align(mail, context) {
        finding
            .fix(format!("When the reports are clean, publish \"{fixed}\" at {name}."))
            .patch(txt(name, fixed))
    } else {
        finding
            .fix(format!("Let every sender sign with your domain first, then publish \"{fixed}\" at {name}."))
    }))
}

fn replace_tag(record: &str, tag: &str, value: &str) -> String {
    let parts = record.split(';').map(|part| match part.split_once('=') {
        Some((name, _)) if name.trim().eq_ignore_ascii_case(tag) => format!("{name}={value}"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join(";")
}
