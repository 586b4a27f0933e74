//! The domain has addresses of two hosting providers at once.
//!
//! Visitors are sent to one or the other by chance. After a move the old address is usually the one that was forgotten: half of the visitors see the old site, a certificate error, or whatever the next customer of that address shows; and issuing certificates fails every other time.
//!
//! ## Fix
//!
//! Remove the addresses of the host that you left:
//! ```text
//! example.com. A 76.76.21.21
//! ```
//!
//! ## References
//!
//! - <https://vercel.com/docs/domains/troubleshooting>
//! - <https://docs.github.com/en/pages/configuring-a-custom-domain-for-your-github-pages-site/managing-a-custom-domain-for-your-github-pages-site>

use std::{collections::BTreeMap, net::Ipv4Addr};

use super::{Early, alive, get};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/apex-mixed-hosts",
    title: "addresses of two hosts at one name",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Zone(judge),
    source: include_str!("apex_mixed_hosts.rs"),
};

/// Networks in which hosts serve the apex of customers' domains: network, bits, host. A network that
/// is missing here makes a false pair, so each host's list is whole: Cloudflare's is
/// <https://www.cloudflare.com/ips-v4>, Fastly's <https://api.fastly.com/public-ip-list>; the others
/// are the records that each host has its customers publish. Vercel publishes no list: its networks are
/// those in which `cname.vercel-dns.com` and its successors were seen to lie.
const HOSTS: &[([u8; 4], u32, &str)] = &[
    ([23, 227, 38, 0], 24, "Shopify"),
    ([23, 235, 32, 0], 20, "Fastly"),
    ([64, 29, 17, 0], 24, "Vercel"),
    ([66, 33, 60, 0], 24, "Vercel"),
    ([66, 241, 124, 0], 23, "Fly.io"),
    ([75, 2, 60, 5], 32, "Netlify"),
    ([75, 2, 70, 75], 32, "Webflow"),
    ([76, 76, 21, 0], 24, "Vercel"),
    ([76, 223, 126, 88], 32, "Vercel"),
    ([99, 83, 190, 102], 32, "Webflow"),
    ([99, 83, 231, 61], 32, "Netlify"),
    ([103, 21, 244, 0], 22, "Cloudflare"),
    ([103, 22, 200, 0], 22, "Cloudflare"),
    ([103, 31, 4, 0], 22, "Cloudflare"),
    ([104, 16, 0, 0], 13, "Cloudflare"),
    ([104, 24, 0, 0], 14, "Cloudflare"),
    ([104, 156, 80, 0], 20, "Fastly"),
    ([108, 162, 192, 0], 18, "Cloudflare"),
    ([131, 0, 72, 0], 22, "Cloudflare"),
    ([141, 101, 64, 0], 18, "Cloudflare"),
    ([146, 75, 0, 0], 16, "Fastly"),
    ([151, 101, 0, 0], 16, "Fastly"),
    ([162, 158, 0, 0], 15, "Cloudflare"),
    ([172, 64, 0, 0], 13, "Cloudflare"),
    ([173, 245, 48, 0], 20, "Cloudflare"),
    ([185, 199, 108, 0], 22, "GitHub Pages"),
    ([188, 114, 96, 0], 20, "Cloudflare"),
    ([190, 93, 240, 0], 20, "Cloudflare"),
    ([192, 0, 78, 0], 24, "WordPress.com"),
    ([197, 234, 240, 0], 22, "Cloudflare"),
    ([198, 41, 128, 0], 17, "Cloudflare"),
    ([198, 49, 23, 144], 31, "Squarespace"),
    ([198, 185, 159, 144], 31, "Squarespace"),
    ([199, 36, 158, 100], 32, "Firebase Hosting"),
    ([199, 232, 0, 0], 16, "Fastly"),
    ([216, 24, 57, 0], 24, "Render"),
    ([216, 150, 1, 0], 24, "Vercel"),
    ([216, 150, 16, 0], 24, "Vercel"),
    ([216, 198, 79, 0], 24, "Vercel"),
];

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let addresses: Vec<Ipv4Addr> =
        get(zone, domain, Rr::A)?.iter().filter_map(|text| text.parse().ok()).collect();
    if addresses.len() < 2 {
        return Ok(Verdict::not_applicable(format!("{domain} has not two IPv4 addresses")));
    }
    let mut hosts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut others = Vec::new();
    for address in &addresses {
        match host(*address) {
            Some(host) => hosts.entry(host).or_default().push(address.to_string()),
            None => others.push(address.to_string()),
        }
    }
    let named: Vec<String> =
        hosts.iter().map(|(host, addresses)| format!("{host} ({})", addresses.join(", "))).collect();
    let finding = match (named.as_slice(), others.as_slice()) {
        ([_, _, ..], _) => Finding::new(format!("{domain} points to {} at once", named.join(" and "))),
        // Who the others belong to is not known: a second line of one's own is possible.
        ([one], [_, ..]) => {
            let message = format!("{domain} points to {one} and to {} as well", others.join(", "));
            Finding::new(message).severity(Severity::Medium).confidence(Confidence::Low)
        }
        _ => return Ok(Verdict::Pass),
    };
    Ok(Verdict::fail(
        finding
            .at(Place::dns(domain, "A"))
            .evidence("addresses", addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            .fix(format!("Remove the A records of {domain} that belong to the host you left.")),
    ))
}

fn host(address: Ipv4Addr) -> Option<&'static str> {
    let within = |network: [u8; 4], bits: u32| {
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        u32::from(address) & mask == u32::from_be_bytes(network) & mask
    };
    HOSTS.iter().find(|(network, bits, _)| within(*network, *bits)).map(|(.., host)| *host)
}
