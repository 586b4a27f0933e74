//! What others vouch for: the stapled OCSP response, the responder's own answer, log timestamps.

use reqwest::Method;
use rustls::pki_types::CertificateDer;

use crate::{
    engine::{ocsp, sct},
    observe::{Net, net::Request},
    seen::{Endpoint, Miss, OcspResponse, Revocation, Sct, Seen},
};

/// Responses are two or three kilobytes.
const LIMIT: usize = 64 << 10;

/// Fills in what came with the handshake.
pub(super) fn staple(endpoint: &mut Endpoint, net: &Net, staple: &[u8], sent: &[CertificateDer<'_>]) {
    if staple.is_empty() {
        endpoint.staple = Seen::Got(None);
        return;
    }
    let read = (staple.len() <= LIMIT).then(|| ocsp::read(staple, &slices(sent), net.now)).flatten();
    endpoint.staple = match read {
        Some(read) => {
            add(endpoint, read.scts);
            Seen::Got(Some(read.response))
        }
        None => Seen::Missed(Miss::Malformed(format!("{}: the stapled OCSP response", endpoint.host))),
    };
}

/// Fills in the timestamps that came as an extension of the handshake; `plain` is the chain beside which
/// they came, which need not be the one that a modern client gets.
pub(super) fn beside(
    endpoint: &mut Endpoint,
    timestamps: &[u8],
    plain: &[CertificateDer<'_>],
    sent: &[CertificateDer<'_>],
) {
    if !timestamps.is_empty() && plain.first() == sent.first() {
        add(endpoint, sct::in_handshake(timestamps, &slices(sent)));
    }
}

fn add(endpoint: &mut Endpoint, found: Vec<Sct>) {
    if let Seen::Got(scts) = &mut endpoint.scts {
        scts.extend(found);
        scts.sort();
    }
}

/// The timestamps inside the leaf, sorted.
pub(super) fn timestamps(sent: &[CertificateDer<'_>]) -> Vec<Sct> {
    let mut found = sct::embedded(&slices(sent));
    found.sort();
    found
}

/// Asks the responder where neither a revocation list nor a staple settled the matter.
pub(super) async fn ask(
    endpoint: &Endpoint,
    revocation: &Seen<Revocation>,
    net: &Net,
    sent: &[CertificateDer<'_>],
) -> Seen<OcspResponse> {
    let by_list = matches!(revocation, Seen::Got(Revocation::Good | Revocation::Revoked));
    let by_staple =
        endpoint.staple.got().and_then(Option::as_ref).is_some_and(|one| one.verdict(net.now).is_some());
    if by_list || by_staple {
        return Seen::Missed(Miss::NotAsked);
    }
    let chain = slices(sent);
    let Some(url) = chain.first().and_then(|leaf| ocsp::responder(leaf)) else {
        return Seen::Missed(Miss::NotAsked);
    };
    fetch(net, &url, &chain).await.into()
}

async fn fetch(net: &Net, url: &str, chain: &[&[u8]]) -> Result<OcspResponse, Miss> {
    let [leaf, issuer, ..] = chain else {
        return Err(Miss::Unsupported("OCSP names the issuer, whose certificate was not sent".to_owned()));
    };
    let body = ocsp::request(leaf, issuer)
        .ok_or_else(|| Miss::Unsupported("an OCSP request for this certificate".to_owned()))?;
    let mut request = Request::get(url, "ocsp").header("content-type", "application/ocsp-request");
    request.method = Method::POST;
    request.body = Some(body);
    request.body_limit = LIMIT;
    let (exchange, body) = net.fetch(request).await?;
    if exchange.status != 200 {
        return Err(Miss::Denied(format!("{url} answered with {}", exchange.status)));
    }
    ocsp::read(&body.bytes, chain, net.now)
        .map(|read| read.response)
        .ok_or_else(|| Miss::Malformed(format!("{url}: an OCSP response")))
}

fn slices<'a>(sent: &'a [CertificateDer<'_>]) -> Vec<&'a [u8]> {
    sent.iter().take(super::CHAIN).map(AsRef::as_ref).collect()
}
