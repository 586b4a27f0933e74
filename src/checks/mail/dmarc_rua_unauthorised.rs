//! DMARC reports go to another domain that has not agreed to receive them.
//!
//! Receivers ask that domain first, and where it says nothing they send no reports: you believe that you are watching, and nobody is.
//!
//! ## Fix
//!
//! Ask the operator of the report address to publish:
//! ```text
//! example.com._report._dmarc.reports.example.net. TXT "v=DMARC1"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9990#section-4>

use super::{Early, conclude, dmarc_record, is_free, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        dmarc::{self, reporting_hosts},
        name::{purchasable, registrable},
    },
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-rua-unauthorised",
    title: "a foreign domain does not accept DMARC reports",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_rua_unauthorised.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let found = dmarc_record(mail, context)?;
    let (mut findings, mut missed) = (Vec::new(), None);
    let hosts = reporting_hosts(&found.record.rua);
    for host in hosts.iter().filter(|host| registrable(host) != registrable(&found.domain)) {
        let name = format!("{}._report._dmarc.{host}", found.domain);
        match mail.answers.get(&name, Rr::Txt) {
            Ok(records) if records.iter().any(|text| dmarc::is_dmarc(text)) => {}
            // mail/dmarc-rua-takeover says more about a domain that anybody can register.
            Ok(_) if purchasable(host).is_some_and(|owner| is_free(mail, &owner)) => {}
            Ok(_) => findings.push(
                Finding::new(format!(
                    "DMARC reports of {} go to {host}, which does not accept them",
                    found.domain
                ))
                .at(Place::dns(&name, "TXT"))
                .key(host.as_str())
                .root("dmarc-rua")
                .evidence("record", found.text.as_str())
                .fix(format!(
                    "Let {host} publish the TXT record \"v=DMARC1\" at {name}, or use an address of your own."
                ))
                .patch(txt(name, "v=DMARC1")),
            ),
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    Ok(conclude(findings, missed))
}
