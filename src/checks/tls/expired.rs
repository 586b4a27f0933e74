//! The server's certificate has expired.
//!
//! Every browser, phone and API client refuses the connection with a full-page warning from the second
//! after `notAfter` on. Nothing behind the host can be used.
//!
//! ## Fix
//!
//! Renew now, reload the server, and find out why the automatic renewal did not run:
//! ```text
//! certbot renew --force-renewal && systemctl reload nginx
//! systemctl list-timers | grep -i certbot
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5>
//! - <https://eff-certbot.readthedocs.io/en/stable/using.html#renewing-certificates>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/expired",
    title: "the certificate has expired",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("expired.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if context.now <= leaf.not_after {
        return Verdict::Pass;
    }
    Verdict::fail(
        Finding::new(format!("the certificate of {} expired on {}", endpoint.host, leaf.not_after))
            .at(Place::endpoint(context.subject))
            .evidence("not after", leaf.not_after.to_string())
            .evidence("issuer", leaf.issuer.clone())
            .evidence("serial", leaf.serial.clone())
            .fix("renew the certificate, reload the server, and repair the automatic renewal"),
    )
}
