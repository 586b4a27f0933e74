//! The address that sign-in leads back to is local, or not on a domain of the product.
//!
//! Supabase sends people to `site_url` after they confirm their address or reset a password, with their
//! session in the URL. When production names a developer's machine or an old domain there, nobody can
//! finish signing in; when it names a host that is somebody else's, they get the session.
//!
//! ## Fix
//!
//! Set the address of production:
//! ```toml
//! [remotes.production.auth]
//! site_url = "https://app.example.com"
//! additional_redirect_urls = ["https://app.example.com/**"]
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/auth/redirect-urls>

use super::{at, conclude, is_below, key, own_domains};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::{host_is_local, host_is_tunnel},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/redirect-not-own-host",
    title: "sign-in leads to a host that is not the product",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("redirect_not_own_host.rs"),
};

fn judge(environments: &Environments, context: &Context<'_>) -> Verdict {
    let own = own_domains(environments, context);
    let mut findings = Vec::new();
    for fact in environments.facts.iter().filter(|fact| fact.is_redirect()) {
        let hosts: Vec<&str> = match &fact.value {
            Value::Url { host, .. } => vec![host],
            Value::Hosts(hosts) => hosts.iter().map(String::as_str).collect(),
            _ => continue,
        };
        for host in hosts {
            if let Some(why) = fault(fact, host, &own) {
                findings.push(
                    Finding::new(format!("{} of {} in {} {why}", fact.name, fact.stage.words(), fact.path))
                        .at(at(fact))
                        .key(format!("{} {host}", key(fact)))
                        .fix("Name the address of production, and nothing that is not yours."),
                );
            }
        }
    }
    findings.extend(local_beside_public(environments));
    conclude(findings, environments)
}

/// A file with the addresses of production, or of a hosted project, is pushed to it as it is.
fn local_beside_public(environments: &Environments) -> Vec<Finding> {
    let facts = || environments.facts.iter();
    let local = facts().filter(|fact| {
        fact.name == "auth.site_url"
            && fact.stage == Stage::Any
            && matches!(&fact.value, Value::Url { host, .. } if host_is_local(host))
    });
    let of_file = |site: &Fact, told: &dyn Fn(&Fact) -> bool| {
        facts().find(|fact| fact.path == site.path && fact.stage == site.stage && told(fact)).cloned()
    };
    let is_public = |fact: &Fact| {
        fact.is_redirect()
            && matches!(&fact.value, Value::Hosts(hosts) if hosts.iter().any(|host| host.contains('.') && !host_is_local(host)))
    };
    let is_hosted = |fact: &Fact| matches!(fact.value, Value::SupabaseProject(_));
    let beside = facts().filter(|fact| {
        fact.name == "auth.additional_redirect_urls"
            && fact.stage == Stage::Any
            && matches!(&fact.value, Value::Hosts(hosts) if hosts.iter().any(|host| host_is_local(host)))
    });
    let is_site = |fact: &Fact| {
        fact.name == "auth.site_url"
            && matches!(&fact.value, Value::Url { host, .. } if host.contains('.') && !host_is_local(host))
    };
    let lists = beside.filter_map(|list| {
        let site = of_file(list, &is_site)?;
        Some(
            Finding::new(format!(
                "{} in {} lets sign-ins lead to this machine, beside the product's {}",
                list.name, list.path, site.shown
            ))
            .at(at(list))
            .at(at(&site))
            .key(format!("{} local", key(list)))
            .severity(Severity::Low)
            .fix("Keep this machine's addresses in a section for local work."),
        )
    });
    let mut lists: Vec<Finding> = lists.collect();
    lists.dedup_by(|one, other| one.key == other.key);
    let told = local.filter_map(|site| {
        let (other, what, severity) = match of_file(site, &is_public) {
            Some(other) => (other, "while the redirects beside it lead to public hosts", Severity::Medium),
            None => (of_file(site, &is_hosted)?, "in the file of a hosted project", Severity::Low),
        };
        Some(
            Finding::new(format!("{} in {} leads to this machine, {what}", site.name, site.path))
                .at(at(site))
                .at(at(&other))
                .key(key(site))
                .severity(severity)
                .fix("Set site_url to the address of production, and keep this machine's in a section for local work."),
        )
    });
    lists.extend(told);
    lists
}

/// The file itself is for local development, so only a project's own section must not be local.
fn fault(fact: &Fact, host: &str, own: &[String]) -> Option<String> {
    let plain = host.trim_start_matches(['*', '.']);
    if host_is_tunnel(plain) {
        return Some(format!("leads to a tunnel to somebody's machine: {host}"));
    }
    if host_is_local(plain) {
        return (fact.stage == Stage::Production).then(|| format!("leads to this machine: {host}"));
    }
    let is_own =
        host.starts_with('*') || is_preview(plain) || own.iter().any(|domain| is_below(plain, domain));
    (!is_own && !own.is_empty() && fact.stage == Stage::Production)
        .then(|| format!("leads to {host}, which is not on {}", own.join(" or ")))
}

/// Hosts that a platform gives; whose they are, no name tells.
fn is_preview(host: &str) -> bool {
    [
        "vercel.app",
        "netlify.app",
        "web.app",
        "firebaseapp.com",
        "pages.dev",
        "lovable.app",
        "lovableproject.com",
        "expo.dev",
    ]
    .iter()
    .any(|ending| host.ends_with(ending))
}
