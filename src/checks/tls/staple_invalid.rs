//! The server staples an OCSP response that clients must throw away: out of date, about another certificate, not successful, or not signed by the authority.
//!
//! Firefox shows an error page for a stapled response that is expired or that says nothing about the certificate; other clients ask the authority in its place. A stale response means that the job or the server process that fetches it has stopped.
//!
//! ## Fix
//!
//! Let the server fetch the response itself and see that it can reach the responder, or switch stapling off:
//! ```text
//! ssl_stapling on;
//! ssl_stapling_verify on;
//! resolver 127.0.0.53;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6960#section-3.2>
//! - <https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_stapling>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Miss, OcspResponse, OcspStatus, SKEW, Signature},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/staple-invalid",
    title: "the stapled OCSP response is no good",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("staple_invalid.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let staple = match endpoint.staple.as_ref() {
        Ok(Some(staple)) => staple,
        Ok(None) => return Verdict::not_applicable("no OCSP response is stapled"),
        Err(Miss::Malformed(_)) if endpoint.session.got().is_some() => {
            return fail(endpoint, context, "is not an OCSP response", None);
        }
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    if let Some(fault) = fault(staple, context.now) {
        return fail(endpoint, context, &fault, Some(staple));
    }
    match &staple.signature {
        Signature::Verified => Verdict::Pass,
        Signature::Wrong(why) => {
            fail(endpoint, context, &format!("is not to be trusted: {why}"), Some(staple))
        }
        Signature::Unverified(why) => {
            Verdict::inconclusive(Miss::Unsupported(format!("the stapled response: {why}")))
        }
    }
}

fn fault(staple: &OcspResponse, now: jiff::Timestamp) -> Option<String> {
    if staple.response != "successful" {
        return Some(format!("says `{}` and nothing about the certificate", staple.response));
    }
    match &staple.status {
        None => return Some("is about another certificate".to_owned()),
        Some(OcspStatus::Unknown) => {
            return Some("says that the authority does not know the certificate".to_owned());
        }
        Some(OcspStatus::Good | OcspStatus::Revoked { .. }) => {}
    }
    match (staple.this_update, staple.next_update) {
        (_, Some(until)) if until < now => Some(format!("went out of date on {until}")),
        (Some(from), _) if from.as_second() > now.as_second() + SKEW => {
            Some(format!("is in force only from {from}"))
        }
        _ => None,
    }
}

fn fail(endpoint: &Endpoint, context: &Context<'_>, fault: &str, staple: Option<&OcspResponse>) -> Verdict {
    let demanded = endpoint.leaf().is_ok_and(|leaf| leaf.must_staple);
    let mut finding = Finding::new(format!("the OCSP response that {} staples {fault}", endpoint.host))
        .severity(if demanded { Severity::High } else { Severity::Medium })
        .at(Place::endpoint(context.subject))
        .fix("let the server fetch a fresh response, or switch stapling off");
    if let Some(until) = staple.and_then(|staple| staple.next_update) {
        finding = finding.evidence("next update", until.to_string());
    }
    Verdict::fail(finding)
}
