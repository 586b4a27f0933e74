//! Certificates with flipped, cut and doubled bytes: parsed or refused, never a panic, never trusted.

use gonogo::engine::certificate::{
    covers, key_fault, limit, list_fault, parse,
    path::{Anchors, verify},
    signature_fault,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::Chain;

#[test]
fn a_changed_certificate_is_not_trusted() {
    let made = Chain::default().make();
    let sent: Vec<Vec<u8>> = CertificateDer::pem_file_iter(made.path("chain.pem"))
        .unwrap()
        .map(|der| der.unwrap().to_vec())
        .collect();
    let root = CertificateDer::from_pem_file(made.path("root.pem")).unwrap();
    let algorithms = rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms;
    let certificates = [root.as_ref()];
    let anchors = Anchors { certificates: &certificates, bare: &[] };
    let now = jiff::Timestamp::now();
    let good: Vec<&[u8]> = sent.iter().map(Vec::as_slice).collect();
    assert_eq!(verify(&good, anchors, now, algorithms), Ok(Vec::new()));

    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    for round in 0..1_500 {
        let mut chain = sent.clone();
        let which = round % chain.len();
        mutate(&mut chain[which], &mut chance);
        if chain == sent {
            continue;
        }
        let view: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
        assert!(verify(&view, anchors, now, algorithms).is_err(), "round {round}");
        if let Ok(certificate) = parse(&chain[which]) {
            let _ = (limit(&certificate), key_fault(&certificate.key), signature_fault(&certificate));
            let _ = covers(&certificate, "www.example.com");
        }
        let _ = list_fault(&chain[which], &view);
    }
}

/// xorshift: the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

fn mutate(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(bytes.len());
    match chance.below(4) {
        0 => bytes[at] ^= 1 << chance.below(8),
        1 => bytes.truncate(at),
        2 => bytes.insert(at, u8::try_from(chance.below(256)).unwrap()),
        _ => {
            bytes.remove(at);
        }
    }
}
