//! Asks for a zone's DS at the parent and for its keys and signatures, and verifies them.

use std::collections::BTreeSet;

use hickory_resolver::proto::{
    dnssec::{
        PublicKey as _, Verifier as _,
        rdata::{DNSKEY, DNSSECRData, DS, RRSIG},
    },
    op::{Message, ResponseCode},
    rr::{DNSClass, Name, RData, Record, RecordType},
};

use super::super::{
    Net,
    net::{Authority, Flags, all},
};
use crate::seen::{Dnssec, Ds, Miss, Seen, Server, Signed};

/// Servers of the zone whose signatures are verified.
const SERVERS: usize = 2;
/// Keys and signatures tried; hostile zones have many with equal tags (CVE-2023-50387).
const TRIES: usize = 32;

pub(super) async fn observe(
    net: &Net,
    zone: &str,
    parents: &[Authority],
    servers: &[Server],
) -> Seen<Dnssec> {
    let records = match signers(net, zone, parents).await {
        Ok(records) => records,
        Err(miss) => return Seen::Missed(miss),
    };
    let ds: BTreeSet<Ds> = records
        .iter()
        .map(|ds| Ds { tag: ds.key_tag(), algorithm: ds.algorithm().into(), digest: ds.digest_type().into() })
        .collect();
    let mut dnssec = Dnssec { ds: ds.into_iter().collect(), ..Dnssec::default() };
    if records.is_empty() {
        return Seen::Got(dnssec);
    }
    let asked: Vec<Authority> = servers
        .iter()
        .filter(|server| server.serves())
        .take(SERVERS)
        .map(|server| Authority { name: server.name.clone(), address: server.address })
        .collect();
    let signed = all(asked.iter().map(|authority| signatures(net, authority, zone, &records))).await;
    dnssec.servers =
        asked.iter().zip(signed).map(|(authority, signed)| (authority.shown(), signed.into())).collect();
    if let Some(authority) = asked.first() {
        let answer = net.ask_tcp(authority, zone, RecordType::NSEC3PARAM, Flags::EDNS).await;
        dnssec.nsec3 = answer.map(|message| iterations(&message)).into();
    }
    Seen::Got(dnssec)
}

/// The DS records from the first server of the parent that answers.
async fn signers(net: &Net, zone: &str, parents: &[Authority]) -> Result<Vec<DS>, Miss> {
    let mut last = Miss::Unsupported(format!("no name server above {zone} has an address"));
    for parent in parents {
        match net.ask_udp(parent, zone, RecordType::DS, Flags::EDNS).await {
            Ok(message) if message.metadata.response_code == ResponseCode::NoError => {
                return Ok(of_zone(&message, zone)
                    .filter_map(|record| match &record.data {
                        RData::DNSSEC(DNSSECRData::DS(ds)) => Some(ds.clone()),
                        _ => None,
                    })
                    .collect());
            }
            Ok(message) => {
                let code = super::shown(message.metadata.response_code);
                last = Miss::Denied(format!("{} for {zone} DS: {code}", parent.shown()));
            }
            Err(miss) => last = miss,
        }
    }
    Err(last)
}

async fn signatures(net: &Net, authority: &Authority, zone: &str, ds: &[DS]) -> Result<Signed, Miss> {
    // One after the other: both over TCP, because signed keys rarely fit a datagram.
    let keys = net.ask_tcp(authority, zone, RecordType::DNSKEY, Flags::SIGNED).await?;
    let soa = net.ask_tcp(authority, zone, RecordType::SOA, Flags::SIGNED).await?;
    for message in [&keys, &soa] {
        let code = message.metadata.response_code;
        if code != ResponseCode::NoError {
            let why = format!("{} for the keys of {zone}: {}", authority.shown(), super::shown(code));
            return Err(Miss::Denied(why));
        }
    }
    let name = Name::from_ascii(format!("{zone}."));
    let name = name.map_err(|_| Miss::Malformed(format!("{zone} is not a domain name")))?;
    Ok(prove(&name, zone, ds, &keys, &soa))
}

