//! A provider delivers its events to a host that is not the product.
//!
//! Events of customers go to a staging server, a laptop behind a tunnel or an old domain, and production never
//! hears of them.
//!
//! ## Fix
//!
//! Set the address of production at the provider, and delete the others.
//!
//! ## References
//!
//! - <https://developer.paypal.com/api/rest/webhooks/>
//! - <https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide>

use super::{by_account, is_below, other_provider, own_domains};
use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::env::{host_is_local, host_is_tunnel},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Account, Observations},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/delivery-not-own",
    title: "a provider delivers events to a host that is not the product",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account, Kind::Environments], judge),
    source: include_str!("delivery_not_own.rs"),
};

fn judge(seen: &Observations, context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_account(seen, &["paypal", "hubspot"], |account, environments| {
        let Account::Delivery(account) = account else { return other_provider() };
        if account.urls.is_empty() {
            return Verdict::not_applicable("the provider delivers events nowhere");
        }
        let own = own_domains(environments, context);
        Verdict::from_findings(account.urls.iter().filter_map(|url| fault(url, &own)).collect())
    })
}

fn fault(url: &str, own: &[String]) -> Option<Finding> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    let (what, severity) = if host_is_tunnel(host) || host_is_local(host) {
        ("a tunnel or somebody's machine".to_owned(), Severity::High)
    } else if scheme != "https" {
        ("an address without encryption".to_owned(), Severity::High)
    } else if !own.is_empty() && !own.iter().any(|domain| is_below(host, domain)) {
        (format!("a host that is not on {}", own.join(" or ")), Severity::Medium)
    } else {
        return None;
    };
    Some(
        Finding::new(format!("events are delivered to {what}: {url}"))
            .at(Place::url(url.to_owned()))
            .key(url.to_owned())
            .severity(severity)
            .fix("Set the address of production at the provider, and delete this one."),
    )
}
