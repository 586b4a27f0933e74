//! The BIMI record is broken, or the DMARC policy is too weak for it.
//!
//! Mailboxes show the logo only where DMARC says `quarantine` or `reject`, also for subdomains, and where the logo is fetched over https.
//!
//! ## Fix
//!
//! Raise the DMARC policy, and publish:
//! ```text
//! default._bimi.example.com. TXT "v=BIMI1; l=https://example.com/logo.svg"
//! ```
//!
//! ## References
//!
//! - <https://bimigroup.org/implementation-guide/>

use super::{Early, dmarc_record, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::dmarc,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/bimi-record",
    title: "a BIMI record that cannot work",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("bimi_record.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let name = format!("default._bimi.{domain}");
    let records = get(mail, &name, Rr::Txt)?;
    let Some(record) = records.iter().find(|text| text.to_ascii_lowercase().starts_with("v=bimi")) else {
        return Ok(Verdict::not_applicable(format!("{domain} has no BIMI record")));
    };
    let logo = record.split(';').find_map(|part| part.trim().strip_prefix("l="));
    let why = if !record.starts_with("v=BIMI1") {
        "it does not begin with `v=BIMI1`".to_owned()
    } else if !logo.is_some_and(|logo| logo.trim().is_empty() || logo.trim().starts_with("https://")) {
        "its logo `l=` is not an https: address".to_owned()
    } else {
        match dmarc_record(mail, context) {
            Err(Verdict::Inconclusive { why }) => return Ok(Verdict::inconclusive(why)),
            Ok(found) if is_strict(&found.record) => return Ok(Verdict::Pass),
            _ => "DMARC does not say quarantine or reject".to_owned(),
        }
    };
    Ok(Verdict::fail(
        Finding::new(format!("the BIMI record at {name} cannot work: {why}"))
            .at(Place::dns(&name, "TXT"))
            .evidence("record", record.as_str())
            .fix("Raise the DMARC policy to quarantine or reject, and name the logo by an https: address."),
    ))
}

fn is_strict(record: &dmarc::Record) -> bool {
    let weak = |policy: Option<dmarc::Policy>| policy.is_some_and(|policy| policy == dmarc::Policy::None);
    record.policy.is_some() && !weak(record.policy) && !weak(record.subdomains)
}
