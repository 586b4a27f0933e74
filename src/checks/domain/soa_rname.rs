//! The RNAME of the SOA record is not a mail address that could work.
//!
//! It is the address that others write to when the zone is broken: the first label is the part before the `@`, so `hostmaster.example.com` means `hostmaster@example.com`. An address with an `@` in it, a name that does not exist or the root reach nobody.
//!
//! ## Fix
//!
//! Name a mailbox that somebody reads:
//! ```text
//! example.com. SOA ns1.example.net. hostmaster.example.com. ...
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1035#section-3.3.13>
//! - <https://www.rfc-editor.org/rfc/rfc2142#section-7>

use super::{Early, get, servers};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/soa-rname",
    title: "the contact in the SOA record cannot receive mail",
    station: Station::Domain,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    judge: Judge::Zone(judge),
    source: include_str!("soa_rname.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let (name, _) = servers(zone, context)?;
    let Some(soa) = get(zone, &name, Rr::Soa)?.first() else {
        return Ok(Verdict::not_applicable(format!("{name} has no SOA record")));
    };
    let Some(rname) = soa.split(' ').nth(1) else {
        return Ok(Verdict::inconclusive(Miss::Malformed(format!("the SOA record of {name}"))));
    };
    let why = if rname.contains('@') {
        "contains an @, where a dot belongs"
    } else if rname.is_empty() || rname == "." {
        "is the root"
    } else if !domain_of(rname).contains('.') {
        "names no domain after its first label"
    } else if domain_of(rname).ends_with(".invalid") || domain_of(rname).ends_with(".localhost") {
        "names a domain that can never exist"
    } else {
        return Ok(Verdict::Pass);
    };
    Ok(Verdict::fail(
        Finding::new(format!("the contact {rname} in the SOA record of {name} {why}"))
            .at(Place::dns(&name, "SOA"))
            .fix(format!("Set the RNAME to a mailbox that is read, e.g. hostmaster.{name}.")),
    ))
}

/// What follows the first label; a dot inside it is written `\\.`.
fn domain_of(rname: &str) -> &str {
    let mut escaped = false;
    let end = rname.char_indices().find(|(_, letter)| {
        let dot = *letter == '.' && !escaped;
        escaped = *letter == '\\' && !escaped;
        dot
    });
    end.and_then(|(index, _)| rname.get(index + 1..)).unwrap_or_default()
}
