//! One of the names in the certificate has no address any more.
//!
//! A certificate is renewed for all its names or not at all. When the authority checks the names over HTTP and one no longer resolves, the renewal of every other name fails with it, and the site goes down at the end of the present certificate.
//!
//! ## Fix
//!
//! Have the certificate issued again without the name, or bring its record back:
//! ```text
//! certbot certonly --cert-name example.com -d example.com -d www.example.com
//! ```
//!
//! ## References
//!
//! - <https://letsencrypt.org/docs/challenge-types/>
//! - <https://www.rfc-editor.org/rfc/rfc8555#section-7.1.4>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Miss, Sight},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/san-name-dead",
    title: "the certificate names a host that does not resolve",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("san_name_dead.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (leaf, ways) = match (endpoint.leaf(), endpoint.ways.as_ref()) {
        (Ok(leaf), Ok(ways)) => (leaf, ways),
        (Err(miss), _) => return Verdict::inconclusive(miss),
        (_, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    let mut listed = ways.names.iter().filter(|(name, _)| leaf.dns_names.contains(name)).peekable();
    if listed.peek().is_none() {
        return Verdict::not_applicable("the certificate names no further host of this domain");
    }
    let (mut dead, mut missed) = (Vec::new(), None);
    for (name, sight) in listed {
        match sight.as_ref() {
            Ok(Sight::NoSuchName) => dead.push(name.as_str()),
            Ok(_) => {}
            // It was found and did not answer: that is another question.
            Err(Miss::Timeout(what)) if what.starts_with(&format!("{name}:")) => {}
            Err(miss) => missed = missed.or(Some(miss)),
        }
    }
    if dead.is_empty() {
        return missed.map_or(Verdict::Pass, |miss| Verdict::inconclusive(miss.clone()));
    }
    let kept: Vec<&str> =
        leaf.dns_names.iter().map(String::as_str).filter(|name| !dead.contains(name)).collect();
    Verdict::fail(
        Finding::new(format!(
            "the certificate of {} names {}, which has no address: a renewal over HTTP fails for all names",
            endpoint.host,
            dead.join(", ")
        ))
        .at(Place::endpoint(context.subject))
        .evidence("names left", kept.join(", "))
        .evidence("not after", leaf.not_after.to_string())
        .fix(format!("have the certificate issued again without {}", dead.join(", "))),
    )
}
