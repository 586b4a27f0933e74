//! The server's certificate is revoked.
//!
//! Its CA has put it on the revocation list that it points to, or says so over OCSP: its key is taken to be stolen, or it was issued wrongly.
//! Browsers that follow revocation refuse it at once, the others within days.
//!
//! ## Fix
//!
//! Make a new key, have a new certificate issued for it, and ask the CA why the old one was revoked:
//! ```text
//! certbot certonly --force-renewal --new-key -d example.com
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-5>
//! - <https://letsencrypt.org/docs/revoking/>

use jiff::Timestamp;

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Miss, OcspResponse, OcspStatus, Revocation, Signature},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/revoked",
    title: "the certificate is revoked",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("revoked.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let staple = endpoint.staple.got().and_then(Option::as_ref);
    let responses = [("the stapled OCSP response", staple), ("the OCSP responder", endpoint.ocsp.got())];
    let revoked = responses.iter().find_map(|(who, response)| Some((*who, revoked_at((*response)?)?)));
    let by = match (endpoint.revocation.as_ref(), revoked) {
        (Ok(Revocation::Revoked), _) => "its CA's revocation list".to_owned(),
        (_, Some((who, at))) => format!("{who} (since {at})"),
        (Ok(Revocation::Good), None) => return Verdict::Pass,
        (list, None) => return without_list(endpoint, context, list.err()),
    };
    Verdict::fail(
        Finding::new(format!("the certificate of {} is revoked, says {by}", endpoint.host))
            .confidence(Confidence::High)
            .at(Place::endpoint(context.subject))
            .evidence("serial", leaf.serial.clone())
            .evidence("issuer", leaf.issuer.clone())
            .evidence("revocation list", leaf.crl_url.clone().unwrap_or_default())
            .fix("make a new key and have a new certificate issued for it"),
    )
}

/// A signed "revoked" stays true after the response has gone out of date.
fn revoked_at(response: &OcspResponse) -> Option<Timestamp> {
    match response.status {
        Some(OcspStatus::Revoked { at }) if response.signature == Signature::Verified => Some(at),
        _ => None,
    }
}

/// No list settled it: a response that is in force may.
fn without_list(endpoint: &Endpoint, context: &Context<'_>, list: Option<&Miss>) -> Verdict {
    let staple = endpoint.staple.got().and_then(Option::as_ref);
    let answers = [staple, endpoint.ocsp.got()];
    let good = |response: &OcspResponse| response.verdict(context.now) == Some(&OcspStatus::Good);
    if answers.iter().flatten().any(|response| good(response)) {
        return Verdict::Pass;
    }
    match (endpoint.ocsp.as_ref(), list) {
        (Ok(response), _) => Verdict::inconclusive(Miss::Denied(format!(
            "the OCSP responder says `{}` and nothing that settles it",
            response.response
        ))),
        (Err(_), Some(miss)) | (Err(miss), None) if *miss != Miss::NotAsked => {
            Verdict::inconclusive(miss.clone())
        }
        (Err(Miss::NotAsked), None) if endpoint.leaf().is_ok_and(|leaf| !leaf.ocsp) => {
            Verdict::not_applicable("the certificate points to no revocation list and no OCSP responder")
        }
        _ => Verdict::inconclusive(Miss::NotAsked),
    }
}
