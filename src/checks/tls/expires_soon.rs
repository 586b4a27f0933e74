//! The server's certificate expires soon for its lifetime.
//!
//! Automatic renewal replaces a certificate when about a third of its lifetime is left. One that is still
//! in place with a fifth left has missed its turn, and a launch would end in an expired certificate. The
//! thresholds shrink with the lifetime: at most 21, 14 and 7 days, at most a fifth, an eighth and a
//! thirteenth of it.
//!
//! ## Fix
//!
//! Renew now and repair the renewal job:
//! ```text
//! certbot renew --dry-run
//! ```
//! With another ACME client, look at its log and at the reload of the server after a renewal.
//!
//! ## References
//!
//! - <https://letsencrypt.org/docs/integration-guide/#when-to-renew>
//! - <https://www.rfc-editor.org/rfc/rfc9773>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/expires-soon",
    title: "the certificate expires soon",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("expires_soon.rs"),
};

/// Days, and the part of the lifetime, under which the severity applies.
const STEPS: [(i64, i64, Severity); 3] =
    [(7, 13, Severity::High), (14, 8, Severity::Medium), (21, 5, Severity::Low)];
const DAY: i64 = 86_400;

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let left = leaf.not_after.as_second() - context.now.as_second();
    if left < 0 {
        return Verdict::not_applicable("it has expired: see tls/expired");
    }
    let lifetime = leaf.lifetime();
    let step = STEPS.iter().find(|(days, part, _)| left < (days * DAY).min(lifetime / part));
    let Some((_, _, severity)) = step else { return Verdict::Pass };
    let shown =
        if left < 2 * DAY { format!("{} hours", left / 3_600) } else { format!("{} days", left / DAY) };
    Verdict::fail(
        Finding::new(format!(
            "the certificate of {} expires in {shown}, on {}, of a lifetime of {} days",
            endpoint.host,
            leaf.not_after,
            lifetime / DAY
        ))
        .severity(*severity)
        .at(Place::endpoint(context.subject))
        .evidence("not after", leaf.not_after.to_string())
        .evidence("issuer", leaf.issuer.clone())
        .fix("renew the certificate now and find out why the automatic renewal has not done so"),
    )
}
