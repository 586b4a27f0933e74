//! Shakes hands with a TLS endpoint and keeps what it sent, whether or not it verifies.

mod capture;
mod files;
pub(super) mod handshake;
mod renegotiation;
mod resume;
mod revoked;
mod status;
mod trust;
mod ways;
mod wire;

use jiff::SignedDuration;
use rustls::pki_types::CertificateDer;

pub use self::files::{Terms, chains_in};
use self::handshake::{Greeting, Shaken, in_words};
use super::{Net, hello};
use crate::{
    engine::certificate,
    plan::Touch,
    seen::{Certificate, Endpoint, Miss, OcspResponse, Refusal, Revocation, Seen, Trust},
};

/// Most certificates of a chain that are looked at.
const CHAIN: usize = 20;
/// How far ahead the chain must hold: the usual distance between two looks at it.
const AHEAD: SignedDuration = SignedDuration::from_hours(30 * 24);

pub(super) async fn observe(net: &Net, host: &str, port: u16) -> Seen<Endpoint> {
    let mut endpoint = Endpoint { host: host.to_owned(), port, ..Endpoint::default() };
    let mut shaken = shake(net, host, port).await;
    let peer_speaks = match &shaken {
        Ok(Shaken::Refused(Refusal::PlainHttp)) => false,
        Ok(_) => true,
        // An old stack may break off or garble a modern handshake and answer its own; silence is silence.
        Err(miss) => matches!(miss, Miss::Refused(_) | Miss::Malformed(_)),
    };
    let named = match &shaken {
        Ok(Shaken::Done(done)) => facts(&done.sent).ok().and_then(|(chain, _)| chain.into_iter().next()),
        _ => None,
    };
    let is_sound = matches!(shaken, Ok(Shaken::Done(_)));
    let again =
        async { if is_sound { Some(Box::pin(renegotiation::ask(net, host, port)).await) } else { None } };
    let enumerated =
        async { if peer_speaks { Some(Box::pin(hello::enumerate(net, host, port)).await) } else { None } };
    let (enumerated, again, ()) = tokio::join!(enumerated, again, Box::pin(say_goodbye(net, &mut shaken)));
    if let Some(again) = again {
        endpoint.renegotiation = again.into();
    }
    let (mut plain, mut timestamps) = (Vec::new(), Vec::new());
    if let Some(enumerated) = enumerated {
        endpoint.offers = enumerated.offers;
        timestamps = enumerated.timestamps;
        plain = enumerated.chain.into_iter().map(CertificateDer::from).collect();
    }
    let sent = match &shaken {
        Ok(Shaken::Done(done)) => done.sent.clone(),
        _ => plain.clone(),
    };
    match shaken {
        Err(miss) if endpoint.offers.got().is_none() => return Seen::Missed(miss),
        Err(miss) => {
            endpoint.session = Seen::Missed(miss.clone());
            endpoint.renegotiation = Seen::Missed(miss.clone());
            present(&mut endpoint, net, &plain, Some(miss));
        }
        Ok(Shaken::Refused(refusal)) => {
            let miss = Miss::Denied(format!("{host}:{port} {}", in_words(&refusal)));
            if endpoint.offers.got().is_none() {
                endpoint.offers = Seen::Missed(miss.clone());
            }
            endpoint.session = Seen::Missed(miss.clone());
            endpoint.renegotiation = Seen::Missed(miss.clone());
            endpoint.refusal = Some(refusal);
            present(&mut endpoint, net, &plain, Some(miss));
        }
        Ok(Shaken::Done(done)) => {
            endpoint.session = Seen::Got(done.session);
            present(&mut endpoint, net, &sent, None);
            status::staple(&mut endpoint, net, &done.staple, &sent);
        }
    }
    status::beside(&mut endpoint, &timestamps, &plain, &sent);
    // After the enumeration, which measures how far the server is; beside each other.
    let (ways, (revocation, ocsp)) = tokio::join!(
        Box::pin(ways::look(net, host, port, named.as_ref())),
        Box::pin(revoked_or_not(&endpoint, net, &sent)),
    );
    (endpoint.ways, endpoint.revocation, endpoint.ocsp) = (ways, revocation, ocsp);
    Seen::Got(endpoint)
}

