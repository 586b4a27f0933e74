//! The server's certificate is not valid yet.
//!
//! Clients refuse a certificate before its `notBefore` exactly as they refuse an expired one. The usual
//! causes are a wrong clock on the machine that issued it and a certificate put in place ahead of its time.
//!
//! ## Fix
//!
//! Correct the issuing machine's clock and issue again, or put the previous certificate back until
//! `notBefore` has passed.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/not-yet-valid",
    title: "the certificate is not valid yet",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("not_yet_valid.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if leaf.not_before <= context.now {
        return Verdict::Pass;
    }
    Verdict::fail(
        Finding::new(format!("the certificate of {} is not valid before {}", endpoint.host, leaf.not_before))
            .at(Place::endpoint(context.subject))
            .evidence("not before", leaf.not_before.to_string())
            .evidence("issuer", leaf.issuer.clone())
            .fix("issue the certificate again with a correct clock, or restore the previous one until then"),
    )
}
