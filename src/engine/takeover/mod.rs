//! Services at which a name that was given up can be claimed by somebody else.

use std::sync::LazyLock;

use serde::Deserialize;

use super::name::{is_within, matches};
use crate::finding::Confidence;

/// A hosting service, `rules/takeover/services.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub id: String,
    pub name: String,
    /// Where its customers' CNAMEs lead: names, or patterns of names, with everything below them.
    pub targets: Vec<String>,
    /// A target that does not exist can be created by anybody.
    #[serde(default)]
    pub nxdomain: bool,
    /// What it answers for names that nobody has claimed.
    pub status: Option<u16>,
    pub body: Option<String>,
    #[serde(default = "medium")]
    pub confidence: Confidence,
    /// The provider chooses the names, so that nobody can claim a given one.
    #[serde(default)]
    pub fixed: bool,
}

/// A DNS host that serves a zone for whichever account creates it, `rules/takeover/dns.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DnsHost {
    pub id: String,
    pub name: String,
    /// Patterns of its name servers.
    pub servers: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Rules {
    service: Vec<Service>,
    host: Vec<DnsHost>,
}

static SERVICES: LazyLock<Rules> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../rules/takeover/services.toml")).unwrap_or_default()
});
static DNS_HOSTS: LazyLock<Rules> =
    LazyLock::new(|| toml::from_str(include_str!("../../../rules/takeover/dns.toml")).unwrap_or_default());

/// The service that a CNAME's target belongs to.
pub fn service(target: &str) -> Option<&'static Service> {
    SERVICES.service.iter().find(|service| service.targets.iter().any(|own| lies_in(target, own)))
}

pub fn by_id(id: &str) -> Option<&'static Service> {
    SERVICES.service.iter().find(|service| service.id == id)
}

/// The DNS host that a name server belongs to.
pub fn dns_host(server: &str) -> Option<&'static DnsHost> {
    DNS_HOSTS.host.iter().find(|host| host.servers.iter().any(|pattern| matches(pattern, server)))
}

impl Service {
    /// Can its answer over HTTP tell that nobody has claimed a name?
    pub fn tells(&self) -> bool {
        self.body.is_some()
    }

    /// Is this its answer for a name that nobody has claimed?
    pub fn is_unclaimed(&self, status: u16, body: &str) -> bool {
        self.status.is_none_or(|expected| expected == status)
            && self.body.as_deref().is_some_and(|marker| body.contains(marker))
    }
}

fn lies_in(target: &str, own: &str) -> bool {
    if own.contains('*') {
        matches(own, target) || matches(&format!("*.{own}"), target)
    } else {
        is_within(target, own)
    }
}

fn medium() -> Confidence {
    Confidence::Medium
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_parse_and_are_complete() {
        let services: Rules =
            toml::from_str(include_str!("../../../rules/takeover/services.toml")).expect("services.toml");
        let hosts: Rules =
            toml::from_str(include_str!("../../../rules/takeover/dns.toml")).expect("dns.toml");
        assert!(services.service.len() >= 40 && hosts.host.len() >= 10);
        for service in &services.service {
            let told =
                usize::from(service.nxdomain) + usize::from(service.tells()) + usize::from(service.fixed);
            assert!(told >= 1, "{} says nothing", service.id);
            assert!(
                service.body.as_ref().is_none_or(|body| body.len() >= 12),
                "{}: a short marker",
                service.id
            );
        }
    }

    #[test]
    fn targets_belong_to_services() {
        for (target, id) in [
            ("shop-example.azurewebsites.net", "azure-app-service"),
            ("bucket.s3-website-eu-west-1.amazonaws.com", "aws-s3"),
            ("bucket.s3.eu-west-1.amazonaws.com", "aws-s3"),
            ("example.github.io", "github-pages"),
            ("d111.cloudfront.net", "cloudfront"),
        ] {
            assert_eq!(service(target).map(|service| service.id.as_str()), Some(id), "{target}");
        }
        assert!(service("github.io.example.com").is_none() && service("notgithub.io").is_none());
        assert_eq!(dns_host("ns-123.awsdns-45.co.uk").map(|host| host.id.as_str()), Some("route53"));
    }

    #[test]
    fn an_answer_needs_both_marks() {
        let pages = by_id("github-pages").expect("a rule");
        assert!(pages.is_unclaimed(404, "<p>There isn't a GitHub Pages site here.</p>"));
        assert!(!pages.is_unclaimed(200, "an article: There isn't a GitHub Pages site here"));
        assert!(!pages.is_unclaimed(404, "File not found"));
    }
}
