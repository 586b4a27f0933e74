//! What strangers sign: OCSP responses, transparency timestamps, certificates under TLSA records.
#![no_main]

use gonogo::engine::{dane, der, ocsp, sct};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|parts: (&[u8], &[u8], &[u8])| {
    let (leaf, issuer, response) = parts;
    let chain = [leaf, issuer];
    let _ = der::certificate(leaf);
    let _ = sct::embedded(&chain);
    let _ = (ocsp::responder(leaf), ocsp::request(leaf, issuer));
    let _ = ocsp::read(response, &chain, Timestamp::UNIX_EPOCH);
    for usage in [2, 3] {
        let _ = dane::fits(&dane::parse(usage, 1, 1, response), &chain);
    }
});
