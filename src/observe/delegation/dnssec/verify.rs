//! Verifies signatures with the zone's keys (RFC 4035 section 5.3).

use std::collections::BTreeSet;

use hickory_resolver::proto::{
    dnssec::{
        PublicKey as _, Verifier as _,
        rdata::{DNSKEY, DNSSECRData, DS, RRSIG},
    },
    op::Message,
    rr::{DNSClass, Name, RData, Record, RecordType},
};

use crate::seen::Signed;

/// Keys and signatures tried; hostile zones have many with equal tags (CVE-2023-50387).
const TRIES: usize = 32;

/// When a signature begins and ends, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) since: i64,
    pub(super) until: i64,
}

impl Window {
    pub(super) fn holds(&self, now: i64) -> bool {
        (self.since..=self.until).contains(&now)
    }
}

/// What one server's answers for the DNSKEY and the SOA of the zone prove.
pub(super) fn prove(zone: &Name, ds: &[DS], keys: &Message, soa: &Message, now: i64) -> Signed {
    let all = keys_in(keys, zone);
    let trusted: Vec<&DNSKEY> = all.iter().copied().filter(|key| is_covered(zone, ds, key)).collect();
    let of_keys = window(zone, zone, &keys.answers, RecordType::DNSKEY, &trusted, now);
    let of_soa = window(zone, zone, &soa.answers, RecordType::SOA, &all, now);
    let tags: BTreeSet<u16> = all.iter().filter_map(|key| key.calculate_key_tag().ok()).collect();
    let windows = || of_keys.into_iter().chain(of_soa);
    Signed {
        keys: tags.into_iter().collect(),
        rsa_bits: all.iter().filter_map(|key| rsa_bits(key)).min(),
        ds_fits: !trusted.is_empty(),
        keys_signed: of_keys.is_some(),
        soa_signed: of_soa.is_some(),
        until: windows().map(|window| window.until).min(),
        since: windows().map(|window| window.since).max(),
    }
}

/// The zone's keys that may sign, in the order in which they came.
pub(super) fn keys_in<'a>(message: &'a Message, zone: &Name) -> Vec<&'a DNSKEY> {
    let of_zone = message.answers.iter().filter(|record| record.name == *zone);
    let keys = of_zone.filter_map(|record| match &record.data {
        RData::DNSSEC(DNSSECRData::DNSKEY(key)) if key.zone_key() && !key.revoke() => Some(key),
        _ => None,
    });
    keys.take(TRIES).collect()
}

/// Does one of the DS records name this key?
pub(super) fn is_covered(zone: &Name, ds: &[DS], key: &DNSKEY) -> bool {
    let algorithm = key.public_key().algorithm();
    let named = ds.iter().take(TRIES).filter(|ds| ds.algorithm() == algorithm);
    named.into_iter().any(|ds| ds.covers(zone, key).unwrap_or(false))
}

/// The span of the best signature that one of the keys really made over a record set: one that
/// holds now if there is one, else the one that ends last.
pub(super) fn window(
    owner: &Name,
    zone: &Name,
    section: &[Record],
    kind: RecordType,
    keys: &[&DNSKEY],
    now: i64,
) -> Option<Window> {
    let of_owner = || section.iter().filter(|record| record.name == *owner);
    let set: Vec<&Record> = of_owner().filter(|record| record.record_type() == kind).collect();
    if set.is_empty() {
        return None;
    }
    let signatures = of_owner().filter_map(|record| match &record.data {
        RData::DNSSEC(DNSSECRData::RRSIG(signature)) if signature.input().type_covered == kind => {
            Some(signature)
        }
        _ => None,
    });
    let genuine = signatures.take(TRIES).filter(|signature| is_genuine(owner, zone, signature, &set, keys));
    let windows = genuine.map(|signature| Window {
        since: i64::from(signature.input().sig_inception.get()),
        until: i64::from(signature.input().sig_expiration.get()),
    });
    windows.max_by_key(|window| (window.holds(now), window.until))
}

fn is_genuine(owner: &Name, zone: &Name, signature: &RRSIG, set: &[&Record], keys: &[&DNSKEY]) -> bool {
    let input = signature.input();
    let fits = |key: &&&DNSKEY| {
        key.public_key().algorithm() == input.algorithm
            && key.calculate_key_tag().is_ok_and(|tag| tag == input.key_tag)
    };
    input.signer_name == *zone
        && keys
            .iter()
            .filter(fits)
            .take(2)
            .any(|key| key.verify_rrsig(owner, DNSClass::IN, signature, set.iter().copied()).is_ok())
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
