//! The certificate names neither a revocation list nor an OCSP responder.
//!
//! If its key is stolen, the authority has no way to tell clients. The Baseline Requirements demand a list in every certificate that is valid for more than ten days (seven from 2026-03-15).
//!
//! ## Fix
//!
//! Have the certificate issued again by an authority that puts a CRL distribution point into it.
//!
//! ## References
//!
//! - <https://cabforum.org/working-groups/server/baseline-requirements/requirements/> section 7.1.2.11.2
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.13>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Verification},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-revocation-pointer",
    title: "nobody can learn that the certificate was revoked",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_revocation_pointer.rs"),
};

/// Baseline Requirements section 1.6.1, "short-lived subscriber certificate": ten days, seven for
/// those issued from 2026-03-15.
const SHORT: i64 = 10 * 86_400;
const SHORTER: i64 = 7 * 86_400;
const SINCE: i64 = 1_773_532_800;

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (leaf, trust) = match (endpoint.leaf(), endpoint.trust.as_ref()) {
        (Ok(leaf), Ok(trust)) => (leaf, trust),
        (Err(miss), _) => return Verdict::inconclusive(miss),
        (_, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    if !trust.public || trust.in_time != Verification::Trusted {
        return Verdict::not_applicable("the rule binds public authorities");
    }
    let short = if leaf.not_before.as_second() >= SINCE { SHORTER } else { SHORT };
    if leaf.crl || leaf.ocsp || leaf.lifetime() <= short {
        return Verdict::Pass;
    }
    Verdict::fail(
        Finding::new(format!(
            "the certificate of {} names neither a revocation list nor an OCSP responder",
            endpoint.host
        ))
        .at(Place::endpoint(context.subject))
        .evidence("issuer", leaf.issuer.clone())
        .evidence("days", (leaf.lifetime() / 86_400).to_string())
        .fix("have the certificate issued again by an authority that names its revocation list in it"),
    )
}
