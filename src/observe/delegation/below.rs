//! What is asked only where something points to it: zones cut out below the domain whose servers do
//! not answer for them, and records of servers that are not at the same version.

use std::collections::{BTreeMap, BTreeSet};

use hickory_resolver::proto::{
    op::{Message, ResponseCode},
    rr::{RData, RecordType},
};

use super::{
    super::{
        Net,
        net::{Authority, Flags, all, presented},
        zone::followed,
    },
    server::Look,
    shown,
};
use crate::{
    engine::name::{is_within, purchasable},
    seen::{Answer, Cut, Host, Miss, Seen},
};

/// Zones below, and servers of one zone.
const MOST: usize = 4;

/// The zones that names of the domain were delegated to, where nobody could look the names up.
pub(super) async fn cuts(net: &Net, domain: &str, zone: &str, looks: &[Look]) -> BTreeMap<String, Seen<Cut>> {
    let Some(look) = looks.iter().find(|look| look.server.serves()) else { return BTreeMap::new() };
    let above = Authority { name: look.server.name.clone(), address: look.server.address };
    let names: Vec<String> = followed(net, domain).into_iter().filter(|name| name != domain).collect();
    // The same questions as for the zone itself, so they are not put twice.
    let answers = all(names.iter().map(|name| net.lookup(name, RecordType::A, RData::ip_addr))).await;
    let failed =
        names.iter().zip(answers).filter(|(_, answer)| matches!(answer, Seen::Missed(Miss::Denied(_))));
    let referred = all(failed.take(MOST).map(async |(name, _)| {
        let answer = net.ask_either(&above, name, RecordType::NS, Flags::EDNS).await;
        answer.ok().and_then(|message| delegated(&message, name, zone))
    }))
    .await;
    let zones: BTreeMap<String, BTreeSet<String>> = referred.into_iter().flatten().collect();
    let looked = all(zones.iter().map(async |(name, servers)| {
        let servers: Vec<&String> = servers.iter().take(MOST).collect();
        let hosts = all(servers.iter().map(|server| host(net, server, name))).await;
        let servers = servers.into_iter().cloned().zip(hosts.into_iter().map(Seen::from)).collect();
        (name.clone(), Seen::Got(Cut { servers }))
    }))
    .await;
    looked.into_iter().collect()
}

/// The zone between this one and the name, and its servers, as a referral gives them.
fn delegated(message: &Message, name: &str, zone: &str) -> Option<(String, BTreeSet<String>)> {
    let owner = |record: &hickory_resolver::proto::rr::Record| {
        record.name.to_ascii().trim_end_matches('.').to_ascii_lowercase()
    };
    let records = message.authorities.iter().filter(|record| record.record_type() == RecordType::NS);
    let below: Vec<_> =
        records.filter(|record| owner(record) != zone && is_within(name, &owner(record))).collect();
    let cut = below.first().map(|record| owner(record)).filter(|cut| is_within(cut, zone))?;
    Some((cut, below.into_iter().filter_map(|record| presented(&record.data)).collect()))
}

/// Is there a server of that name, and does it have the zone?
async fn host(net: &Net, server: &str, zone: &str) -> Result<Host, Miss> {
    let addresses = match net.addresses(server).await {
        Ok(addresses) => addresses,
        Err(Miss::NoSuchName(_)) => {
            let Some(owner) = purchasable(server) else { return Ok(Host::Gone) };
            let soa = net.lookup(&owner, RecordType::SOA, presented).await;
            let free = matches!(soa.as_ref().map_err(Clone::clone)?, Answer::NoName);
            return Ok(if free { Host::Unregistered(owner) } else { Host::Gone });
        }
        Err(miss) => return Err(miss),
    };
    let address = *addresses.first().ok_or_else(|| Miss::NoSuchName(server.to_owned()))?;
    let authority = Authority { name: server.to_owned(), address };
    let answer = net.ask_either(&authority, zone, RecordType::SOA, Flags::EDNS).await?;
    let has = answer.answers.iter().any(|record| record.record_type() == RecordType::SOA);
    let served =
        answer.metadata.response_code == ResponseCode::NoError && answer.metadata.authoritative && has;
    Ok(if served { Host::Serves } else { Host::Without(shown(answer.metadata.response_code)) })
}

/// Two record sets whose loss or change is felt, from every server, where their zones differ.
pub(super) async fn versions(
    net: &Net,
    domain: &str,
    looks: &[Look],
) -> BTreeMap<String, BTreeMap<String, Seen<Vec<String>>>> {
    let serving: Vec<&Look> = looks.iter().filter(|look| look.server.serves()).take(MOST).collect();
    let serials: BTreeSet<u32> =
        serving.iter().filter_map(|look| look.server.reply().and_then(|reply| reply.serial)).collect();
    if serials.len() < 2 {
        return BTreeMap::new();
    }
    let mut versions = BTreeMap::new();
    for kind in [RecordType::TXT, RecordType::MX] {
        let answers = all(serving.iter().map(async |look| {
            let authority = Authority { name: look.server.name.clone(), address: look.server.address };
            let message = net.ask_either(&authority, domain, kind, Flags::EDNS).await?;
            let records = message.answers.iter().filter(|record| record.record_type() == kind);
            let values: BTreeSet<String> = records.filter_map(|record| presented(&record.data)).collect();
            match message.metadata.response_code {
                ResponseCode::NoError => Ok(values.into_iter().collect::<Vec<String>>()),
                code => {
                    Err(Miss::Denied(format!("{} for {domain} {kind}: {}", authority.shown(), shown(code))))
                }
            }
        }))
        .await;
        let by_server =
            serving.iter().map(|look| look.server.shown()).zip(answers.into_iter().map(Seen::from));
        versions.insert(kind.to_string(), by_server.collect());
    }
    versions
}
