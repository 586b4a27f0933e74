//! A production webhook is delivered to a developer's machine or to an inspection service.
//!
//! localhost cannot be reached by a provider; tunnels (ngrok, Cloudflare quick tunnels) end with the
//! terminal they run in and can be taken over by the next user of the name; inspection services show
//! every event, with its customer data, to whoever knows the link.
//!
//! ## Fix
//!
//! Register the production host's URL with the provider and remove this endpoint there.

use super::parsed_url;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Webhook,
    station::Station,
    verdict::Verdict,
};
use url::Host;

pub(super) static CHECK: Check = Check {
    id: "webhook/url-tunnel",
    title: "production webhook points to a tunnel or test host",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Webhook(judge),
    source: include_str!("url_tunnel.rs"),
};

/// Host names of tunnels and inspection services, with all names below them.
const TUNNELS: &[(&str, &str)] = &[
    ("ngrok.io", "an ngrok tunnel"),
    ("ngrok.app", "an ngrok tunnel"),
    ("ngrok.dev", "an ngrok tunnel"),
    ("ngrok-free.app", "an ngrok tunnel"),
    ("ngrok-free.dev", "an ngrok tunnel"),
    ("trycloudflare.com", "a Cloudflare quick tunnel"),
    ("loca.lt", "a localtunnel"),
    ("localhost.run", "a tunnel"),
    ("lhr.life", "a tunnel"),
    ("serveo.net", "a tunnel"),
    ("tunnelmole.net", "a tunnel"),
    ("pinggy.link", "a tunnel"),
    ("devtunnels.ms", "a development tunnel"),
    ("webhook.site", "an inspection service"),
    ("requestbin.com", "an inspection service"),
    ("requestbin.net", "an inspection service"),
    ("pipedream.net", "an inspection service"),
    ("requestcatcher.com", "an inspection service"),
    ("beeceptor.com", "an inspection service"),
    ("hookbin.com", "an inspection service"),
    ("smee.io", "a development relay"),
    ("localhost", "this machine"),
    ("local", "a local network"),
    ("internal", "a local network"),
    ("test", "a name reserved for tests"),
    ("invalid", "a name that cannot exist"),
];

fn judge(webhook: &Webhook, _context: &Context<'_>) -> Verdict {
    let url = match parsed_url(webhook) {
        Ok(url) => url,
        Err(verdict) => return verdict,
    };
    if !webhook.production {
        return Verdict::not_applicable(format!("{url} is not a production endpoint"));
    }
    let Some(what) = url.host().and_then(|host| unfit(&host)) else { return Verdict::Pass };
    Verdict::fail(
        Finding::new(format!("the production webhook {url} points to {what}"))
            .at(Place::url(url.as_str()))
            .root("webhook/wrong-host")
            .fix("register the production host's URL with the provider and remove this endpoint there"),
    )
}

fn unfit(host: &Host<&str>) -> Option<&'static str> {
    match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let below = |parent: &str| {
                name.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            };
            TUNNELS.iter().find(|(parent, _)| below(parent)).map(|(_, what)| *what)
        }
        Host::Ipv4(address) if address.is_loopback() || address.is_private() || address.is_link_local() => {
            Some("an address of a local network")
        }
        Host::Ipv6(address)
            if address.is_loopback() || address.is_unique_local() || address.is_unspecified() =>
        {
            Some("an address of a local network")
        }
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}
