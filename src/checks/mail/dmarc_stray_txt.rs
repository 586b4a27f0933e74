//! A text that is no DMARC record stands at `_dmarc`, or a DMARC record stands at the domain itself.
//!
//! Usually a value was pasted into the wrong field: the verification it was meant for does not work, and the DMARC record is not found.
//!
//! ## Fix
//!
//! Move each text to the name it belongs to. DMARC belongs to `_dmarc`, verification texts to the domain.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.5>

use super::{Early, get, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::dmarc,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-stray-txt",
    title: "other text at _dmarc, or DMARC at the domain",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_stray_txt.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let name = format!("_dmarc.{domain}");
    let here = get(mail, &name, Rr::Txt)?;
    let apex = get(mail, domain, Rr::Txt)?;
    let stray = here.iter().filter(|text| !dmarc::looks_like_dmarc(text)).map(|text| {
        Finding::new(format!("the text `{text}` at {name} is no DMARC record"))
            .at(Place::dns(&name, "TXT"))
            .key(text.as_str())
            .severity(Severity::Low)
            .fix(format!("Remove it from {name} and publish it where it was meant to be."))
    });
    let applies = here.iter().any(|text| dmarc::is_dmarc(text));
    let misplaced = apex.iter().filter(|text| dmarc::is_dmarc(text)).map(|text| {
        let finding =
            Finding::new(format!("the DMARC record `{text}` stands at {domain}, where nobody looks for it"))
                .at(Place::dns(domain, "TXT"))
                .key("apex");
        if applies {
            // Two records at that name would count as none.
            return finding
                .fix(format!("Remove it from {domain}: the record at {name} is the one that counts."));
        }
        finding.fix(format!("Move it to {name}.")).patch(txt(&name, text.as_str()))
    });
    Ok(Verdict::from_findings(stray.chain(misplaced).collect()))
}
