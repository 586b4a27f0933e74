//! No DMARC record applies to the domain.
//!
//! Gmail, Yahoo and Microsoft require one of everybody who sends in bulk; without it nobody is told to refuse forged mail, and nobody reports it.
//!
//! ## Fix
//!
//! Begin with a record that only reports, and tighten it once the reports are clean:
//! ```text
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.10>
//! - <https://support.google.com/a/answer/81126>

use super::{Early, report_address, txt, uses};
use crate::{
    checks::{Check, Context, Judge},
    engine::dmarc,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-missing",
    title: "no DMARC record",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_missing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let walk = dmarc::walk(domain, &mail.answers);
    if walk.applies.is_some() {
        return Ok(Verdict::Pass);
    }
    if !walk.multiple.is_empty() {
        return Ok(Verdict::not_applicable("there are several DMARC records"));
    }
    if let Some(miss) = walk.missed.or(walk.wanted.first().map(|_| Miss::NotAsked)) {
        return Ok(Verdict::inconclusive(miss));
    }
    let uses = uses(mail, context)?;
    if uses.refuses {
        return Ok(Verdict::not_applicable(format!(
            "{domain} does not use mail; mail/nomail-open judges it"
        )));
    }
    let name = format!("_dmarc.{domain}");
    let value = if uses.sends {
        let reports = report_address(mail, domain, "dmarc").map(|address| format!("; rua={address}"));
        format!("v=DMARC1; p=none{}", reports.unwrap_or_default())
    } else {
        "v=DMARC1; p=reject".to_owned()
    };
    let asked: Vec<String> = walk.asked.iter().map(|name| format!("_dmarc.{name}")).collect();
    Ok(Verdict::fail(
        Finding::new(format!("no DMARC record applies to {domain}"))
            .at(Place::dns(&name, "TXT"))
            .severity(if uses.sends { Severity::High } else { Severity::Medium })
            .evidence("names asked", asked.join(", "))
            .fix(format!("Publish the TXT record \"{value}\" at {name}."))
            .patch(txt(name, value)),
    ))
}
