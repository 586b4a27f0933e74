//! A chain of certificates, one after the other, each as hostile as the next; and its diagnosis.
#![no_main]

use gonogo::{
    engine::certificate::{covers, diagnose, is_overbroad, key_fault, limit, order, parse, signature_fault},
    seen::{Certificate, Trust, Verification},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut chain: Vec<Certificate> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() && chain.len() < 20 {
        let end = declared(rest).clamp(1, rest.len());
        chain.extend(parse(&rest[..end]));
        rest = &rest[end..];
    }
    for certificate in &chain {
        let _ = (
            certificate.lifetime(),
            limit(certificate),
            key_fault(&certificate.key),
            signature_fault(certificate),
        );
        for name in certificate.dns_names.iter().chain([&certificate.subject]).take(20) {
            let _ = (covers(certificate, name), is_overbroad(name));
        }
    }
    let _ = order(&chain);
    for verdict in [Verification::Trusted, Verification::UnknownIssuer, Verification::Expired] {
        for now in chain.iter().map(|one| one.not_after).take(2) {
            let trust = Trust { now: Verification::Expired, in_time: verdict.clone(), public: false, breaches: Vec::new() };
            let _ = diagnose(&chain, &trust, now);
        }
    }
});

/// Bytes of a DER element with a length of two bytes, as certificates have.
fn declared(der: &[u8]) -> usize {
    match der {
        [0x30, 0x82, high, low, ..] => 4 + usize::from(u16::from_be_bytes([*high, *low])),
        _ => der.len(),
    }
}
