//! Parsers of what strangers sign and say: whatever the bytes, an answer and never a panic.

use gonogo::engine::{dane, der, ocsp, sct, smtp};
use jiff::Timestamp;

/// A small generator of our own: the same bytes in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// Some bytes changed, some cut out, some put in.
    fn spoil(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut spoilt = bytes.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(spoilt.len());
            match self.below(4) {
                0 if !spoilt.is_empty() => spoilt[at] = self.next() as u8,
                1 if !spoilt.is_empty() => spoilt[at] ^= 1 << self.below(8),
                2 => spoilt.truncate(at),
                _ => spoilt.insert(at, self.next() as u8),
            }
        }
        spoilt
    }
}

fn chain() -> Vec<Vec<u8>> {
    let mut params = rcgen::CertificateParams::new(vec!["ca.test".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    let ca = params.clone().self_signed(&key).unwrap().der().to_vec();
    let issuer = rcgen::Issuer::new(params, key);
    let mut leaf = rcgen::CertificateParams::new(vec!["a.test".to_owned()]).unwrap();
    // A list of one timestamp: well-formed, signed by nobody.
    let one = [&[0, 47][..], &[0; 47]].concat();
    let list = [&[0, one.len() as u8][..], &one].concat();
    let oid = [1, 3, 6, 1, 4, 1, 11_129, 2, 4, 2];
    leaf.custom_extensions
        .push(rcgen::CustomExtension::from_oid_content(&oid, der::encode(der::OCTET_STRING, &list)));
    let key = rcgen::KeyPair::generate().unwrap();
    vec![leaf.signed_by(&key, &issuer).unwrap().der().to_vec(), ca]
}

#[test]
fn an_embedded_timestamp_is_read() {
    let chain = chain();
    let found = sct::embedded(&[&chain[0], &chain[1]]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].operator.as_deref(), found[0].verified), (None, false));
}

#[test]
fn spoilt_certificates_and_responses_are_survived() {
    let chain = chain();
    let mut chance = Chance(0x5eed);
    // A successful response around a certificate: enough structure to reach every branch with luck.
    let response = der::encode(
        der::SEQUENCE,
        &[der::encode(der::ENUMERATED, &[0]), der::encode(0xa0, &der::encode(der::SEQUENCE, &chain[0]))]
            .concat(),
    );
    for _ in 0..3_000 {
        let leaf = chance.spoil(&chain[0]);
        let sent = [leaf.as_slice(), chain[1].as_slice()];
        let _ = sct::embedded(&sent);
        let _ = ocsp::responder(&leaf);
        let _ = ocsp::request(&leaf, &chain[1]);
        let _ = dane::association(&leaf, 1, 1);
        let _ = dane::fits(&dane::parse(2, 1, 1, &leaf[..leaf.len().min(32)]), &sent);
        let _ = ocsp::read(&chance.spoil(&response), &sent, Timestamp::UNIX_EPOCH);
    }
}

#[test]
fn spoilt_dialogues_are_survived() {
    let text = b"220-mx.test\r\n220 ready\r\n250-mx.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n220 go\r\n";
    let mut chance = Chance(0xd1a1);
    for _ in 0..5_000 {
        let spoilt = chance.spoil(text);
        let mut reader = smtp::Reader::default();
        for portion in spoilt.chunks(1 + chance.below(20)) {
            if reader.take(portion).is_err() {
                break;
            }
            while let Ok(Some(reply)) = reader.reply() {
                assert!(reply.lines.iter().all(|line| line.is_ascii()));
                assert!(reply.capabilities().len() <= 60);
            }
        }
    }
}

#[test]
fn noise_is_survived() {
    let mut chance = Chance(0x0015e);
    for length in 0..600 {
        let noise: Vec<u8> = (0..length).map(|_| chance.next() as u8).collect();
        let sent = [noise.as_slice()];
        let _ = (sct::embedded(&sent), ocsp::responder(&noise), der::certificate(&noise));
        let _ = ocsp::read(&noise, &sent, Timestamp::UNIX_EPOCH);
        let _ = smtp::Reader::default().feed(&noise);
    }
}
