//! Reads a server's first flight as it arrives: records, handshake messages, alerts.

use super::{KeyExchange, Suite, Version};

/// More than this of a first flight is not read: a chain of a hundred certificates is no chain.
const LIMIT: usize = 256 * 1_024;
const MESSAGES: usize = 64;
/// The `random` that makes a ServerHello a HelloRetryRequest (RFC 8446 section 4.1.3).
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// Precedes the last byte of such a `random`: 1 for TLS 1.2, 0 for older ones.
const DOWNGRADE: &[u8] = b"DOWNGRD";

/// What a server chose.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ServerHello {
    /// The version it will speak, also where an extension says so.
    pub version: u16,
    pub suite: u16,
    /// The group it asks for (TLS 1.3, HelloRetryRequest) or chose.
    pub group: Option<u16>,
    pub compression: u8,
    /// Numbers of its extensions.
    pub extensions: Vec<u16>,
    pub alpn: Option<Vec<u8>>,
    pub retry: bool,
    /// Timestamps of transparency logs, as a SignedCertificateTimestampList (RFC 6962 section 3.3.1).
    pub timestamps: Vec<u8>,
    /// The end of `random` says that a better version was possible (RFC 8446 section 4.1.3).
    pub downgraded: bool,
}

/// A TLS alert (RFC 8446 section 6): level 1 warning, 2 fatal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Alert {
    pub level: u8,
    pub description: u8,
}

impl Alert {
    pub const HANDSHAKE_FAILURE: u8 = 40;
    pub const PROTOCOL_VERSION: u8 = 70;
    pub const INSUFFICIENT_SECURITY: u8 = 71;
    pub const INAPPROPRIATE_FALLBACK: u8 = 86;
    pub const UNRECOGNIZED_NAME: u8 = 112;
}

/// Everything a first flight said.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Flight {
    pub hello: Option<ServerHello>,
    /// DER, in the order sent; plaintext up to TLS 1.2 only.
    pub certificates: Vec<Vec<u8>>,
    /// An OCSP response, DER.
    pub staple: Option<Vec<u8>>,
    pub key_exchange: Option<KeyExchange>,
    /// The whole modulus of a finite-field exchange.
    pub prime: Option<Vec<u8>>,
    pub alert: Option<Alert>,
}

/// Is there more to wait for?
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Progress {
    More,
    /// The flight is over: the server waits for us, or refused.
    Done,
    /// Not TLS, or TLS that breaks its own rules.
    Malformed(String),
}

/// Feeds on bytes in any portions; never holds more than its limit.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    bytes: Vec<u8>,
    handshake: Vec<u8>,
    messages: usize,
    read: usize,
    flight: Flight,
}

impl Reader {
    pub fn flight(self) -> Flight {
        self.flight
    }

    pub fn feed(&mut self, bytes: &[u8]) -> Progress {
        self.read += bytes.len();
        if self.read > LIMIT {
            return Progress::Malformed(format!("a first flight of more than {LIMIT} bytes"));
        }
        self.bytes.extend_from_slice(bytes);
        loop {
            match self.record() {
                Ok(Some(Progress::More)) => {}
                Ok(Some(progress)) => return progress,
                Ok(None) => return Progress::More,
                Err(why) => return Progress::Malformed(why.to_owned()),
            }
        }
    }

