//! A record was published at a name that contains the domain twice.
//!
//! Many DNS forms add the domain themselves. Whoever pastes `_dmarc.example.com` into such a form publishes `_dmarc.example.com.example.com`, where nobody looks.
//!
//! ## Fix
//!
//! Enter only the part before the domain, for example `_dmarc` or `google._domainkey`, and remove the doubled record.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6376#section-3.6.2.1>
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.5>

use super::{Early, conclude, get, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::{dkim, dmarc},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Miss, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/name-doubled",
    title: "a record at a doubled name",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("name_doubled.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (mut findings, mut missed) = (Vec::new(), None);
    let keys = mail.selectors.iter().map(|selector| format!("{selector}._domainkey.{domain}"));
    for name in keys.chain([format!("_dmarc.{domain}")]) {
        let doubled = format!("{name}.{domain}");
        match mail.answers.get(&doubled, Rr::Txt) {
            Ok(records) => findings.extend(records.iter().filter(|text| dkim::is_key(text) || dmarc::is_dmarc(text)).map(|text| {
                Finding::new(format!("a record meant for {name} stands at {doubled}"))
                    .at(Place::dns(&doubled, "TXT"))
                    .key(doubled.as_str())
                    .evidence("record", text.as_str())
                    .fix(format!("Publish it at {name}; in a form that adds the domain, enter the part before {domain} only."))
                    .patch(txt(&name, text.as_str()))
            })),
            // Asked only where the right name has no record.
            Err(Miss::NotAsked) => {}
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    if findings.is_empty() {
        get(mail, &format!("_dmarc.{domain}"), Rr::Txt)?;
    }
    Ok(conclude(findings, missed))
}
