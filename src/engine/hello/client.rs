//! Writes ClientHello messages (RFC 5246 and 8446 section 4.1.2, RFC 6101 for SSL 3.0).

use super::Version;

/// What a client asks for. Every list is sent as it is, in its order.
#[derive(Clone, Debug)]
pub struct ClientHello<'a> {
    pub version: Version,
    pub suites: &'a [u16],
    pub groups: &'a [u16],
    /// Server Name Indication; `None` for an address.
    pub server_name: Option<&'a str>,
    pub alpn: &'a [&'a [u8]],
    /// Offer DEFLATE beside no compression (CRIME).
    pub compression: bool,
    /// Say that a better version was tried before (RFC 7507).
    pub fallback: bool,
    /// Fills `random`: the caller's, because engines have no source of chance.
    pub random: [u8; 32],
    /// The client's verify_data of the handshake before on the same connection (RFC 5746 section 3.5);
    /// empty in the first.
    pub renegotiation: &'a [u8],
}

const FALLBACK_SCSV: u16 = 0x5600;

/// Every signature scheme in use, strong ones first, so that the server's choice is free.
const SIGNATURE_SCHEMES: &[u16] = &[
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501,
    0x0601, 0x0301, 0x0303, 0x0201, 0x0203, 0x0101, 0x0402, 0x0202,
];

impl ClientHello<'_> {
    /// The message in its record, ready to be sent.
    pub fn to_bytes(&self) -> Vec<u8> {
        let message = self.to_message();
        let mut record = Vec::with_capacity(message.len() + 5);
        record.push(22);
        // Old stacks drop a record that claims a version they do not know (RFC 8446 section 5.1).
        put16(&mut record, self.version.wire().min(Version::Tls10.wire()));
        put16(&mut record, message.len() as u16);
        record.extend_from_slice(&message);
        record
    }

    /// The message alone, for whoever protects its record.
    pub fn to_message(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(1_024);
        put16(&mut body, self.version.wire().min(Version::Tls12.wire()));
        body.extend_from_slice(&self.random);
        // An empty session id, except for TLS 1.3's compatibility mode, which middleboxes expect.
        if self.version == Version::Tls13 {
            body.push(32);
            body.extend_from_slice(&self.random);
        } else {
            body.push(0);
        }
        let fallback = self.fallback.then_some(FALLBACK_SCSV);
        let suites: Vec<u16> = self.suites.iter().copied().chain(fallback).collect();
        put16_list(&mut body, &suites);
        body.extend_from_slice(if self.compression { &[2, 1, 0] } else { &[1, 0] });
        // SSL 3.0 knows no extensions; some such servers drop a hello that carries them.
        if self.version != Version::Ssl3 {
            let extensions = self.extensions();
            put16(&mut body, extensions.len() as u16);
            body.extend_from_slice(&extensions);
        }
        let mut message = vec![1, 0];
        put16(&mut message, body.len() as u16);
        message.extend_from_slice(&body);
        message
    }

    fn extensions(&self) -> Vec<u8> {
        let mut all = Vec::with_capacity(512);
        if let Some(name) = self.server_name {
            put_extension(&mut all, 0, |value| {
                put16(value, name.len() as u16 + 3);
                value.push(0);
                put16(value, name.len() as u16);
                value.extend_from_slice(name.as_bytes());
            });
        }
        // status_request: an OCSP staple, please; plaintext up to TLS 1.2.
        put_extension(&mut all, 5, |value| value.extend_from_slice(&[1, 0, 0, 0, 0]));
        put_extension(&mut all, 10, |value| put16_list(value, self.groups));
        put_extension(&mut all, 11, |value| value.extend_from_slice(&[1, 0]));
        put_extension(&mut all, 13, |value| put16_list(value, SIGNATURE_SCHEMES));
        put_extension(&mut all, 15, |value| value.push(1)); // heartbeat: is it still spoken?
        if !self.alpn.is_empty() {
            put_extension(&mut all, 16, |value| {
                let names: Vec<u8> = self
                    .alpn
                    .iter()
                    .flat_map(|name| std::iter::once(name.len() as u8).chain(name.iter().copied()))
                    .collect();
                put16(value, names.len() as u16);
                value.extend_from_slice(&names);
            });
        }
        put_extension(&mut all, 18, |_| {}); // signed certificate timestamps
        put_extension(&mut all, 23, |_| {}); // extended master secret
        put_extension(&mut all, 35, |_| {}); // session tickets
        if self.version == Version::Tls13 {
            put_extension(&mut all, 43, |value| value.extend_from_slice(&[2, 3, 4]));
            put_extension(&mut all, 45, |value| value.extend_from_slice(&[1, 1]));
            // An empty key_share: the server must name its group in a HelloRetryRequest.
            put_extension(&mut all, 51, |value| put16(value, 0));
        }
        // Secure renegotiation (RFC 5746).
        put_extension(&mut all, 0xff01, |value| {
            value.push(self.renegotiation.len() as u8);
            value.extend_from_slice(self.renegotiation);
        });
        all
    }
}

/// The SSL 2.0 hello: a record and message format of its own.
pub fn sslv2_hello(challenge: [u8; 16]) -> Vec<u8> {
    const CIPHERS: [[u8; 3]; 7] =
        [[1, 0, 128], [2, 0, 128], [3, 0, 128], [4, 0, 128], [5, 0, 128], [6, 0, 64], [7, 0, 192]];
    let mut body = vec![1, 0, 2];
    put16(&mut body, (CIPHERS.len() * 3) as u16);
    put16(&mut body, 0);
    put16(&mut body, 16);
    body.extend(CIPHERS.iter().flatten());
    body.extend_from_slice(&challenge);
    let mut record = Vec::with_capacity(body.len() + 2);
    put16(&mut record, 0x8000 | body.len() as u16);
    record.extend_from_slice(&body);
    record
}

fn put16(out: &mut Vec<u8>, number: u16) {
    out.extend_from_slice(&number.to_be_bytes());
}

fn put16_list(out: &mut Vec<u8>, numbers: &[u16]) {
    put16(out, numbers.len() as u16 * 2);
    for number in numbers {
        put16(out, *number);
    }
}

fn put_extension(out: &mut Vec<u8>, number: u16, write: impl FnOnce(&mut Vec<u8>)) {
    let mut value = Vec::new();
    write(&mut value);
    put16(out, number);
    put16(out, value.len() as u16);
    out.extend_from_slice(&value);
}
