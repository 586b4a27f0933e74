//! Asks a domain's authorities directly: the parent's servers for the delegation, then each name
//! server for the SOA over UDP and TCP, for a stranger's name, and whether it hands out the zone.

mod dnssec;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use hickory_resolver::proto::{
    op::{Message, ResponseCode},
    rr::{RData, RecordType},
};

use super::{
    Net,
    net::{Authority, Flags, all, presented},
};
use crate::{
    engine::name::{parent, purchasable},
    plan::Touch,
    seen::{Delegation, Heard, Lookup, Miss, Referral, Seen, Server},
};

/// Servers of the parent that are tried until one answers.
const PARENTS: usize = 3;
/// Addresses of name servers that are asked.
const SERVERS: usize = 10;
/// A name that only an open resolver looks up for strangers; reserved by RFC 2606.
const STRANGER: &str = "example.org";

pub(super) async fn observe(net: &Net, domain: &str) -> Seen<Delegation> {
    let own = servers_of(net, domain).await;
    // Below a zone that somebody registered, a name without NS records is part of that zone.
    let zone = match purchasable(domain) {
        Some(registered) if registered != domain && own.records().is_ok_and(<[String]>::is_empty) => {
            registered
        }
        _ => domain.to_owned(),
    };
    let known = if zone == domain { own } else { servers_of(net, &zone).await };
    let (parent, above) = match above(net, &zone).await {
        Ok(found) => found,
        Err(miss) => return Seen::Missed(miss),
    };
    let referral = refer(net, &zone, &above).await;
    let mut names: BTreeSet<String> = known.records().unwrap_or_default().iter().cloned().collect();
    names.extend(referral.got().map(|referral| referral.servers.clone()).unwrap_or_default());
    let authorities = addresses(net, names, referral.got()).await;
    let servers = all(authorities.iter().map(|authority| ask(net, authority, &zone))).await;
    let (apex, dnssec) =
        tokio::join!(apex(net, &zone, &servers), dnssec::observe(net, &zone, &above, &servers));
    Seen::Got(Delegation { zone, parent, referral, apex, servers, dnssec })
}

pub(super) fn touches(domain: &str) -> Vec<Touch> {
    vec![
        Touch::Dns { name: domain.to_owned(), record: "NS".to_owned() },
        Touch::Then {
            what: format!(
                "the delegation, asked directly at up to {PARENTS} name servers of the parent zone; then each of \
                 the domain's name servers (up to {SERVERS} addresses), port 53, UDP and TCP: SOA, NS, a \
                 stranger's name ({STRANGER}) and a zone transfer, of which only the first records are counted; DS at the \
                 parent and, where there is one, DNSKEY, SOA and NSEC3PARAM with their signatures"
            ),
        },
    ]
}

async fn servers_of(net: &Net, zone: &str) -> Lookup<String> {
    net.lookup(zone, RecordType::NS, presented).await
}

/// The zone above and its servers.
async fn above(net: &Net, zone: &str) -> Result<(String, Vec<Authority>), Miss> {
    let mut name = parent(zone).or(Some("."));
    while let Some(current) = name {
        let servers = servers_of(net, current).await;
        let servers: BTreeSet<String> = servers.records().map_err(Clone::clone)?.iter().cloned().collect();
        if !servers.is_empty() {
            let some = servers.into_iter().take(PARENTS).collect();
            return Ok((current.to_owned(), addresses(net, some, None).await));
        }
        name = if current == "." { None } else { parent(current).or(Some(".")) };
    }
    Err(Miss::Unsupported(format!("{zone} has no zone above it")))
}

/// Addresses to ask, the glue where the resolver has none; IPv6 only where a server has no IPv4
/// address, because many machines that audit have no way to it.
async fn addresses(net: &Net, names: BTreeSet<String>, referral: Option<&Referral>) -> Vec<Authority> {
    let found = all(names.iter().map(|name| net.addresses(name))).await;
    let mut authorities = BTreeSet::new();
    for (name, found) in names.iter().zip(found) {
        let glue = || referral.and_then(|referral| referral.glue.get(name)).cloned();
        let found = found.ok().or_else(glue).unwrap_or_default();
        let (v4, v6): (Vec<IpAddr>, Vec<IpAddr>) = found.into_iter().partition(IpAddr::is_ipv4);
        let usable = if v4.is_empty() { v6 } else { v4 };
        authorities
            .extend(usable.into_iter().take(2).map(|address| Authority { name: name.clone(), address }));
    }
    authorities.into_iter().take(SERVERS).collect()
}

