//! A production webhook is delivered to a host that is not among the production hosts.
//!
//! After a move of domain or a test the provider often still knows the old or the staging address: real
//! payments then arrive where nobody fulfils them.
//!
//! ## Fix
//!
//! Register the production URL with the provider. If the host does belong to production, declare it:
//! ```toml
//! [[site]]
//! url = "https://hooks.example.com"
//! ```

use super::parsed_url;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Webhook,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/url-foreign-host",
    title: "production webhook points to a host outside production",
    station: Station::Webhook,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Webhook(judge),
    source: include_str!("url_foreign_host.rs"),
};

/// Hosts on which a product's own functions run under names of the platform.
const FUNCTION_HOSTS: &[&str] = &[
    ".supabase.co",
    ".cloudfunctions.net",
    ".run.app",
    ".lambda-url.",
    ".execute-api.",
    ".azurewebsites.net",
    ".workers.dev",
];

fn judge(webhook: &Webhook, context: &Context<'_>) -> Verdict {
    let url = match parsed_url(webhook) {
        Ok(url) => url,
        Err(verdict) => return verdict,
    };
    if !webhook.production {
        return Verdict::not_applicable(format!("{url} is not a production endpoint"));
    }
    let Some(host) = url.domain() else {
        return Verdict::not_applicable(format!("{url} has no host name"));
    };
    let hosts = context.target.production_hosts();
    if hosts.is_empty() {
        return Verdict::not_applicable("no production host is known to compare with");
    }
    let foreign = environment_of(host, context);
    if foreign.is_none() && (is_platform(&url) || hosts.iter().any(|known| is_same_or_below(host, known))) {
        return Verdict::Pass;
    }
    let what = match &foreign {
        Some(environment) => format!("which belongs to {environment}"),
        None => "which is not among the production hosts".to_owned(),
    };
    Verdict::fail(
        Finding::new(format!("the production webhook {url} points to {host}, {what}"))
            .at(Place::url(url.as_str()))
            .severity(if foreign.is_some() { Severity::High } else { Severity::Medium })
            .root("webhook/wrong-host")
            .evidence("production hosts", hosts.join(", "))
            .fix("register the production URL with the provider, or declare the host as a production site"),
    )
}

/// The environment other than production that a host is declared for.
fn environment_of(host: &str, context: &Context<'_>) -> Option<String> {
    let target = context.target;
    let named = target
        .environments
        .iter()
        .find(|environment| !environment.production && environment.hosts.iter().any(|name| name == host));
    let site = target.sites.iter().any(|site| !site.production && site.host == host);
    named
        .map(|environment| environment.name.clone())
        .or_else(|| site.then(|| "a site outside production".to_owned()))
}

fn is_same_or_below(host: &str, known: &str) -> bool {
    host == known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'))
}

fn is_platform(url: &url::Url) -> bool {
    let host = url.domain().unwrap_or_default();
    let named = FUNCTION_HOSTS
        .iter()
        .any(|suffix| if suffix.ends_with('.') { host.contains(suffix) } else { host.ends_with(suffix) });
    named && (!host.ends_with(".supabase.co") || url.path().starts_with("/functions/v1/"))
}
