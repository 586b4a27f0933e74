//! Asks the zone of a domain: delegation, addresses, CAA, aliases and what they lead to.

use std::collections::BTreeSet;

use super::Net;
use crate::{
    engine::name::{End, chain, parent, purchasable},
    plan::Touch,
    seen::{Answers, Ask, NO_SUCH_LABEL, Rr, Seen, Zone},
};

/// DNS questions about one zone; a healthy one needs about twenty.
const LIMIT: usize = 80;
/// Name servers looked at.
const MAX_SERVERS: usize = 13;

pub(super) async fn observe(net: &Net, domain: &str) -> Seen<Zone> {
    let answers = net.gather(LIMIT, |answers| wanted(domain, answers)).await;
    Seen::Got(Zone { answers })
}

pub(super) fn touches(domain: &str) -> Vec<Touch> {
    let mut touches: Vec<Touch> = always(domain)
        .into_iter()
        .map(|ask| Touch::Dns { name: ask.name, record: ask.rr.to_string() })
        .collect();
    touches.push(Touch::Then {
        what: format!(
            "addresses of the name servers, CAA of the parents, targets of CNAMEs and whether their domains \
             exist: at most {LIMIT} DNS questions in all"
        ),
    });
    touches
}

/// What is asked about every domain.
fn always(domain: &str) -> BTreeSet<Ask> {
    let www = format!("www.{domain}");
    let of_domain = [Rr::Ns, Rr::Soa, Rr::A, Rr::Aaaa, Rr::Txt, Rr::Caa].map(|rr| Ask::new(domain, rr));
    let mut asks: BTreeSet<Ask> = of_domain.into();
    asks.insert(Ask::new(format!("{NO_SUCH_LABEL}.{domain}"), Rr::A));
    asks.insert(Ask::new(format!("_{NO_SUCH_LABEL}.{domain}"), Rr::Txt));
    match purchasable(domain) {
        Some(registered) if registered != domain => {
            asks.extend([Rr::Ns, Rr::Soa].map(|rr| Ask::new(&registered, rr)));
        }
        _ => asks.extend([Rr::A, Rr::Aaaa].map(|rr| Ask::new(&www, rr))),
    }
    asks
}

/// Everything worth asking, given the answers so far.
fn wanted(domain: &str, answers: &Answers) -> BTreeSet<Ask> {
    let mut asks = always(domain);
    let www = format!("www.{domain}");
    for name in [domain, www.as_str()] {
        if name == domain || asks.contains(&Ask::new(name, Rr::A)) {
            follow(name, answers, &mut asks);
        }
    }
    caa(domain, answers, &mut asks);
    let registered = purchasable(domain);
    for zone in [Some(domain), registered.as_deref()].into_iter().flatten() {
        for server in answers.get(zone, Rr::Ns).unwrap_or_default().iter().take(MAX_SERVERS) {
            follow(server, answers, &mut asks);
        }
    }
    asks
}

/// Follows aliases to the end; where the end does not exist, asks whether its domain does.
pub(super) fn follow(name: &str, answers: &Answers, asks: &mut BTreeSet<Ask>) {
    let chain = chain(name, answers);
    match &chain.end {
        End::Wanted(ask) => drop(asks.insert(ask.clone())),
        End::NoName => asks.extend(purchasable(chain.last()).map(|domain| Ask::new(domain, Rr::Soa))),
        _ => {}
    }
}

/// RFC 8659 section 3: upwards until a CAA record is found.
fn caa(domain: &str, answers: &Answers, asks: &mut BTreeSet<Ask>) {
    let mut name = Some(domain);
    while let Some(current) = name {
        asks.insert(Ask::new(current, Rr::Caa));
        match answers.get(current, Rr::Caa) {
            Ok([]) => name = parent(current),
            _ => break,
        }
    }
}
