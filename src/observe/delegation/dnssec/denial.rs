//! Asks a server for what the zone does not have, and verifies the proof that comes with "no".

use hickory_resolver::proto::{
    dnssec::{
        Nsec3HashAlgorithm,
        rdata::{DNSKEY, DNSSECRData, NSEC3},
    },
    op::{Message, ResponseCode},
    rr::{Name, RData, Record, RecordType},
};

use super::verify::window;
use crate::{
    engine::dnssec::{Claim, Labels, MAX_ITERATIONS, Nsec, Nsec3, by_nsec, by_nsec3},
    seen::Denial,
};

/// NSEC records of one answer that are looked at; a proof needs three.
const MOST: usize = 8;

/// Is this answer about `name`, or its lack of one, proven?
pub(super) fn judge(
    message: &Message,
    name: &Name,
    kind: RecordType,
    zone: &Name,
    keys: &[&DNSKEY],
    now: i64,
) -> Option<Denial> {
    let claim = match said(message, name, kind) {
        Said::Denies(claim) => claim,
        Said::Has => return Some(Denial::Exists),
        Said::Error => return None,
    };
    // What a wildcard made must be signed as well as denied.
    if let Claim::Expanded { .. } = claim
        && !window(name, zone, &message.answers, kind, keys, now).is_some_and(|window| window.holds(now))
    {
        return Some(Denial::BadSignature);
    }
    let section = &message.authorities;
    let denying: Vec<&Record> = section
        .iter()
        .filter(|record| matches!(record.record_type(), RecordType::NSEC | RecordType::NSEC3))
        .take(MOST)
        .collect();
    if denying.is_empty() {
        return Some(Denial::NoRecords);
    }
    let signed = denying.iter().all(|record| {
        window(&record.name, zone, section, record.record_type(), keys, now)
            .is_some_and(|window| window.holds(now))
    });
    if !signed {
        return Some(Denial::BadSignature);
    }
    proves(claim, name, zone, &denying)
}

/// What an answer says about a name.
enum Said {
    Has,
    Denies(Claim),
    Error,
}

fn said(message: &Message, name: &Name, kind: RecordType) -> Said {
    let of_name = || message.answers.iter().filter(|record| record.name == *name);
    if of_name().any(|record| record.record_type() == RecordType::CNAME) {
        return Said::Has;
    }
    if of_name().any(|record| record.record_type() == kind) {
        let labels = of_name().find_map(|record| match &record.data {
            RData::DNSSEC(DNSSECRData::RRSIG(signature)) if signature.input().type_covered == kind => {
                Some(usize::from(signature.input().num_labels))
            }
            _ => None,
        });
        let expanded = labels.filter(|labels| *labels < usize::from(name.num_labels()));
        return expanded.map_or(Said::Has, |labels| Said::Denies(Claim::Expanded { labels }));
    }
    match message.metadata.response_code {
        ResponseCode::NXDomain => Said::Denies(Claim::NoName),
        ResponseCode::NoError => Said::Denies(Claim::NoType(kind.into())),
        _ => Said::Error,
    }
}

fn proves(claim: Claim, name: &Name, zone: &Name, denying: &[&Record]) -> Option<Denial> {
    let (name, apex) = (labels(name), labels(zone));
    let nsec: Vec<Nsec> = denying
        .iter()
        .filter_map(|record| match &record.data {
            RData::DNSSEC(DNSSECRData::NSEC(nsec)) => Some(Nsec {
                owner: labels(&record.name),
                next: labels(nsec.next_domain_name()),
                types: nsec.type_bit_maps().map(u16::from).collect(),
            }),
            _ => None,
        })
        .collect();
    if !nsec.is_empty() {
        return Some(verdict(by_nsec(claim, &name, &apex, &nsec)));
    }
    let (_, parameters) = hashed(denying).next()?;
    let (iterations, salt) = (parameters.iterations(), parameters.salt().to_vec());
    if iterations > MAX_ITERATIONS {
        return None;
    }
    let same = |data: &NSEC3| data.iterations() == iterations && data.salt() == salt.as_slice();
    let records: Vec<Nsec3> = hashed(denying)
        .filter(|(_, data)| same(data))
        .filter_map(|(record, data)| {
            Some(Nsec3 {
                owner: unbase32(record.name.iter().next()?)?,
                next: data.next_hashed_owner_name().to_vec(),
                types: data.type_bit_maps().map(u16::from).collect(),
                opt_out: data.opt_out(),
            })
        })
        .collect();
    let hash = |labels: &Labels| {
        let name = Name::from_labels(labels.0.iter().map(Vec::as_slice)).ok()?;
        let digest = Nsec3HashAlgorithm::SHA1.hash(&salt, &name, iterations).ok()?;
        Some(digest.as_ref().to_vec())
    };
    Some(verdict(by_nsec3(claim, &name, &apex, &records, hash)))
}

fn verdict(proven: bool) -> Denial {
    if proven { Denial::Proven } else { Denial::Incomplete }
}

fn hashed<'a>(records: &'a [&Record]) -> impl Iterator<Item = (&'a Record, &'a NSEC3)> {
    records.iter().filter_map(|record| match &record.data {
        RData::DNSSEC(DNSSECRData::NSEC3(data)) => Some((*record, data)),
        _ => None,
    })
}

/// How a zone denies.
pub(super) enum Method {
    Nsec,
    Nsec3 { iterations: u16, salted: bool },
}

/// As any of these answers shows; nothing where none has such a record.
pub(super) fn method(messages: &[&Message]) -> Option<Method> {
    let records: Vec<&Record> = messages.iter().flat_map(|message| &message.authorities).collect();
    let nsec3 = hashed(&records)
        .next()
        .map(|(_, data)| Method::Nsec3 { iterations: data.iterations(), salted: !data.salt().is_empty() });
    let nsec = records.iter().any(|record| record.record_type() == RecordType::NSEC);
    nsec3.or(nsec.then_some(Method::Nsec))
}

fn labels(name: &Name) -> Labels {
    Labels(name.iter().map(<[u8]>::to_ascii_lowercase).collect())
}

/// Base32 with the extended hex alphabet, without padding (RFC 4648 section 7).
fn unbase32(text: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0_u32, 0_u32);
    for letter in text {
        let value = match letter.to_ascii_lowercase() {
            digit @ b'0'..=b'9' => digit - b'0',
            letter @ b'a'..=b'v' => letter - b'a' + 10,
            _ => return None,
        };
        buffer = ((buffer << 5) | u32::from(value)) & 0xffff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
        }
    }
    Some(bytes)
}
