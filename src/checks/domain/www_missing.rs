//! The `www` name of the domain does not exist.
//!
//! Visitors, old links and some mail clients put `www.` before a domain; they get a browser error instead of a redirect.
//!
//! ## Fix
//!
//! Publish `www` and redirect it to the address you use:
//! ```text
//! www.example.com. CNAME example.com.
//! ```
//!
//! ## References
//!
//! - <https://developer.mozilla.org/docs/Web/URI/Guides/Choosing_between_www_and_non-www_URLs>

use super::{Early, alive, is_registered_name};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::chain,
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Zone,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/www-missing",
    title: "www does not exist",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("www_missing.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    if !is_registered_name(domain) {
        return Ok(Verdict::not_applicable(format!("{domain} is itself a subdomain")));
    }
    let here = zone.answers.addresses(domain).map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    if here.is_empty() {
        return Ok(Verdict::not_applicable(format!(
            "{domain} itself has no address, so no site is expected"
        )));
    }
    let www = format!("www.{domain}");
    let addresses = zone.answers.addresses(&www).map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    if !addresses.is_empty() || chain(&www, &zone.answers).is_alias() {
        return Ok(Verdict::Pass);
    }
    Ok(Verdict::fail(
        Finding::new(format!("{www} does not exist"))
            .at(Place::dns(&www, "A"))
            .fix(format!("Publish {www} and redirect it to {domain}."))
            .patch(Patch::Dns { name: www, record: "CNAME".to_owned(), values: vec![format!("{domain}.")] }),
    ))
}
