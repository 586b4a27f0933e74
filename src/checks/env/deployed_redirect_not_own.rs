//! In the deployed Supabase project, sign-ins lead to a host that is not the product.
//!
//! Links in mails lead to the site's address: where it is `localhost`, no customer can confirm an address or
//! set a password. A redirect that is allowed to any name of a hosting platform hands the sign-in to whoever
//! takes such a name.
//!
//! ## Fix
//!
//! Set the address of production under Authentication → URL Configuration, and list whole addresses.
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/auth/redirect-urls>

use super::{by_account, is_below, other_provider, own_domains};
use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::env::{host_is_local, host_is_tunnel},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Account, AuthSettings, Environments, Observations},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/deployed-redirect-not-own",
    title: "sign-ins of the deployed project lead elsewhere",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account, Kind::Environments], judge),
    source: include_str!("deployed_redirect_not_own.rs"),
};

fn judge(seen: &Observations, context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_account(seen, &["supabase"], |account, environments| {
        let Account::Supabase(account) = account else { return other_provider() };
        match account.auth.as_ref() {
            Ok(auth) => Verdict::from_findings(faults(auth, &account.project, environments, context)),
            Err(miss) => Verdict::inconclusive(miss.clone()),
        }
    })
}

fn faults(
    auth: &AuthSettings,
    project: &str,
    environments: &Environments,
    context: &Context<'_>,
) -> Vec<Finding> {
    let own = own_domains(environments, context);
    let live = Place::url(format!("https://supabase.com/dashboard/project/{project}/auth/url-configuration"));
    let mut findings = Vec::new();
    let mut tell = |key: &str, message: String, severity: Severity| {
        let named = environments.facts.iter().find(|fact| fact.name == "auth.site_url");
        findings.push(
            Finding::new(message)
                .at(live.clone())
                .places(named.map(super::at))
                .key(key.to_owned())
                .severity(severity)
                .fix(
                    "Name the addresses of production in the project's URL configuration, and nothing else.",
                ),
        );
    };
    let site = host_of(&auth.site_url);
    if host_is_local(site) || host_is_tunnel(site) {
        tell(
            "site",
            format!("the deployed site_url leads to {site}: links in mails lead customers there"),
            Severity::High,
        );
    } else if !own.is_empty() && !own.iter().any(|domain| is_below(site, domain)) {
        tell(
            "site",
            format!("the deployed site_url leads to {site}, which is not on {}", own.join(" or ")),
            Severity::Medium,
        );
    }
    for redirect in &auth.redirects {
        let host = host_of(redirect);
        let plain = host.trim_start_matches(['*', '.', '-']);
        if host_is_tunnel(plain) {
            tell(redirect, format!("a deployed redirect leads to a tunnel: {redirect}"), Severity::High);
        } else if host.starts_with('*') && !own.iter().any(|domain| is_below(plain, domain)) {
            tell(
                redirect,
                format!("a deployed redirect is open to many hosts: {redirect}"),
                Severity::Medium,
            );
        } else if host_is_local(plain) {
            tell(redirect, format!("a deployed redirect leads to this machine: {redirect}"), Severity::Low);
        }
    }
    findings
}

/// The host of an address that may have wildcards in it.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':', '?']).next().unwrap_or_default()
}
