//! Waits for the first record that answers the question, and believes none that the server did not
//! protect.

use super::{ALERT, APPLICATION_DATA, HANDSHAKE, protection::Protection, record};
use crate::engine::hello::Alert;

/// Most that is read beside the answer: a server may have had something else to say.
const RECORDS: usize = 64;
const LIMIT: usize = 256 * 1_024;
/// The longest record that TLS 1.2 allows (RFC 5246 section 6.2.3).
const LONGEST: usize = 16_384 + 2_048;

/// Types of handshake messages (RFC 5246 section 7.4).
const HELLO_REQUEST: u8 = 0;
const SERVER_HELLO: u8 = 2;

/// What came back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The server has begun a new handshake.
    ServerHello,
    Alert(Alert),
    /// The answer of HTTP to the request behind the question: the old keys go on.
    Page,
    /// Not what a server may send here.
    Malformed(&'static str),
}

/// Feeds on bytes in any portions; never holds more than its limit.
pub struct Listener {
    opening: Protection,
    bytes: Vec<u8>,
    read: usize,
    records: usize,
}

impl Listener {
    pub(super) fn new(opening: Protection) -> Self {
        Self { opening, bytes: Vec::new(), read: 0, records: 0 }
    }

    /// The answer, once there is one.
    pub fn feed(&mut self, bytes: &[u8]) -> Option<Answer> {
        self.read += bytes.len();
        self.bytes.extend_from_slice(bytes);
        loop {
            if self.read > LIMIT || self.records > RECORDS {
                return Some(Answer::Malformed("much data and no answer to a second handshake"));
            }
            if let Some(header) = self.bytes.get(..5)
                && let Some(fault) = fault(header)
            {
                return Some(Answer::Malformed(fault));
            }
            let (kind, payload, rest) = record(&self.bytes)?;
            let plain = self.opening.open_next(kind, payload);
            self.bytes = rest.to_vec();
            self.records += 1;
            let Some(plain) = plain else {
                return Some(Answer::Malformed("a record after the handshake that does not decrypt"));
            };
            if let Some(answer) = answer(kind, &plain) {
                return Some(answer);
            }
        }
    }

    /// Has no record been begun that is not over?
    pub fn is_between_records(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// Why an alert means that there will be no second handshake, by its name in RFC 5246 section 7.2.
/// Others complain of the question, and so do not answer it.
pub fn turns_down(alert: Alert) -> Option<&'static str> {
    match alert.description {
        0 => Some("close_notify"),
        10 => Some("unexpected_message"),
        Alert::HANDSHAKE_FAILURE => Some("handshake_failure"),
        49 => Some("access_denied"),
        100 => Some("no_renegotiation"),
        _ => None,
    }
}

fn fault(header: &[u8]) -> Option<&'static str> {
    let length = usize::from(u16::from_be_bytes([header[3], header[4]]));
    if !(ALERT..=APPLICATION_DATA).contains(&header[0]) || header[1..3] != [3, 3] {
        return Some("no TLS after the handshake");
    }
    (length > LONGEST).then_some("a record longer than TLS allows")
}

fn answer(kind: u8, plain: &[u8]) -> Option<Answer> {
    match (kind, plain) {
        (HANDSHAKE, [SERVER_HELLO, ..]) => Some(Answer::ServerHello),
        (APPLICATION_DATA, [b'H', b'T', b'T', b'P', b'/', ..]) => Some(Answer::Page),
        // The server's own request crossed ours, and one that takes part goes on to answer; or it had
        // something else to say, such as that the name is another's.
        (HANDSHAKE, [HELLO_REQUEST, ..]) | (APPLICATION_DATA, _) | (ALERT, [1, Alert::UNRECOGNIZED_NAME]) => {
            None
        }
        (ALERT, [level, description]) => {
            Some(Answer::Alert(Alert { level: *level, description: *description }))
        }
        (ALERT, _) => Some(Answer::Malformed("an alert of the wrong length")),
        _ => Some(Answer::Malformed("a handshake message that does not belong here")),
    }
}
