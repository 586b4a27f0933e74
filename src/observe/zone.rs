//! Asks the zone of a domain: delegation, addresses, CAA, aliases and what they lead to.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use super::{
    Net,
    net::{Request, Trust, all},
    policy::policy_host,
};
use crate::{
    engine::{
        caa as authorities,
        name::{End, chain, is_within, mentioned, parent, purchasable},
        spf,
        takeover::{self, Service},
    },
    plan::Touch,
    seen::{Answer, Answers, Ask, Hosted, Miss, NO_SUCH_LABEL, Rr, Seen, Zone},
};

/// DNS questions about one zone; a healthy one needs about twenty.
const LIMIT: usize = 80;
/// Name servers looked at.
const MAX_SERVERS: usize = 13;
/// Declared sites below the domain, and names whose service is asked.
const MAX_NAMES: usize = 12;
/// Mailboxes of CAA records looked at.
const MAX_CONTACTS: usize = 2;
/// Addresses of the domain whose reverse names are looked at.
const MAX_MACHINES: usize = 2;
/// Bytes of a service's page in which its mark is looked for.
const PAGE_BYTES: usize = 64 * 1024;

pub(super) async fn observe(net: &Net, domain: &str) -> Seen<Zone> {
    let names = followed(net, domain);
    let answers = net.gather(LIMIT, |answers| wanted(domain, &names, answers)).await;
    let hosted = hosted(net, &names, &answers).await;
    Seen::Got(Zone { answers, names: names.into_iter().collect(), hosted })
}

pub(super) fn touches(domain: &str) -> Vec<Touch> {
    let mut touches: Vec<Touch> = always(domain)
        .into_iter()
        .map(|ask| Touch::Dns { name: ask.name, record: ask.rr.to_string() })
        .collect();
    touches.push(Touch::Then {
        what: format!(
            "addresses of the name servers, CAA of the parents, targets of CNAMEs and whether their domains \
             exist, as do those that TXT records mention, the mail host of a CAA contact, reverse names of \
             the domain's first addresses: at most {LIMIT} DNS questions in all"
        ),
    });
    touches.push(Touch::Then {
        what: format!(
            "one GET over http to each of these names ({MAX_NAMES} at most) whose CNAME leads to a hosting \
             service that would let somebody else claim it"
        ),
    });
    touches
}

/// The names that visitors and senders use.
pub(super) fn followed(net: &Net, domain: &str) -> BTreeSet<String> {
    let sites = net.target.sites.iter().map(|site| site.host.clone());
    let mut names: BTreeSet<String> = sites.filter(|host| is_within(host, domain)).take(MAX_NAMES).collect();
    names.extend([domain.to_owned(), policy_host(domain)]);
    if purchasable(domain).is_none_or(|registered| registered == domain) {
        names.insert(format!("www.{domain}"));
    }
    names
}

/// Asks each service that a name leads to, where its answer can tell that nobody has claimed it.
async fn hosted(net: &Net, names: &BTreeSet<String>, answers: &Answers) -> BTreeMap<String, Seen<Hosted>> {
    let candidates: Vec<(&String, &'static Service)> = names
        .iter()
        .filter_map(|name| {
            let chain = chain(name, answers);
            let service = chain.names.iter().skip(1).rev().find_map(|target| takeover::service(target))?;
            (chain.end == End::Resolves && service.tells()).then_some((name, service))
        })
        .take(MAX_NAMES)
        .collect();
    let asked = all(candidates.iter().map(|(name, service)| claim(net, name, service))).await;
    candidates.iter().zip(asked).map(|((name, _), seen)| ((*name).clone(), seen.into())).collect()
}

/// Plain http, because a service has no certificate for a name that it does not know.
async fn claim(net: &Net, name: &str, service: &Service) -> Result<Hosted, Miss> {
    let mut request = Request::get(format!("http://{name}/"), "take-over").trusting(Trust::Anything);
    request.body_limit = PAGE_BYTES;
    let (exchange, body) = net.fetch(request).await?;
    let unclaimed = service.is_unclaimed(exchange.status, &String::from_utf8_lossy(&body.bytes));
    Ok(Hosted { service: service.id.clone(), status: exchange.status, unclaimed })
}

/// What is asked about every domain.
fn always(domain: &str) -> BTreeSet<Ask> {
    let www = format!("www.{domain}");
    let of_domain = [Rr::Ns, Rr::Soa, Rr::A, Rr::Aaaa, Rr::Txt, Rr::Caa].map(|rr| Ask::new(domain, rr));
    let mut asks: BTreeSet<Ask> = of_domain.into();
    // Browsers ask it before the addresses, and believe it before them.
    asks.insert(Ask::new(domain, Rr::Https));
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
fn wanted(domain: &str, names: &BTreeSet<String>, answers: &Answers) -> BTreeSet<Ask> {
    let mut asks = always(domain);
    for name in names {
        follow(name, answers, &mut asks);
    }
    caa(domain, answers, &mut asks);
    asks.extend(contacts(domain, answers));
    asks.extend(reverse(domain, answers));
    for host in mentioned(domain, answers.get(domain, Rr::Txt).unwrap_or_default()) {
        asks.extend(purchasable(&host).map(|owner| Ask::new(owner, Rr::Soa)));
    }
    let registered = purchasable(domain);
    for zone in [Some(domain), registered.as_deref()].into_iter().flatten() {
        for server in answers.get(zone, Rr::Ns).unwrap_or_default().iter().take(MAX_SERVERS) {
            follow(server, answers, &mut asks);
            asks.insert(Ask::new(server, Rr::Aaaa));
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

/// Whose machines the domain points to, as their reverse names say.
fn reverse(domain: &str, answers: &Answers) -> BTreeSet<Ask> {
    let addresses = answers.addresses(domain).unwrap_or_default();
    let first = addresses.into_iter().filter(IpAddr::is_ipv4).take(MAX_MACHINES);
    first.map(|address| Ask::new(spf::reverse(address), Rr::Ptr)).collect()
}

/// Where reports about refused certificates would go: does mail arrive there?
fn contacts(domain: &str, answers: &Answers) -> BTreeSet<Ask> {
    let records = answers.get(domain, Rr::Caa).unwrap_or_default();
    let hosts = authorities::mailboxes(records).into_iter().take(MAX_CONTACTS);
    let mut asks = BTreeSet::new();
    for host in hosts {
        let mx = Ask::new(&host, Rr::Mx);
        // Without an MX record mail goes to the host itself (RFC 5321 section 5.1).
        if answers.answer(&host, Rr::Mx).is_ok_and(|answer| matches!(answer, Answer::NoData)) {
            asks.insert(Ask::new(&host, Rr::A));
            asks.insert(Ask::new(&host, Rr::Aaaa));
        }
        asks.insert(mx);
    }
    asks
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
