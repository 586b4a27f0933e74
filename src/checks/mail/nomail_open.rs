//! The domain does not use mail, but does not say so.
//!
//! Names that never send mail are the favourite of phishers, because nobody notices. Three records close the door.
//!
//! ## Fix
//!
//! Publish all three:
//! ```text
//! example.com.        MX  0 .
//! example.com.        TXT "v=spf1 -all"
//! _dmarc.example.com. TXT "v=DMARC1; p=reject"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7505>
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-10.1.2>
//! - <https://www.rfc-editor.org/rfc/rfc9989>

use super::{Early, get, mx, sends_nothing, uses};
use crate::{
    checks::{Check, Context, Judge},
    engine::{dmarc, spf},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/nomail-open",
    title: "a domain without mail lets others send in its name",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("nomail_open.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let uses = uses(mail, context)?;
    if !uses.refuses {
        return Ok(Verdict::not_applicable(format!("{domain} seems to use mail")));
    }
    let mut missing = Vec::new();
    let records = spf::select(get(mail, domain, Rr::Txt)?);
    if records.is_empty() || !records.iter().all(|record| sends_nothing(record)) {
        missing.push((domain.to_owned(), "TXT", "v=spf1 -all"));
    }
    let walk = dmarc::walk(domain, &mail.answers);
    match (&walk.applies, walk.missed) {
        (None, Some(miss)) => return Ok(Verdict::inconclusive(miss)),
        (Some(found), _) if found.record.policy == Some(dmarc::Policy::Reject) => {}
        _ => missing.push((format!("_dmarc.{domain}"), "TXT", "v=DMARC1; p=reject")),
    }
    if !mx(mail, context)?.iter().any(|mx| mx.host == ".") {
        missing.push((domain.to_owned(), "MX", "0 ."));
    }
    let findings = missing.into_iter().map(|(name, record, value)| {
        Finding::new(format!("{domain} does not use mail but lacks `{value}` at {name}"))
            .at(Place::dns(&name, record))
            .key(format!("{name} {record}"))
            .root("nomail")
            .severity(if record == "MX" { Severity::Low } else { Severity::Medium })
            .fix(format!("Publish the {record} record \"{value}\" at {name}."))
            .patch(Patch::Dns { name, record: record.to_owned(), values: vec![value.to_owned()] })
    });
    Ok(Verdict::from_findings(findings.collect()))
}
