//! Asks a domain's authorities directly: the parent's servers for the delegation, and at the same
//! time each name server for the SOA over UDP and the NS over TCP, for a stranger's name, and
//! whether it hands out the zone.

mod below;
mod dnssec;
mod server;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    time::Duration,
};

use hickory_resolver::proto::{
    op::{Message, ResponseCode},
    rr::{RData, RecordType},
};

use self::server::{Look, look};
use super::{
    Net,
    net::{Authority, Flags, all, first, presented},
};
use crate::{
    engine::name::{parent, purchasable},
    plan::Touch,
    seen::{Delegation, Lookup, Miss, Referral, Seen, Server},
};

/// Servers of the parent that are tried until one answers, each a little after the one before it.
const PARENTS: usize = 3;
const STAGGER: Duration = Duration::from_millis(400);
/// Addresses of name servers that are asked.
const SERVERS: usize = 10;
/// A name that only an open resolver looks up for strangers; reserved by RFC 2606.
const STRANGER: &str = "example.org";

pub(super) async fn observe(net: &Net, domain: &str) -> Seen<Delegation> {
    let zone = zone_of(net, domain).await;
    let (parents, known) = tokio::join!(from_parent(net, &zone), from_zone(net, &zone));
    let (parent, referral, signers) = match parents {
        Ok(found) => found,
        Err(miss) => return Seen::Missed(miss),
    };
    let mut looks = known;
    looks.extend(unknown_before(net, &zone, &looks, referral.got()).await);
    looks.sort_by(|one, two| {
        (&one.server.name, one.server.address).cmp(&(&two.server.name, two.server.address))
    });
    looks.truncate(SERVERS);
    let apex = apex(net, &zone, &looks);
    let heard =
        looks.iter().map(|look| dnssec::Heard { server: &look.server, soa: look.soa.clone() }).collect();
    let (apex, dnssec, ttls, cuts, versions) = tokio::join!(
        apex,
        dnssec::observe(net, &zone, signers, heard),
        ttls(net, domain, &looks),
        below::cuts(net, domain, &zone, &looks),
        below::versions(net, domain, &looks)
    );
    let servers: Vec<Server> = looks.iter().map(|look| look.server.clone()).collect();
    Seen::Got(Delegation { zone, parent, referral, apex, servers, dnssec, ttls, cuts, versions })
}

pub(super) fn touches(domain: &str) -> Vec<Touch> {
    vec![
        Touch::Dns { name: domain.to_owned(), record: "NS".to_owned() },
        Touch::Then {
            what: format!(
                "the delegation (NS and DS), asked directly at one of the parent zone's name servers, at up to \
                 {PARENTS} where it does not answer; each of the domain's name servers (up to {SERVERS} \
                 addresses), port 53, UDP and TCP: SOA, NS, a stranger's name ({STRANGER}) and a zone transfer, of \
                 which only the first records are counted; at one of them A and MX for their TTL; where serials differ TXT and MX of each; where the site's names \
                 cannot be looked up, whom they are delegated to and the SOA there; where the parent has a DS, the DNSKEY of each, at \
                 one also CDS, CDNSKEY and a name that does not exist, all with signatures, and through the \
                 resolver the DNSKEY and DS of the zones above"
            ),
        },
    ]
}

/// Below a zone that somebody registered, a name without NS records is part of that zone.
async fn zone_of(net: &Net, domain: &str) -> String {
    match purchasable(domain) {
        Some(registered) if registered != domain => {
            let (own, _) = tokio::join!(servers_of(net, domain), servers_of(net, &registered));
            if own.records().is_ok_and(<[String]>::is_empty) { registered } else { domain.to_owned() }
        }
        _ => domain.to_owned(),
    }
}

async fn servers_of(net: &Net, zone: &str) -> Lookup<String> {
    net.lookup(zone, RecordType::NS, presented).await
}

type Parents = (String, Seen<Referral>, Result<Message, Miss>);

