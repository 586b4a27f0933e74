//! The DMARC record names no address for aggregate reports.
//!
//! Without reports nobody sees which of your own senders fail, nor who forges the domain; raising the policy is then a guess.
//!
//! ## Fix
//!
//! Add an address that somebody, or a service, reads:
//! ```text
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.7>
//! - <https://www.rfc-editor.org/rfc/rfc9990>

use super::{Early, dmarc_record, report_address, txt, uses};
use crate::{
    checks::{Check, Context, Judge},
    engine::dmarc,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-rua-missing",
    title: "no address for DMARC reports",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_rua_missing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let found = dmarc_record(mail, context)?;
    if !found.record.rua.is_empty() {
        return Ok(Verdict::Pass);
    }
    if uses(mail, context)?.refuses && found.record.policy == Some(dmarc::Policy::Reject) {
        return Ok(Verdict::not_applicable(format!("{domain} sends no mail that a report could be about")));
    }
    let name = format!("_dmarc.{}", found.domain);
    let severity =
        if found.record.policy == Some(dmarc::Policy::Reject) { Severity::Low } else { Severity::Medium };
    let finding = Finding::new(format!("the DMARC record at {name} names no address for reports"))
        .at(Place::dns(&name, "TXT"))
        .severity(severity)
        .evidence("record", found.text.as_str());
    let Some(address) = report_address(mail, &found.domain, "dmarc") else {
        return Ok(Verdict::fail(finding.fix(format!(
            "Add `rua=mailto:` with a mailbox at a domain that receives mail, which {} does not.",
            found.domain
        ))));
    };
    let fixed = format!("{}; rua={address}", found.text.trim_end_matches([';', ' ']));
    Ok(Verdict::fail(
        finding
            .fix(format!("Publish \"{fixed}\" at {name}, with a mailbox that is read."))
            .patch(txt(name, fixed)),
    ))
}
