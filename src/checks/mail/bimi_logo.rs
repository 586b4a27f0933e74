//! The logo of the BIMI record cannot be fetched, or is not in the form that mailboxes show.
//!
//! They want SVG in the profile Tiny Portable/Secure: square, with a title, at most 32 KiB, without scripts and without anything from outside.
//!
//! ## Fix
//!
//! Export the logo as SVG Tiny P/S and serve it over https as `image/svg+xml`:
//! ```text
//! <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64">
//! <title>Example</title> ... </svg>
//! ```
//!
//! ## References
//!
//! - <https://datatracker.ietf.org/doc/draft-svg-tiny-ps-abrotman/>
//! - <https://bimigroup.org/creating-bimi-svg-logo-files/>

use super::{Early, get};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Miss, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/bimi-logo",
    title: "a BIMI logo that mailboxes do not show",
    station: Station::Mail,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("bimi_logo.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let name = format!("default._bimi.{domain}");
    let records = get(mail, &name, Rr::Txt)?;
    let is_record = |text: &&String| text.to_ascii_lowercase().starts_with("v=bimi");
    if !records.iter().any(|record| is_record(&record)) {
        return Ok(Verdict::not_applicable(format!("{domain} has no BIMI record")));
    }
    let logo = match mail.logo.as_ref() {
        Ok(logo) => logo,
        Err(Miss::NotAsked) => return Ok(Verdict::not_applicable("the record names no logo over https")),
        Err(miss) => return Ok(Verdict::inconclusive(miss.clone())),
    };
    let kind = logo.content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let why = match (logo.status, logo.file.faults.first()) {
        (200, _) if logo.too_large => "it is larger than 32 KiB".to_owned(),
        (200, Some(fault)) => fault.clone(),
        (200, None) if !kind.trim_start().starts_with("image/svg+xml") => {
            format!("its content type is `{kind}`, not image/svg+xml")
        }
        (200, None) => return Ok(Verdict::Pass),
        (status, _) => format!("the server answers {status}"),
    };
    Ok(Verdict::fail(
        Finding::new(format!("the BIMI logo {} is not shown: {why}", logo.url))
            .at(Place::url(&logo.url))
            .evidence("faults", logo.file.faults.join("; "))
            .fix("Serve a square SVG Tiny P/S file of at most 32 KiB as image/svg+xml."),
    ))
}
