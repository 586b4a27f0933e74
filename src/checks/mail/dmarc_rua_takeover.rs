//! DMARC reports go to a domain that nobody has registered.
//!
//! Whoever registers it reads who sends mail in your name, from where and how much, and nobody here gets the reports.
//!
//! ## Fix
//!
//! Replace the address by one that you own:
//! ```text
//! _dmarc.example.com. TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9990>

use super::{Early, conclude, dmarc_record, is_free};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        dmarc::reporting_hosts,
        name::{purchasable, registrable},
    },
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-rua-takeover",
    title: "DMARC reports go to a domain that anybody can register",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_rua_takeover.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let found = dmarc_record(mail, context)?;
    let uris: Vec<String> = found.record.rua.iter().chain(&found.record.ruf).cloned().collect();
    let hosts =
        reporting_hosts(&uris).into_iter().filter(|host| registrable(host) != registrable(&found.domain));
    let (mut findings, mut missed, mut judged) = (Vec::new(), None, 0);
    for host in hosts {
        judged += 1;
        let Some(owner) = purchasable(&host) else { continue };
        let consent = format!("{}._report._dmarc.{host}", found.domain);
        match (mail.answers.get(&consent, Rr::Txt), mail.answers.get(&owner, Rr::Soa)) {
            // A receiver that consents exists.
            (Ok([_, ..]), _) => {}
            (Err(miss), _) | (Ok([]), Err(miss)) => missed = missed.or(Some(miss.clone())),
            (Ok([]), Ok(_)) if is_free(mail, &owner) => findings.push(
                Finding::new(format!(
                    "DMARC reports of {} go to {host}, and nobody has registered {owner}",
                    found.domain
                ))
                .at(Place::dns(format!("_dmarc.{}", found.domain), "TXT"))
                .key(host.as_str())
                .root("dmarc-rua")
                .evidence("record", found.text.as_str())
                .fix(format!("Replace the address at {host} by one of your own.")),
            ),
            _ => {}
        }
    }
    if judged == 0 {
        return Ok(Verdict::not_applicable("the reports stay in the domain, or there are none"));
    }
    Ok(conclude(findings, missed))
}
