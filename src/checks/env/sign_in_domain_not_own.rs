//! The Firebase project lets sign-ins come from a domain that is not the product, or not from the product.
//!
//! A page on an authorized domain may open the sign-in with the project's name on it. Where the product's
//! own domain is missing, every sign-in of a customer ends with `auth/unauthorized-domain`.
//!
//! ## Fix
//!
//! List the domains of production under Authentication → Settings → Authorized domains.
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/auth/web/redirect-best-practices>

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
    id: "env/sign-in-domain-not-own",
    title: "sign-ins of the Firebase project may come from elsewhere",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account, Kind::Environments], judge),
    source: include_str!("sign_in_domain_not_own.rs"),
};

fn judge(seen: &Observations, context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_account(seen, &["firebase"], |account, environments| {
        let Account::Firebase(account) = account else { return other_provider() };
        match account.sign_in.as_ref() {
            Err(miss) => Verdict::inconclusive(miss.clone()),
            Ok(sign_in) => Verdict::from_findings(faults(
                &account.project,
                &sign_in.domains,
                &own_domains(environments, context),
                &context.target.production_hosts(),
            )),
        }
    })
}

fn faults(project: &str, domains: &[String], own: &[String], hosts: &[&str]) -> Vec<Finding> {
    let live =
        Place::url(format!("https://console.firebase.google.com/project/{project}/authentication/settings"));
    let finding = |key: &str, message: String, severity: Severity| {
        Finding::new(message)
            .at(live.clone())
            .key(key.to_owned())
            .severity(severity)
            .fix("List the domains of production under Authorized domains, and nothing else.")
    };
    let mut findings = Vec::new();
    for host in hosts.iter().filter(|host| !domains.iter().any(|domain| domain == *host)) {
        findings.push(finding(
            host,
            format!("{host} is not among the authorized domains: sign-ins there fail"),
            Severity::Medium,
        ));
    }
    let platform = [format!("{project}.firebaseapp.com"), format!("{project}.web.app")];
    // That this machine is on the list is said of the project's own settings, with the other rules of it.
    for domain in domains.iter().filter(|domain| !host_is_local(domain)) {
        if host_is_tunnel(domain) {
            findings.push(finding(
                domain,
                format!("sign-ins may come through a tunnel: {domain}"),
                Severity::High,
            ));
        } else if !own.is_empty()
            && !platform.contains(domain)
            && !own.iter().any(|own| is_below(domain, own))
        {
            let message = format!("sign-ins may come from {domain}, which is not on {}", own.join(" or "));
            findings.push(finding(domain, message, Severity::Medium));
        }
    }
    findings
}
