//! The certificate of the BIMI logo cannot be used.
//!
//! Gmail, Apple Mail and others show a logo only with a mark certificate (VMC or CMC) that names the domain and has not ended. When it ends, the logo silently disappears from every mailbox.
//!
//! ## Fix
//!
//! Renew the certificate at its authority and serve the whole chain as one PEM file over https:
//! ```text
//! default._bimi.example.com. TXT "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
//! ```
//!
//! ## References
//!
//! - <https://bimigroup.org/implementation-guide/>
//! - <https://datatracker.ietf.org/doc/draft-fetch-validation-vmc-wchuang/>

use jiff::{SignedDuration, Timestamp};

use super::{Early, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::is_within,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Fetched, Mail, MarkCertificate, Miss, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/bimi-certificate",
    title: "a BIMI certificate that mailboxes do not take",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("bimi_certificate.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

/// It is renewed by hand, with a notary.
const SOON: SignedDuration = SignedDuration::from_hours(21 * 24);

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    get(mail, &format!("default._bimi.{domain}"), Rr::Txt)?;
    let mark = match mail.mark.as_ref() {
        Ok(mark) => mark,
        Err(Miss::NotAsked) => return Ok(Verdict::not_applicable("no BIMI record names a certificate")),
        Err(miss) => return Ok(Verdict::inconclusive(miss.clone())),
    };
    let Some(why) = fault(mark, domain, context.now) else { return Ok(Verdict::Pass) };
    Ok(Verdict::fail(
        Finding::new(format!("the BIMI certificate {} {why}", mark.url))
            .at(Place::url(&mark.url))
            .evidence("issuer", mark.file.issuer.as_str())
            .evidence("names", mark.file.names.join(", "))
            .fix("Renew the mark certificate at its authority and serve the PEM file at the address that the record names."),
    ))
}

fn fault(mark: &Fetched<MarkCertificate>, domain: &str, now: Timestamp) -> Option<String> {
    let file = &mark.file;
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    if mark.status != 200 {
        return Some(format!("is not there: the server answers {}", mark.status));
    }
    if mark.too_large {
        return Some("is larger than a certificate with a logo".to_owned());
    }
    if let Some(fault) = file.faults.first() {
        return Some(format!("is not taken: {fault}"));
    }
    if file.not_after < now {
        return Some(format!("ended on {}", day(file.not_after)));
    }
    if file.not_before > now {
        return Some(format!("begins on {} only", day(file.not_before)));
    }
    let names = |name: &String| is_within(domain, name.strip_prefix("default._bimi.").unwrap_or(name));
    if !file.names.iter().any(names) {
        return Some(format!("is for {} and not for {domain}", file.names.join(", ")));
    }
    let left = file.not_after.duration_since(now);
    (left < SOON).then(|| format!("ends on {}, in {} days", day(file.not_after), left.as_hours() / 24))
}
