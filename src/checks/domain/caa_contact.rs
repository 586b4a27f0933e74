//! The mailbox in a CAA record cannot receive mail.
//!
//! An authority that refuses a certificate because of your CAA records may report the attempt to the `iodef` address; it is the only notice that somebody tried. `contactemail` is where an authority asks whether a certificate is wanted.
//!
//! ## Fix
//!
//! Name a mailbox that is read:
//! ```text
//! example.com. CAA 0 iodef "mailto:security@example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8659#section-4.4>

use super::{Early, alive, conclude, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::{caa, name::purchasable},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Answer, Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/caa-contact",
    title: "a CAA contact that mail cannot reach",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("caa_contact.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let hosts = caa::mailboxes(get(zone, domain, Rr::Caa)?);
    if hosts.is_empty() {
        return Ok(Verdict::not_applicable(format!("no CAA record of {domain} names a mailbox")));
    }
    let (mut findings, mut missed) = (Vec::new(), None);
    // As many as were asked about.
    for host in hosts.iter().take(2) {
        let why = match zone.answers.answer(host, Rr::Mx) {
            Ok(Answer::NoName) => "does not exist",
            Ok(Answer::Records(mx)) if mx.iter().all(|mx| mx.ends_with(" .")) => "takes no mail (a null MX)",
            Ok(Answer::Records(_)) => continue,
            Ok(Answer::NoData) => match zone.answers.addresses(host) {
                Ok(addresses) if addresses.is_empty() => "has no mail host",
                Ok(_) => continue,
                Err(miss) => {
                    missed = missed.or(Some(miss.clone()));
                    continue;
                }
            },
            Err(miss) => {
                missed = missed.or(Some(miss.clone()));
                continue;
            }
        };
        let owner = purchasable(host).unwrap_or_else(|| host.clone());
        findings.push(
            Finding::new(format!("the CAA records of {domain} name a mailbox at {host}, which {why}"))
                .at(Place::dns(domain, "CAA"))
                .key(host.as_str())
                .fix(format!(
                    "Name a mailbox that is read in place of the one at {host} (look at {owner} first)."
                )),
        );
    }
    Ok(conclude(findings, missed))
}