/// What the zone above hands out: the delegation and the DS.
async fn from_parent(net: &Net, zone: &str) -> Result<Parents, Miss> {
    let (parent, above) = above(net, zone).await?;
    let (referral, signers) = tokio::join!(refer(net, zone, &above), dnssec::signers(net, zone, &above));
    Ok((parent, referral, signers))
}

/// The servers that the zone itself names, looked at.
async fn from_zone(net: &Net, zone: &str) -> Vec<Look> {
    let known = servers_of(net, zone).await;
    let names: BTreeSet<String> = known.records().unwrap_or_default().iter().cloned().collect();
    let found = all(names.iter().map(|name| net.addresses(name))).await;
    let found = names.into_iter().zip(found).map(|(name, found)| (name, found.unwrap_or_default()));
    all(authorities(found).iter().map(|authority| look(net, authority, zone))).await
}

/// The servers that only the parent names, and those whose address only the parent knows.
async fn unknown_before(net: &Net, zone: &str, known: &[Look], referral: Option<&Referral>) -> Vec<Look> {
    let Some(referral) = referral else { return Vec::new() };
    let is_new = |name: &&String| !known.iter().any(|look| look.server.name == **name);
    let names: Vec<&String> = referral.servers.iter().filter(is_new).collect();
    let found = all(names.iter().map(|name| net.addresses(name))).await;
    let found = names.into_iter().zip(found).map(|(name, found)| {
        let glue = || referral.glue.get(name).cloned().unwrap_or_default();
        (name.clone(), found.unwrap_or_else(|_| glue()))
    });
    all(authorities(found).iter().map(|authority| look(net, authority, zone))).await
}

/// The zone above and its servers.
async fn above(net: &Net, zone: &str) -> Result<(String, Vec<Authority>), Miss> {
    let mut name = parent(zone).or(Some("."));
    while let Some(current) = name {
        let servers = servers_of(net, current).await;
        let servers: BTreeSet<String> = servers.records().map_err(Clone::clone)?.iter().cloned().collect();
        if !servers.is_empty() {
            let some: Vec<String> = servers.into_iter().take(PARENTS).collect();
            return Ok((current.to_owned(), addresses(net, some).await));
        }
        name = if current == "." { None } else { parent(current).or(Some(".")) };
    }
    Err(Miss::Unsupported(format!("{zone} has no zone above it")))
}

/// Addresses of the parent's servers: of each the IPv4 ones, or else the IPv6 ones.
async fn addresses(net: &Net, names: Vec<String>) -> Vec<Authority> {
    let address = |data: &RData| data.ip_addr();
    let found = all(names.iter().map(async |name| {
        let v4 = net.lookup(name, RecordType::A, address).await;
        match v4.records() {
            Ok([]) | Err(_) => net.lookup(name, RecordType::AAAA, address).await,
            Ok(_) => v4,
        }
    }))
    .await;
    let found = names.into_iter().zip(found);
    authorities(
        found.map(|(name, found)| (name, found.records().map(<[IpAddr]>::to_vec).unwrap_or_default())),
    )
}

/// Addresses to ask; IPv6 only where a server has no IPv4 address, because many machines that audit
/// have no way to it.
fn authorities(found: impl Iterator<Item = (String, Vec<IpAddr>)>) -> Vec<Authority> {
    let mut authorities = BTreeSet::new();
    for (name, found) in found {
        let (v4, v6): (Vec<IpAddr>, Vec<IpAddr>) = found.into_iter().partition(IpAddr::is_ipv4);
        let usable = if v4.is_empty() { v6 } else { v4 };
        authorities
            .extend(usable.into_iter().take(2).map(|address| Authority { name: name.clone(), address }));
    }
    authorities.into_iter().take(SERVERS).collect()
}

/// Asks the parent's servers until one answers.
async fn refer(net: &Net, zone: &str, parents: &[Authority]) -> Seen<Referral> {
    let ask = async |parent: &Authority| {
        let message = net.ask_either(parent, zone, RecordType::NS, Flags::EDNS).await?;
        match message.metadata.response_code {
            ResponseCode::NoError | ResponseCode::NXDomain => Ok(read_referral(zone, &message)),
            code => Err(Miss::Denied(format!("{} for {zone} NS: {}", parent.name, shown(code)))),
        }
    };
    let none = || Err(Miss::Unsupported(format!("no name server above {zone} has an address")));
    first(parents.iter().map(ask), STAGGER).await.unwrap_or_else(none).into()
}

