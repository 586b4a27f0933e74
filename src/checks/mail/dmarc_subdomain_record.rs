//! A subdomain that sends mail has a weaker DMARC record than the domain above it.
//!
//! A record at the subdomain replaces the inherited policy, so forged mail in the subdomain's name is delivered although the domain itself is protected.
//!
//! ## Fix
//!
//! Remove the subdomain's record, so that it inherits the policy, or raise it:
//! ```text
//! _dmarc.send.example.com. TXT "v=DMARC1; p=reject"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.10>

use super::{Early, get, return_path};
use crate::{
    checks::{Check, Context, Judge},
    engine::dmarc::{self, Policy},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-subdomain-record",
    title: "a weaker DMARC record at a sending subdomain",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_subdomain_record.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let Some(envelope) = return_path(mail, context) else {
        return Ok(Verdict::not_applicable("no sending subdomain was seen"));
    };
    let records = |name: &str| -> Early<Option<dmarc::Record>> {
        let texts = get(mail, name, Rr::Txt)?;
        Ok(texts.iter().find(|text| dmarc::is_dmarc(text)).map(|text| dmarc::parse(text)))
    };
    let name = format!("_dmarc.{envelope}");
    let (Some(below), Some(above)) = (records(&name)?, records(&format!("_dmarc.{}", context.subject))?)
    else {
        return Ok(Verdict::Pass);
    };
    let inherited = above.subdomains.or(above.policy).unwrap_or(Policy::None);
    let own = below.policy.unwrap_or(Policy::None);
    if own >= inherited {
        return Ok(Verdict::Pass);
    }
    Ok(Verdict::fail(
        Finding::new(format!(
            "{envelope} has a DMARC record of its own with p={}, weaker than the {} of {}",
            own.id(),
            inherited.id(),
            context.subject
        ))
        .at(Place::dns(&name, "TXT"))
        .fix(format!("Remove the record at {name}, so that {envelope} inherits the policy."))
        .patch(Patch::DnsRemove { name, record: "TXT".to_owned() }),
    ))
}
