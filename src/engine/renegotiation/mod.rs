//! A second handshake on a connection of TLS 1.2, begun by the client (RFC 5246 section 7.4.1.1,
//! RFC 5746): the encrypted question, and the first answer that counts.

mod answer;
mod protection;

use rustls::ExtractedSecrets;

pub use self::answer::{Answer, Listener, turns_down};
use self::protection::Protection;
use crate::engine::hello::ClientHello;

/// Content types (RFC 5246 section 6.2.1).
const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;

/// `finished`, and the length of its verify_data (RFC 5246 section 7.4.9).
const FINISHED: [u8; 4] = [20, 0, 0, 12];

/// A connection whose first handshake is complete.
pub struct Session {
    sealing: Protection,
    opening: Protection,
    verify_data: Vec<u8>,
}

impl Session {
    /// `secrets` of a connection of TLS 1.2, and everything its client `sent` so far. None where the
    /// two do not belong together, or the suite protects records in a way not known here.
    pub fn after(secrets: ExtractedSecrets, sent: &[u8]) -> Option<Self> {
        let sealing = Protection::new(secrets.tx)?;
        let verify_data = verify_data(&sealing, sent)?;
        Some(Self { sealing, opening: Protection::new(secrets.rx)?, verify_data })
    }

    /// The client's verify_data: the proof that the second handshake is by the client of the first.
    pub fn verify_data(&self) -> &[u8] {
        &self.verify_data
    }

    /// What asks for another handshake, and understands what comes back. `request`: one of HTTP, for a
    /// server that passes over the hello in silence.
    pub fn ask(mut self, hello: &ClientHello<'_>, request: &str) -> Option<Question> {
        let hello = ClientHello { renegotiation: &self.verify_data, ..hello.clone() };
        Some(Question {
            hello: self.sealing.seal(HANDSHAKE, &hello.to_message())?,
            request: self.sealing.seal(APPLICATION_DATA, request.as_bytes())?,
            listener: Listener::new(self.opening),
        })
    }
}

/// Two records in the order in which they must be sent, and whoever hears the answer.
pub struct Question {
    pub hello: Vec<u8>,
    pub request: Vec<u8>,
    pub listener: Listener,
}

/// The client knows its verify_data: it has sent it, in the first record after ChangeCipherSpec.
fn verify_data(sealing: &Protection, sent: &[u8]) -> Option<Vec<u8>> {
    let mut rest = sent;
    let mut changed = false;
    loop {
        let (kind, payload, behind) = record(rest)?;
        if changed && kind == HANDSHAKE {
            let message = sealing.open(kind, payload, 0)?;
            return message.strip_prefix(&FINISHED).filter(|data| data.len() == 12).map(<[u8]>::to_vec);
        }
        changed |= kind == CHANGE_CIPHER_SPEC;
        rest = behind;
    }
}

/// One whole record off the front: its content type, its payload, and what is behind it.
fn record(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (header, rest) = bytes.split_at_checked(5)?;
    let (payload, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([header[3], header[4]])))?;
    Some((header[0], payload, rest))
}
