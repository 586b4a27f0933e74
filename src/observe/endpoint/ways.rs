//! The other ways to an endpoint: each of its addresses, no server name, the other names of its
//! certificate. One handshake each, all at once.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
};

use super::{
    facts,
    handshake::{self, Greeting, Shaken},
    trust,
};
use crate::{
    engine::{certificate::covers, name::registrable},
    observe::{Net, net::all},
    seen::{Certificate, Miss, Presented, Seen, Sight, Ways},
};

/// Most addresses of each family that are tried.
const ADDRESSES: usize = 3;
/// Most other names that are tried.
const NAMES: usize = 10;
/// Names of a certificate that are shown.
const SHOWN: usize = 4;

/// `leaf` is what the endpoint itself presented, if it did.
pub(super) async fn look(net: &Net, host: &str, port: u16, leaf: Option<&Certificate>) -> Seen<Ways> {
    let peers = match net.peers(host, port).await {
        Ok(peers) => peers,
        Err(miss) => return Seen::Missed(miss),
    };
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let (names, names_left_out) = if literal { (Vec::new(), 0) } else { others(net, host, port, leaf) };
    let (addresses, unnamed, found) = tokio::join!(
        addresses(net, host, port, &peers),
        async {
            if literal {
                return Seen::Missed(Miss::NotAsked);
            }
            Box::pin(glance(net, &peers, Greeting { named: false, ..Greeting::web(host, port) })).await
        },
        all(names.iter().map(|name| Box::pin(by_name(net, name, port)))),
    );
    let names = names.into_iter().zip(found).collect();
    Seen::Got(Ways { addresses, unnamed, names, names_left_out })
}

pub(super) fn touches() -> String {
    format!(
        "one handshake with each address of the host (at most {ADDRESSES} IPv4 and {ADDRESSES} IPv6), one \
         without a server name, and one with at most {NAMES} other names of the certificate that belong to \
         the same domain"
    )
}

/// Each address by itself; with one address the endpoint itself has said it all.
async fn addresses(net: &Net, host: &str, port: u16, peers: &[SocketAddr]) -> BTreeMap<IpAddr, Seen<Sight>> {
    if peers.len() < 2 {
        return BTreeMap::new();
    }
    let of = |v4: bool| peers.iter().filter(move |peer| peer.is_ipv4() == v4).take(ADDRESSES);
    let tried: Vec<&SocketAddr> = of(true).chain(of(false)).collect();
    let sights = tried.iter().map(|peer| glance(net, std::slice::from_ref(*peer), Greeting::web(host, port)));
    let sights = all(sights).await;
    tried.iter().map(|peer| peer.ip()).zip(sights).collect()
}

/// Names worth a look: those of the certificate within the host's own domain that are not audited by
/// themselves, and the twin with or without `www`. The second number counts those beyond the bound.
fn others(net: &Net, host: &str, port: u16, leaf: Option<&Certificate>) -> (Vec<String>, usize) {
    let Some(domain) = registrable(host) else { return (Vec::new(), 0) };
    let twin = match host.strip_prefix("www.") {
        Some(bare) if bare == domain => Some(bare.to_owned()),
        None if host == domain => Some(format!("www.{host}")),
        _ => None,
    };
    let audited = |name: &str| net.target.sites.iter().any(|site| site.host == name && site.port == port);
    let listed = leaf.map(|leaf| leaf.dns_names.as_slice()).unwrap_or_default().iter();
    let mut names: Vec<String> = listed
        .map(|name| name.trim_end_matches('.').to_owned())
        .filter(|name| !name.contains('*') && registrable(name).as_ref() == Some(&domain))
        .chain(twin)
        .filter(|name| name != host && !audited(name))
        .collect();
    names.sort();
    names.dedup();
    let left_out = names.len().saturating_sub(NAMES);
    names.truncate(NAMES);
    (names, left_out)
}

async fn by_name(net: &Net, name: &str, port: u16) -> Seen<Sight> {
    match net.peers(name, port).await {
        Ok(peers) => glance(net, &peers, Greeting::web(name, port)).await,
        Err(Miss::NoSuchName(_)) => Seen::Got(Sight::NoSuchName),
        Err(miss) => Seen::Missed(miss),
    }
}

/// Shakes hands with the first address that is open.
async fn glance(net: &Net, peers: &[SocketAddr], greeting: Greeting<'_>) -> Seen<Sight> {
    let mut missed = None;
    for peer in peers.iter().take(2) {
        match net.dial(*peer, greeting.host, greeting.port).await {
            Ok(Some(tcp)) => {
                return match handshake::over(net, greeting, tcp).await {
                    Ok(Shaken::Refused(refusal)) => Seen::Got(Sight::Refused(refusal)),
                    Ok(Shaken::Done(done)) => {
                        Seen::Got(Sight::Presented(in_short(net, greeting.host, &done)))
                    }
                    Err(miss) => Seen::Missed(miss),
                };
            }
            Ok(None) => {}
            Err(miss) => missed = Some(miss),
        }
    }
    missed.map_or(Seen::Got(Sight::Closed), Seen::Missed)
}

fn in_short(net: &Net, host: &str, done: &handshake::Done) -> Presented {
    let version = done.session.version.clone();
    let Some(leaf) = facts(&done.sent).ok().and_then(|(chain, _)| chain.into_iter().next()) else {
        return Presented { version, ..Presented::default() };
    };
    Presented {
        version,
        covers: covers(&leaf, host),
        names: leaf.dns_names.iter().take(SHOWN).cloned().collect(),
        not_after: leaf.not_after,
        sha256: leaf.sha256,
        trust: Some(trust::verify(&net.roots, &done.sent, net.now)),
    }
}
