//! Record protection of TLS 1.2 with AEAD suites, one direction (RFC 5246 section 6.2.3.3).

use aws_lc_rs::aead::{
    AES_128_GCM, AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey,
};
use rustls::ConnectionTrafficSecrets;

const TLS12: [u8; 2] = [3, 3];
/// What AES-GCM sends of its nonce in each record (RFC 5288 section 3).
const EXPLICIT: usize = 8;

pub(super) struct Protection {
    key: LessSafeKey,
    iv: [u8; NONCE_LEN],
    /// Part of the nonce is sent along; otherwise both sides count (RFC 7905 section 2).
    explicit: bool,
    /// Of the next record.
    sequence: u64,
}

impl Protection {
    /// `secrets`: the number of the next record, the key and the IV.
    pub(super) fn new((sequence, secrets): (u64, ConnectionTrafficSecrets)) -> Option<Self> {
        let (algorithm, key, iv) = match secrets {
            ConnectionTrafficSecrets::Aes128Gcm { key, iv } => (&AES_128_GCM, key, iv),
            ConnectionTrafficSecrets::Aes256Gcm { key, iv } => (&AES_256_GCM, key, iv),
            ConnectionTrafficSecrets::Chacha20Poly1305 { key, iv } => (&CHACHA20_POLY1305, key, iv),
            _ => return None,
        };
        let explicit = algorithm != &CHACHA20_POLY1305;
        let key = LessSafeKey::new(UnboundKey::new(algorithm, key.as_ref()).ok()?);
        Some(Self { key, iv: iv.as_ref().try_into().ok()?, explicit, sequence })
    }

    /// The next record, header and all.
    pub(super) fn seal(&mut self, kind: u8, plain: &[u8]) -> Option<Vec<u8>> {
        let nonce = self.counted(self.sequence);
        let aad = Aad::from(header(self.sequence, kind, plain.len())?);
        let mut sealed = plain.to_vec();
        let key = &self.key;
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).ok()?;
        self.sequence = self.sequence.checked_add(1)?;
        let sent_along = if self.explicit { &nonce[NONCE_LEN - EXPLICIT..] } else { &[] };
        let length = u16::try_from(sent_along.len() + sealed.len()).ok()?.to_be_bytes();
        Some([&[kind][..], &TLS12, &length, sent_along, &sealed].concat())
    }

    /// The content of the next record, if the other side wrote it.
    pub(super) fn open_next(&mut self, kind: u8, payload: &[u8]) -> Option<Vec<u8>> {
        let plain = self.open(kind, payload, self.sequence)?;
        self.sequence = self.sequence.checked_add(1)?;
        Some(plain)
    }

    /// The content of the record of that number.
    pub(super) fn open(&self, kind: u8, payload: &[u8], sequence: u64) -> Option<Vec<u8>> {
        let mut nonce = self.counted(sequence);
        let (sent_along, sealed) = payload.split_at_checked(if self.explicit { EXPLICIT } else { 0 })?;
        nonce[NONCE_LEN - sent_along.len()..].copy_from_slice(sent_along);
        let length = sealed.len().checked_sub(self.key.algorithm().tag_len())?;
        let mut sealed = sealed.to_vec();
        let aad = Aad::from(header(sequence, kind, length)?);
        let plain = self.key.open_in_place(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).ok()?;
        Some(plain.to_vec())
    }

    /// The IV, its end combined with the sequence number. AES-GCM leaves the choice of the end to the
    /// sender; the library that wrote the records before this one makes the same.
    fn counted(&self, sequence: u64) -> [u8; NONCE_LEN] {
        let mut nonce = self.iv;
        for (byte, count) in nonce[NONCE_LEN - EXPLICIT..].iter_mut().zip(sequence.to_be_bytes()) {
            *byte ^= count;
        }
        nonce
    }
}

/// What is authenticated beside the content.
fn header(sequence: u64, kind: u8, length: usize) -> Option<[u8; 13]> {
    let length = u16::try_from(length).ok()?.to_be_bytes();
    let mut all = [0; 13];
    all[..8].copy_from_slice(&sequence.to_be_bytes());
    all[8..].copy_from_slice(&[kind, TLS12[0], TLS12[1], length[0], length[1]]);
    Some(all)
}