fn prove(name: &Name, zone: &str, ds: &[DS], keys: &Message, soa: &Message) -> Signed {
    let all: Vec<&DNSKEY> = of_zone(keys, zone)
        .filter_map(|record| match &record.data {
            RData::DNSSEC(DNSSECRData::DNSKEY(key)) if key.zone_key() && !key.revoke() => Some(key),
            _ => None,
        })
        .take(TRIES)
        .collect();
    let covers = |key: &DNSKEY| ds.iter().take(TRIES).any(|ds| ds.covers(name, key).unwrap_or(false));
    let trusted: Vec<&DNSKEY> = all.iter().copied().filter(|key| covers(key)).collect();
    let of_keys = last_end(name, zone, keys, RecordType::DNSKEY, &trusted);
    let of_soa = last_end(name, zone, soa, RecordType::SOA, &all);
    let tags: BTreeSet<u16> = all.iter().filter_map(|key| key.calculate_key_tag().ok()).collect();
    Signed {
        keys: tags.into_iter().collect(),
        rsa_bits: all.iter().filter_map(|key| rsa_bits(key)).min(),
        ds_fits: !trusted.is_empty(),
        keys_signed: of_keys.is_some(),
        soa_signed: of_soa.is_some(),
        until: of_keys.into_iter().chain(of_soa).min(),
    }
}

/// When the last signature of a record set ends that one of the keys really made.
fn last_end(name: &Name, zone: &str, message: &Message, kind: RecordType, keys: &[&DNSKEY]) -> Option<i64> {
    let set: Vec<&Record> = of_zone(message, zone).filter(|record| record.record_type() == kind).collect();
    if set.is_empty() {
        return None;
    }
    let signatures = of_zone(message, zone).filter_map(|record| match &record.data {
        RData::DNSSEC(DNSSECRData::RRSIG(signature)) if signature.input().type_covered == kind => {
            Some(signature)
        }
        _ => None,
    });
    let genuine = |signature: &&RRSIG| {
        let input = signature.input();
        keys.iter()
            .filter(|key| key.calculate_key_tag().is_ok_and(|tag| tag == input.key_tag))
            .take(2)
            .any(|key| key.verify_rrsig(name, DNSClass::IN, signature, set.iter().copied()).is_ok())
    };
    signatures
        .take(TRIES)
        .filter(genuine)
        .map(|signature| i64::from(signature.input().sig_expiration.get()))
        .max()
}

/// Bits of an RSA modulus (RFC 3110 section 2).
fn rsa_bits(key: &DNSKEY) -> Option<u32> {
    let algorithm: u8 = key.public_key().algorithm().into();
    if !matches!(algorithm, 1 | 5 | 7 | 8 | 10) {
        return None;
    }
    let modulus = match key.public_key().public_bytes() {
        [0, high, low, rest @ ..] => rest.get(usize::from(u16::from_be_bytes([*high, *low]))..)?,
        [length, rest @ ..] => rest.get(usize::from(*length)..)?,
        [] => return None,
    };
    let zeros = modulus.first()?.leading_zeros();
    u32::try_from(modulus.len()).ok()?.checked_mul(8)?.checked_sub(zeros)
}

fn iterations(message: &Message) -> Option<u16> {
    message.answers.iter().find_map(|record| match &record.data {
        RData::DNSSEC(DNSSECRData::NSEC3PARAM(parameters)) => Some(parameters.iterations()),
        _ => None,
    })
}

fn of_zone<'a>(message: &'a Message, zone: &'a str) -> impl Iterator<Item = &'a Record> {
    message
        .answers
        .iter()
        .filter(move |record| record.name.to_ascii().trim_end_matches('.').eq_ignore_ascii_case(zone))
}
