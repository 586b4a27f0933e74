//! The certificate is valid for more than 100 days and comes from an authority that does not renew by itself.
//!
//! Certificates of this length are usually ordered and installed by hand. Public authorities may issue at most 200 days today, 100 days from 2027-03-15 and 47 days from 2029-03-15: what is renewed by hand once a year becomes eight times a year, and one forgotten renewal is an outage.
//!
//! ## Fix
//!
//! Let an ACME client renew it; most authorities offer an ACME directory:
//! ```text
//! certbot certonly --server https://acme.example-ca.com/directory -d example.com
//! ```
//!
//! ## References
//!
//! - <https://cabforum.org/2025/04/11/ballot-sc081v3-introduce-schedule-of-reducing-validity-and-data-reuse-periods/>
//! - <https://www.rfc-editor.org/rfc/rfc8555>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Verification},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/renewal-manual",
    title: "the certificate looks renewed by hand",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::Low,
    judge: Judge::Endpoint(judge),
    source: include_str!("renewal_manual.rs"),
};

const DAY: i64 = 86_400;
/// Authorities of platforms that renew what they host, whatever the lifetime.
const RENEWING: &[&str] = &["Amazon", "Cloudflare", "Microsoft", "Google Trust Services", "Let's Encrypt"];

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (leaf, trust) = match (endpoint.leaf(), endpoint.trust.as_ref()) {
        (Ok(leaf), Ok(trust)) => (leaf, trust),
        (Err(miss), _) => return Verdict::inconclusive(miss),
        (_, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    if !trust.public || trust.in_time != Verification::Trusted {
        return Verdict::not_applicable("the schedule binds public authorities");
    }
    let days = leaf.lifetime() / DAY;
    if days <= 100 || RENEWING.iter().any(|name| leaf.issuer.contains(name)) {
        return Verdict::Pass;
    }
    let left = (leaf.not_after.as_second() - context.now.as_second()).max(0) / DAY;
    Verdict::fail(
        Finding::new(format!(
            "the certificate of {} is valid for {days} days ({left} are left), which suggests that it is renewed by hand",
            endpoint.host
        ))
        .at(Place::endpoint(context.subject))
        .evidence("issuer", leaf.issuer.clone())
        .evidence("not after", leaf.not_after.to_string())
        .fix("let an ACME client renew it, before the longest lifetime falls to 100 days on 2027-03-15"),
    )
}
