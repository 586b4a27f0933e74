//! A mail host of your own has no reverse name, or one that does not lead back.
//!
//! Gmail, Yahoo and Microsoft refuse or filter mail from addresses whose PTR record is missing or names a host with another address. It concerns servers that you run yourself; those of a provider are the provider's care.
//!
//! ## Fix
//!
//! Ask whoever gave you the address to set its PTR record to the mail host:
//! ```text
//! 10.2.0.192.in-addr.arpa. PTR mail.example.com.
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8601#section-2.7.3>
//! - <https://support.google.com/a/answer/81126>

use super::{Early, conclude, hosts};
use crate::{
    checks::{Check, Context, Judge},
    engine::{name::is_within, spf::reverse},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Miss, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mx-ptr",
    title: "a mail host without a reverse name",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Mail(judge),
    source: include_str!("mx_ptr.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

/// As many as are asked.
const MAX_ADDRESSES: usize = 4;

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (mut findings, mut missed, mut judged) = (Vec::new(), None, 0);
    for mx in hosts(mail, context)?.iter().filter(|mx| is_within(&mx.host, domain)) {
        judged += 1;
        let addresses =
            mail.answers.addresses(&mx.host).map_err(|miss| Verdict::inconclusive(miss.clone()))?;
        for address in addresses.into_iter().take(MAX_ADDRESSES) {
            match leads_back(mail, address) {
                Ok(None) => {}
                Ok(Some(why)) => findings.push(
                    Finding::new(format!("the address {address} of the mail host {} {why}", mx.host))
                        .at(Place::dns(reverse(address), "PTR"))
                        .key(address.to_string())
                        .fix(format!("Let the owner of {address} set its PTR record to {}.", mx.host)),
                ),
                Err(miss) => missed = missed.or(Some(miss)),
            }
        }
    }
    if judged == 0 {
        return Ok(Verdict::not_applicable(format!("the mail hosts of {domain} are not its own")));
    }
    Ok(conclude(findings, missed))
}

/// What is wrong with an address's reverse name; nothing if one of its names has the address.
fn leads_back(mail: &Mail, address: std::net::IpAddr) -> Result<Option<String>, Miss> {
    let names = mail.answers.get(&reverse(address), Rr::Ptr).map_err(Clone::clone)?;
    let Some(first) = names.first() else { return Ok(Some("has no PTR record".to_owned())) };
    let rr = if address.is_ipv4() { Rr::A } else { Rr::Aaaa };
    let mut missed = None;
    for name in names.iter().take(2) {
        match mail.answers.get(name, rr) {
            Ok(found) if found.iter().any(|text| text.parse() == Ok(address)) => return Ok(None),
            Ok(_) => {}
            Err(miss) => missed = Some(miss.clone()),
        }
    }
    missed.map_or_else(|| Ok(Some(format!("has the PTR record {first}, which has another address"))), Err)
}