fn read_referral(zone: &str, message: &Message) -> Referral {
    let is_of_zone = |record: &&hickory_resolver::proto::rr::Record| {
        record.name.to_ascii().trim_end_matches('.').eq_ignore_ascii_case(zone)
    };
    let shared = message.answers.iter().any(|record| record.record_type() == RecordType::NS);
    let sections = message.answers.iter().chain(&message.authorities).filter(is_of_zone);
    let servers: BTreeSet<String> = sections
        .filter(|record| record.record_type() == RecordType::NS)
        .filter_map(|record| presented(&record.data))
        .collect();
    let mut glue: BTreeMap<String, Vec<IpAddr>> = BTreeMap::new();
    for record in &message.additionals {
        let name = record.name.to_ascii().trim_end_matches('.').to_ascii_lowercase();
        if let (true, Some(address)) = (servers.contains(&name), record.data.ip_addr()) {
            glue.entry(name).or_default().push(address);
        }
    }
    for addresses in glue.values_mut() {
        addresses.sort_unstable();
    }
    Referral { servers: servers.into_iter().collect(), glue, shared }
}

/// The zone's own NS records from the first server that serves it.
async fn apex(net: &Net, zone: &str, looks: &[Look]) -> Seen<Vec<String>> {
    let Some(look) = looks.iter().find(|look| look.server.serves()) else {
        return Seen::Missed(Miss::Denied(format!("no name server of {zone} answered with authority")));
    };
    if let Some(names) = &look.ns {
        return Seen::Got(names.clone());
    }
    let authority = Authority { name: look.server.name.clone(), address: look.server.address };
    let answer = net.ask_either(&authority, zone, RecordType::NS, Flags::EDNS).await;
    answer.map(|message| server::names_in(&message)).into()
}

/// How long others may keep what visitors and senders ask for; a resolver would give what is left.
async fn ttls(net: &Net, domain: &str, looks: &[Look]) -> BTreeMap<String, Seen<u32>> {
    let Some(look) = looks.iter().find(|look| look.server.serves()) else { return BTreeMap::new() };
    let authority = Authority { name: look.server.name.clone(), address: look.server.address };
    let mut asks = vec![(domain.to_owned(), RecordType::A), (domain.to_owned(), RecordType::MX)];
    if purchasable(domain).is_none_or(|registered| registered == domain) {
        asks.push((format!("www.{domain}"), RecordType::A));
    }
    let answers =
        all(asks.iter().map(|(name, kind)| net.ask_udp(&authority, name, *kind, Flags::EDNS))).await;
    let mut ttls = BTreeMap::new();
    for ((name, kind), answer) in asks.iter().zip(answers) {
        let own = |message: Message| server::ttl(&message, name);
        match answer.map(own) {
            Ok(None) => {}
            Ok(Some((kind, ttl))) => drop(ttls.insert(format!("{name} {kind}"), Seen::Got(ttl))),
            Err(miss) => drop(ttls.insert(format!("{name} {kind}"), Seen::Missed(miss))),
        }
    }
    ttls
}

/// The mnemonic of a response code, as `dig` shows it.
fn shown(code: ResponseCode) -> String {
    match code {
        ResponseCode::NoError => "NOERROR".to_owned(),
        ResponseCode::FormErr => "FORMERR".to_owned(),
        ResponseCode::ServFail => "SERVFAIL".to_owned(),
        ResponseCode::NXDomain => "NXDOMAIN".to_owned(),
        ResponseCode::NotImp => "NOTIMP".to_owned(),
        ResponseCode::Refused => "REFUSED".to_owned(),
        ResponseCode::NotAuth => "NOTAUTH".to_owned(),
        other => format!("RCODE{}", u16::from(other)),
    }
}