/// Asks the parent's servers in turn until one answers.
async fn refer(net: &Net, zone: &str, authorities: &[Authority]) -> Seen<Referral> {
    let mut last = Miss::Unsupported(format!("no name server above {zone} has an address"));
    for authority in authorities.iter().take(PARENTS) {
        match net.ask_udp(authority, zone, RecordType::NS, Flags::EDNS).await {
            Ok(message)
                if message.metadata.response_code == ResponseCode::NoError && message.metadata.truncation =>
            {
                match net.ask_tcp(authority, zone, RecordType::NS, Flags::PLAIN).await {
                    Ok(message) => return Seen::Got(read_referral(zone, &message)),
                    Err(miss) => last = miss,
                }
            }
            Ok(message) => match message.metadata.response_code {
                ResponseCode::NoError | ResponseCode::NXDomain => {
                    return Seen::Got(read_referral(zone, &message));
                }
                code => last = Miss::Denied(format!("{} for {zone} NS: {}", authority.name, shown(code))),
            },
            Err(miss) => last = miss,
        }
    }
    Seen::Missed(last)
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

/// Everything that one server is asked. TCP waits for nothing that UDP says.
async fn ask(net: &Net, authority: &Authority, zone: &str) -> Server {
    let over_udp = async {
        let udp = net.ask_udp(authority, zone, RecordType::SOA, Flags::EDNS).await;
        let refused = udp.as_ref().is_ok_and(|message| {
            matches!(message.metadata.response_code, ResponseCode::FormErr | ResponseCode::NotImp)
        });
        let plain = if udp.is_err() || refused {
            net.ask_udp(authority, zone, RecordType::SOA, Flags::PLAIN).await
        } else {
            Err(Miss::NotAsked)
        };
        let recursion = match udp.as_ref().or(plain.as_ref()) {
            Ok(_) => recurses(net, authority).await,
            Err(miss) => Err(miss.clone()),
        };
        (udp, plain, recursion)
    };
    let over_tcp = async {
        let tcp = net.ask_tcp(authority, zone, RecordType::SOA, Flags::PLAIN).await;
        let transfer = match &tcp {
            Ok(_) => net.count_transfer(authority, zone).await,
            Err(miss) => Err(miss.clone()),
        };
        (tcp, transfer)
    };
    let ((udp, plain, recursion), (tcp, transfer)) = tokio::join!(over_udp, over_tcp);
    let reply = |answer: Result<Message, Miss>| Seen::from(answer.map(|message| head(&message)));
    Server {
        name: authority.name.clone(),
        address: authority.address,
        udp: reply(udp),
        plain: reply(plain),
        tcp: reply(tcp),
        recursion: recursion.into(),
        transfer: transfer.into(),
    }
}

fn head(message: &Message) -> Heard {
    let serial = message.answers.iter().find_map(|record| match &record.data {
        RData::SOA(soa) => Some(soa.serial),
        _ => None,
    });
    Heard {
        code: shown(message.metadata.response_code),
        authoritative: message.metadata.authoritative && serial.is_some(),
        serial,
    }
}

/// Does it answer for a name that it has no business with?
async fn recurses(net: &Net, authority: &Authority) -> Result<bool, Miss> {
    let message = net.ask_udp(authority, STRANGER, RecordType::SOA, Flags::RECURSE).await?;
    let head = &message.metadata;
    Ok(head.recursion_available && !head.authoritative && !message.answers.is_empty())
}

/// The zone's own NS records from the first server that serves it.
async fn apex(net: &Net, zone: &str, servers: &[Server]) -> Seen<Vec<String>> {
    let Some(server) = servers.iter().find(|server| server.serves()) else {
        return Seen::Missed(Miss::Denied(format!("no name server of {zone} answered with authority")));
    };
    let authority = Authority { name: server.name.clone(), address: server.address };
    let answer = match net.ask_udp(&authority, zone, RecordType::NS, Flags::EDNS).await {
        Ok(message) if message.metadata.truncation => {
            net.ask_tcp(&authority, zone, RecordType::NS, Flags::PLAIN).await
        }
        other => other,
    };
    let names = answer.map(|message| {
        let records = message.answers.iter().filter(|record| record.record_type() == RecordType::NS);
        records.filter_map(|record| presented(&record.data)).collect::<BTreeSet<_>>()
    });
    names.map(|names| names.into_iter().collect()).into()
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
