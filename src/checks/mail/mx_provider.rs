//! A mail host belongs to a provider that gonogo does not know.
//!
//! From the provider follow the records that a domain needs: what SPF must include, which DKIM selectors have keys. For a provider that is not known nothing of that is expected, and so nothing of it is missed either.
//!
//! ## Fix
//!
//! Hold the provider's own instructions against the records, and name your selectors in `gonogo.toml`:
//! ```toml
//! [[domains]]
//! name = "example.com"
//! dkim_selectors = ["s1"]
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5321#section-5.1>

use std::collections::BTreeSet;

use super::{Early, hosts};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        name::{is_within, registrable},
        senders::by_mx,
    },
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mx-provider",
    title: "a mail provider that is not known",
    station: Station::Mail,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mx_provider.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let own = registrable(domain).unwrap_or_else(|| domain.to_owned());
    let foreign: Vec<String> =
        hosts(mail, context)?.into_iter().map(|mx| mx.host).filter(|host| !is_within(host, &own)).collect();
    if foreign.is_empty() {
        return Ok(Verdict::not_applicable(format!("{domain} runs its own mail hosts")));
    }
    let unknown: Vec<&String> =
        foreign.iter().filter(|host| by_mx(host).is_none() && !is_gone(mail, host)).collect();
    // What is no name at all is the affair of other checks.
    let providers: BTreeSet<String> = unknown.iter().filter_map(|host| registrable(host)).collect();
    if providers.is_empty() {
        return Ok(Verdict::Pass);
    }
    let providers = providers.into_iter().collect::<Vec<_>>().join(", ");
    let shown: Vec<&str> = unknown.iter().map(|host| host.as_str()).collect();
    Ok(Verdict::fail(
        Finding::new(format!(
            "mail for {domain} goes to {providers}, whose SPF and DKIM records gonogo does not know"
        ))
        .at(Place::dns(domain, "MX"))
        .evidence("mail hosts", shown.join(", "))
        .fix(format!("Hold the instructions of {providers} against your records, and name the DKIM selectors in gonogo.toml.")),
    ))
}

/// A host without an address is the affair of other checks.
fn is_gone(mail: &Mail, host: &str) -> bool {
    mail.answers.addresses(host).is_ok_and(|addresses| addresses.is_empty())
}