/// By the list, and where that settles nothing by the responder.
async fn revoked_or_not(
    endpoint: &Endpoint,
    net: &Net,
    sent: &[CertificateDer<'_>],
) -> (Seen<Revocation>, Seen<OcspResponse>) {
    let revocation = match endpoint.leaf() {
        Ok(leaf) => revoked::judge(net, leaf, sent).await,
        Err(miss) => Seen::Missed(miss),
    };
    let ocsp = status::ask(endpoint, &revocation, net, sent).await;
    (revocation, ocsp)
}

/// Fills in the chain that was sent, and whether it is to be trusted; `miss` says why none was.
fn present(endpoint: &mut Endpoint, net: &Net, sent: &[CertificateDer<'_>], miss: Option<Miss>) {
    endpoint.chain = match miss {
        Some(miss) if sent.is_empty() => Seen::Missed(miss),
        _ => match facts(sent) {
            Ok((chain, unread)) => {
                endpoint.unread = unread;
                Seen::Got(chain)
            }
            Err(miss) => Seen::Missed(miss),
        },
    };
    match endpoint.leaf() {
        Ok(leaf) => {
            let trust = trust::judge(net, leaf, sent);
            let soon = net.now.saturating_add(AHEAD).unwrap_or(net.now);
            let soon = soon.min(leaf.not_after).max(net.now);
            endpoint.ahead = Seen::Got(trust::verify(&net.roots, sent, soon));
            endpoint.trust = Seen::Got(trust);
            endpoint.scts = Seen::Got(status::timestamps(sent));
        }
        Err(miss) => {
            endpoint.ahead = Seen::Missed(miss.clone());
            endpoint.scts = Seen::Missed(miss.clone());
            endpoint.trust = Seen::Missed(miss);
        }
    }
}

/// The facts of a chain that was sent elsewhere, and whether it is to be trusted.
pub(super) fn judged(net: &Net, sent: &[CertificateDer<'_>]) -> (Seen<Vec<Certificate>>, Seen<Trust>) {
    let chain: Seen<Vec<Certificate>> = facts(sent).map(|(chain, _)| chain).into();
    let trust = match chain.as_ref() {
        Ok(chain) => chain.first().map(|leaf| trust::judge(net, leaf, sent)).ok_or(Miss::NotAsked).into(),
        Err(miss) => Seen::Missed(miss.clone()),
    };
    (chain, trust)
}

pub(super) fn touches(host: &str, port: u16) -> Vec<Touch> {
    vec![
        Touch::Tcp { host: host.to_owned(), port, why: "TLS handshake".to_owned() },
        Touch::Tcp { host: host.to_owned(), port, why: "ClientHello of each TLS and SSL version".to_owned() },
        Touch::Then { what: hello::connections() },
        Touch::Then {
            what:
                "one GET of the revocation list that the certificate points to, if any; where none settles \
                   it, one POST to its OCSP responder"
                    .to_owned(),
        },
        Touch::Then { what: renegotiation::touches() },
        Touch::Then { what: ways::touches() },
    ]
}

/// One handshake; once more after a reset, which a busy server sends without meaning it.
async fn shake(net: &Net, host: &str, port: u16) -> Result<Shaken, Miss> {
    match attempt(net, host, port).await {
        Err(Miss::Refused(_)) => attempt(net, host, port).await,
        other => other,
    }
}

async fn attempt(net: &Net, host: &str, port: u16) -> Result<Shaken, Miss> {
    let stream = net.connect(host, port, "tls").await?;
    handshake::over(net, Greeting::web(host, port), stream.tcp).await
}

/// Ends the connection, at once because some servers serve one at a time, and hears what is still to come.
async fn say_goodbye(net: &Net, shaken: &mut Result<Shaken, Miss>) {
    if let Ok(Shaken::Done(done)) = shaken
        && let Some(stream) = done.stream.take()
    {
        done.session.resumption = resume::ask(net, &done.tickets, stream).await;
    }
}

/// The facts of each certificate, as sent, and which of those behind the leaf cannot be read.
pub(super) fn facts(sent: &[CertificateDer<'_>]) -> Result<(Vec<Certificate>, Vec<String>), Miss> {
    let Some((leaf, others)) = sent.split_first() else {
        return Err(Miss::Malformed("the server sent no certificate".to_owned()));
    };
    let leaf = certificate::parse(leaf).map_err(|err| Miss::Malformed(err.to_string()))?;
    let (mut chain, mut unread) = (vec![leaf], Vec::new());
    for (index, der) in others.iter().take(CHAIN - 1).enumerate() {
        match certificate::parse(der) {
            Ok(one) => chain.push(one),
            Err(err) => unread.push(format!("number {} of {}: {err}", index + 2, sent.len())),
        }
    }
    Ok((chain, unread))
}
