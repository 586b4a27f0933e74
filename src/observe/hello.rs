//! Enumerates what a TLS server offers: one connection, one ClientHello, one answer, repeated.
//!
//! A timeout or a reset says nothing about what is offered and becomes a miss, never a "no".

mod link;
mod modern;
mod old;

use std::{collections::BTreeMap, time::Duration};

use tokio::time::timeout;

use self::{link::Link, old::Found};
use super::Net;
use crate::{
    engine::hello::{Version, sslv2_hello},
    seen::{Miss, Offer, Offers, Seen},
};

/// Connections for one version at most: the longest list of suites ever met is 61.
pub(super) const ROUNDS: usize = 96;
/// Connections in flight at once to one server.
pub(super) const ABREAST: usize = 12;
/// For the whole enumeration.
const LONGEST: Duration = Duration::from_secs(25);

/// What an enumeration brings home.
pub(super) struct Enumerated {
    pub(super) offers: Seen<Offers>,
    /// The chain that came in plaintext up to TLS 1.2, DER, as sent; may be empty.
    pub(super) chain: Vec<Vec<u8>>,
    /// The timestamps of transparency logs that came beside it; may be empty.
    pub(super) timestamps: Vec<u8>,
}

/// Asks for every version at once; within a version each answer decides the next question.
pub(super) async fn enumerate(net: &Net, host: &str, port: u16) -> Enumerated {
    let link = Link::new(net, host, port);
    timeout(LONGEST, Box::pin(ask_all(&link))).await.unwrap_or_else(|_| Enumerated {
        offers: Seen::Missed(Miss::Timeout(format!("{host}:{port}, what it offers"))),
        chain: Vec::new(),
        timestamps: Vec::new(),
    })
}

async fn ask_all(link: &Link<'_>) -> Enumerated {
    let (tls13, tls12, tls11, tls10, ssl3, ssl2) = tokio::join!(
        modern::tls13(link),
        old::suites(link, Version::Tls12),
        old::suites(link, Version::Tls11),
        old::suites(link, Version::Tls10),
        old::suites(link, Version::Ssl3),
        ssl2(link),
    );
    let mut offers = Offers::default();
    let tls13 = match tls13 {
        Ok(Some(found)) => {
            (offers.groups, offers.groups_cut) = (found.groups, found.groups_cut);
            Seen::Got(Offer::Offered(Box::new(found.offered)))
        }
        Ok(None) => Seen::Got(Offer::Refused),
        Err(miss) => Seen::Missed(miss),
    };
    let older = [(Version::Tls12, tls12), (Version::Tls11, tls11), (Version::Tls10, tls10)];
    let (mut chain, mut timestamps) = (Vec::new(), Vec::new());
    let mut versions = BTreeMap::from([(Version::Tls13, tls13), (Version::Ssl2, ssl2.into())]);
    for (version, found) in older.into_iter().chain([(Version::Ssl3, ssl3)]) {
        let answer = match found {
            Ok(Some(found)) => {
                let Found { offered, certificates, timestamps: own } = found;
                if chain.is_empty() {
                    (chain, timestamps) = (certificates, own);
                }
                Seen::Got(Offer::Offered(Box::new(offered)))
            }
            Ok(None) => Seen::Got(Offer::Refused),
            Err(miss) => Seen::Missed(miss),
        };
        versions.insert(version, answer);
    }
    offers.versions = versions;
    offers.refuses_fallback = old::refuses_fallback(link, &offers).await;
    Enumerated { offers: sensible(offers, link), chain, timestamps }
}

/// A server that turns everything down has said nothing about single versions.
fn sensible(offers: Offers, link: &Link<'_>) -> Seen<Offers> {
    if offers.known().next().is_some() {
        return Seen::Got(offers);
    }
    let miss = offers.versions.values().rev().find_map(|seen| seen.as_ref().err());
    Seen::Missed(
        miss.cloned()
            .unwrap_or_else(|| Miss::Denied(format!("{} turned every version of TLS down", link.name()))),
    )
}

async fn ssl2(link: &Link<'_>) -> Result<Offer, Miss> {
    let hello = sslv2_hello([7; 16]);
    let answer = link.exchange_twice(&hello, || |all: &[u8]| all.len() >= 7).await?;
    // SERVER-HELLO: a length with the high bit set, message type 4, hit, certificate type, version 2.
    let is_hello = answer.len() >= 7 && answer[0] & 0x80 != 0 && answer[2] == 4 && answer[5..7] == [0, 2];
    Ok(if is_hello { Offer::Offered(Box::default()) } else { Offer::Refused })
}

/// How many connections an enumeration makes, for `gonogo plan`.
pub(super) fn connections() -> String {
    format!(
        "one connection for each TLS version, suite and group the server accepts, about 25 on a current \
         server, at most {ROUNDS} a version and {ABREAST} at once; no handshake is completed"
    )
}
