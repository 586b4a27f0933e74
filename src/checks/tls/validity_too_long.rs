//! The certificate is valid for longer than clients and CAs allow.
//!
//! Public certificates may last 398 days, 200 from 15 March 2026, 100 from 15 March 2027 and 47 from
//! 15 March 2029, by their `notBefore`. Browsers refuse longer ones. For a private CA the schedule does not
//! bind, but Apple's systems refuse any server certificate of more than 825 days, and a key that lives for
//! years is seldom replaced when it should be.
//!
//! ## Fix
//!
//! Have the certificate issued again with a lifetime of 90 days, and renew it automatically.
//! ```text
//! certbot --nginx -d example.com
//! ```
//!
//! ## References
//!
//! - <https://cabforum.org/working-groups/server/baseline-requirements/requirements/>
//! - <https://support.apple.com/103769>
//! - <https://support.apple.com/102028>

use crate::{
    checks::{Check, Context, Judge},
    engine::certificate::limit,
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/validity-too-long",
    title: "the certificate is valid for too long",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("validity_too_long.rs"),
};

const DAY: i64 = 86_400;
/// What Apple's systems accept from a private CA, in days.
const PRIVATE: i64 = 825;
/// From here on a private certificate is worth a remark.
const REMARKABLE: i64 = 398;

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let public = match endpoint.trust.as_ref() {
        Ok(trust) => trust.public,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let (lifetime, limit) = (leaf.lifetime(), limit(leaf));
    let days = (lifetime + DAY - 1) / DAY;
    let (severity, most) = match (public, limit.kept) {
        (true, false) => (Severity::High, limit.days),
        (false, _) if days > PRIVATE => (Severity::Medium, PRIVATE),
        (false, _) if days > REMARKABLE => (Severity::Low, limit.days),
        _ => return Verdict::Pass,
    };
    let whose = if public { "a public CA may give" } else { "is sound for a private CA" };
    Verdict::fail(
        Finding::new(format!(
            "the certificate of {} is valid for {days} days where at most {most} {whose}",
            endpoint.host
        ))
        .severity(severity)
        .at(Place::endpoint(context.subject))
        .evidence("not before", leaf.not_before.to_string())
        .evidence("not after", leaf.not_after.to_string())
        .evidence("limit", format!("{most} days"))
        .fix("have it issued again with a lifetime of 90 days and renew it automatically"),
    )
}