    /// Takes one whole record off the front.
    fn record(&mut self) -> Result<Option<Progress>, &'static str> {
        let Some((header, rest)) = self.bytes.split_at_checked(5) else { return Ok(None) };
        if !(20..=23).contains(&header[0]) || header[1] != 3 {
            return Err("the answer is not TLS");
        }
        let length = usize::from(u16::from_be_bytes([header[3], header[4]]));
        if length > 16_384 + 2_048 {
            return Err("a record longer than TLS allows");
        }
        let Some(payload) = rest.get(..length) else { return Ok(None) };
        let (kind, payload) = (header[0], payload.to_vec());
        self.bytes.drain(..5 + length);
        match kind {
            21 => Ok(Some(self.alert(&payload)?)),
            22 => {
                self.handshake.extend_from_slice(&payload);
                Ok(Some(self.messages()?))
            }
            // After a ServerHello of TLS 1.3 everything is encrypted: all that can be read was read.
            _ if self.flight.hello.is_some() => Ok(Some(Progress::Done)),
            _ => Err("data before the handshake"),
        }
    }

    fn alert(&mut self, payload: &[u8]) -> Result<Progress, &'static str> {
        let [level, description] = payload else { return Err("an alert of the wrong length") };
        let alert = Alert { level: *level, description: *description };
        // `unrecognized_name` as a warning only says that another certificate is shown.
        if alert.level == 1 && alert.description == Alert::UNRECOGNIZED_NAME {
            return Ok(Progress::More);
        }
        self.flight.alert = Some(alert);
        Ok(Progress::Done)
    }

    /// Takes whole handshake messages off the front.
    fn messages(&mut self) -> Result<Progress, &'static str> {
        loop {
            let Some((header, rest)) = self.handshake.split_at_checked(4) else { return Ok(Progress::More) };
            let length = usize::from(header[1]) << 16 | usize::from(header[2]) << 8 | usize::from(header[3]);
            if length > LIMIT {
                return Err("a handshake message longer than any chain");
            }
            let Some(body) = rest.get(..length) else { return Ok(Progress::More) };
            let (kind, body) = (header[0], body.to_vec());
            self.handshake.drain(..4 + length);
            self.messages += 1;
            if self.messages > MESSAGES {
                return Err("a first flight that does not end");
            }
            if let Some(progress) = self.message(kind, &body)? {
                return Ok(progress);
            }
        }
    }

    fn message(&mut self, kind: u8, body: &[u8]) -> Result<Option<Progress>, &'static str> {
        match kind {
            2 => {
                let hello = server_hello(body).ok_or("a ServerHello that ends too early")?;
                let last = hello.version == Version::Tls13.wire();
                self.flight.hello = Some(hello);
                if last {
                    return Ok(Some(Progress::Done));
                }
            }
            11 => {
                let list = certificates(body).ok_or("a certificate list that does not add up")?;
                self.flight.certificates = list;
            }
            12 => {
                let suite = self.flight.hello.as_ref().and_then(|hello| Suite::by_number(hello.suite));
                self.flight.key_exchange = suite.and_then(|suite| KeyExchange::read(suite, body));
                self.flight.prime = self.flight.key_exchange.as_ref().and_then(|one| one.prime(body));
            }
            22 => {
                let mut input = Input(body);
                if input.byte() == Some(1) {
                    self.flight.staple = input.long_vector().map(<[u8]>::to_vec);
                }
            }
            14 => return Ok(Some(Progress::Done)),
            // HelloRequest, NewSessionTicket, CertificateRequest: nothing of interest.
            0 | 4 | 13 => {}
            _ => return Err("a handshake message that does not belong here"),
        }
        Ok(None)
    }
}

fn server_hello(body: &[u8]) -> Option<ServerHello> {
    let mut input = Input(body);
    let legacy = input.short()?;
    let random = input.take(32)?;
    let session = usize::from(input.byte()?);
    input.take(session)?;
    let mut hello = ServerHello {
        version: legacy,
        suite: input.short()?,
        compression: input.byte()?,
        retry: random == RETRY,
        downgraded: random
            .strip_suffix(&[0])
            .or(random.strip_suffix(&[1]))
            .is_some_and(|head| head.ends_with(DOWNGRADE)),
        ..ServerHello::default()
    };
    // SSL 3.0 and old TLS end here.
    let Some(length) = input.short() else { return Some(hello) };
    let mut extensions = Input(input.take(usize::from(length))?);
    while !extensions.0.is_empty() {
        let number = extensions.short()?;
        let length = usize::from(extensions.short()?);
        let mut value = Input(extensions.take(length)?);
        hello.extensions.push(number);
        match number {
            16 => {
                value.short()?;
                let length = usize::from(value.byte()?);
                hello.alpn = Some(value.take(length)?.to_vec());
            }
            18 => hello.timestamps = value.0.to_vec(),
            43 => hello.version = value.short()?,
            // In a HelloRetryRequest the group alone, otherwise the group and a key.
            51 => hello.group = Some(value.short()?),
            _ => {}
        }
    }
    Some(hello)
}

fn certificates(body: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut list = Input(Input(body).long_vector()?);
    let mut found = Vec::new();
    while !list.0.is_empty() {
        found.push(list.long_vector()?.to_vec());
    }
    Some(found)
}

/// Takes values off the front of a slice, never beyond its end.
pub(super) struct Input<'a>(pub(super) &'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(front)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    pub(super) fn short(&mut self) -> Option<u16> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    /// A vector with a length of three bytes.
    fn long_vector(&mut self) -> Option<&'a [u8]> {
        let length = self.take(3)?;
        self.take(usize::from(length[0]) << 16 | usize::from(length[1]) << 8 | usize::from(length[2]))
    }
}
