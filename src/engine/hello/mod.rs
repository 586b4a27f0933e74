//! A ClientHello of an obsolete version and the answer to it, without any cryptography: what a
//! modern TLS library can no longer ask.

/// Before TLS 1.2; formally deprecated by RFC 8996.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Version {
    Tls10,
    Tls11,
}

/// What a server answers first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reply {
    /// It chose a version and a suite, as on the wire.
    ServerHello { version: u16, suite: u16 },
    /// A fatal alert, by its number.
    Alert(u8),
    /// More bytes are needed.
    Incomplete,
    /// Not TLS.
    Noise,
}

impl Version {
    pub const ALL: [Self; 2] = [Self::Tls10, Self::Tls11];

    pub const fn id(self) -> &'static str {
        match self {
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
        }
    }

    pub const fn wire(self) -> u16 {
        match self {
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
        }
    }
}

/// ECDHE, DHE and RSA with AES, 3DES, Camellia, SEED and RC4: everything that a server of those
/// versions is likely to have. The last is the renegotiation signal (RFC 5746).
const SUITES: [u16; 26] = [
    0xc00a, 0xc009, 0xc014, 0xc013, 0x0039, 0x0033, 0x0038, 0x0032, 0x0035, 0x002f, 0x0088, 0x0045, 0x0084,
    0x0041, 0x009a, 0x0096, 0xc008, 0xc012, 0x0016, 0x0013, 0x000a, 0xc007, 0xc011, 0x0005, 0x0004, 0x00ff,
];
/// secp256r1, secp384r1, secp521r1, x25519.
const GROUPS: [u16; 4] = [23, 24, 25, 29];

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const SERVER_HELLO: u8 = 2;
const FATAL: u8 = 2;

/// One record with a ClientHello of exactly this version. `host` is sent as SNI unless it is an
/// address.
pub fn client_hello(version: Version, host: &str) -> Vec<u8> {
    let mut body = version.wire().to_be_bytes().to_vec();
    // The handshake never gets far enough for the random to matter.
    body.extend([0x67; 32]);
    body.push(0);
    body.extend(sized(&words(&SUITES)));
    body.extend([1, 0]);
    let mut extensions = Vec::new();
    if host.parse::<std::net::IpAddr>().is_err() && !host.contains(':') {
        let name = [&[0][..], &sized(host.as_bytes())].concat();
        extensions.extend(extension(0, &sized(&name)));
    }
    extensions.extend(extension(10, &sized(&words(&GROUPS))));
    extensions.extend(extension(11, &[1, 0]));
    body.extend(sized(&extensions));

    let length = u32::try_from(body.len()).unwrap_or(0).to_be_bytes();
    let message = [&[1][..], &length[1..], &body].concat();
    [&[HANDSHAKE, 3, 1][..], &sized(&message)].concat()
}

/// Understands the beginning of an answer. Warnings are passed over.
pub fn read(mut bytes: &[u8]) -> Reply {
    loop {
        let Some((head, rest)) = bytes.split_first_chunk::<5>() else { return Reply::Incomplete };
        if head[1] != 3 || !matches!(head[0], ALERT | HANDSHAKE) {
            return Reply::Noise;
        }
        let length = usize::from(u16::from_be_bytes([head[3], head[4]]));
        let Some(record) = rest.get(..length) else {
            // Of a ServerHello the beginning is enough; it may share a record with a long chain.
            return if head[0] == HANDSHAKE { server_hello(rest) } else { Reply::Incomplete };
        };
        match (head[0], record) {
            (HANDSHAKE, record) => return server_hello(record),
            (_, [FATAL, number]) => return Reply::Alert(*number),
            (_, [_, _]) => bytes = &rest[length..],
            _ => return Reply::Noise,
        }
    }
}

fn server_hello(message: &[u8]) -> Reply {
    let Some((kind, rest)) = message.split_first() else { return Reply::Incomplete };
    if *kind != SERVER_HELLO {
        return Reply::Noise;
    }
    // Length (3), version (2), random (32), session id (1 + n), suite (2).
    let word = |at: usize| Some(u16::from_be_bytes([*rest.get(at)?, *rest.get(at + 1)?]));
    let fields = || {
        let session = usize::from(*rest.get(37)?);
        Some(Reply::ServerHello { version: word(3)?, suite: word(38 + session)? })
    };
    fields().unwrap_or(Reply::Incomplete)
}

fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &sized(content)].concat()
}

/// Prefixed by its length in two bytes.
fn sized(content: &[u8]) -> Vec<u8> {
    let content = &content[..content.len().min(usize::from(u16::MAX))];
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], content].concat()
}

fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(version: u16) -> Vec<u8> {
        let mut record = vec![22, 3, 1, 0, 42, 2, 0, 0, 38];
        record.extend(version.to_be_bytes());
        record.extend([7; 32]);
        record.extend([0, 0, 0x2f, 0]);
        record
    }

    #[test]
    fn lengths_of_a_hello_agree() {
        let bytes = client_hello(Version::Tls10, "example.com");
        assert_eq!(usize::from(u16::from_be_bytes([bytes[3], bytes[4]])), bytes.len() - 5);
        assert_eq!(usize::from(bytes[7]) * 256 + usize::from(bytes[8]), bytes.len() - 9);
        assert!(bytes.windows(11).any(|part| part == b"example.com"));
        assert!(!client_hello(Version::Tls10, "192.0.2.1").windows(9).any(|part| part == b"192.0.2.1"));
    }

    #[test]
    fn reads_a_hello_and_its_beginning() {
        let bytes = hello(0x0301);
        assert_eq!(read(&bytes), Reply::ServerHello { version: 0x0301, suite: 0x2f });
        for cut in 0..46 {
            assert_eq!(read(&bytes[..cut]), Reply::Incomplete, "{cut}");
        }
    }

    #[test]
    fn passes_warnings_over() {
        assert_eq!(read(&[21, 3, 1, 0, 2, 2, 70]), Reply::Alert(70));
        let warned = [&[21, 3, 1, 0, 2, 1, 112][..], &hello(0x0302)].concat();
        assert_eq!(read(&warned), Reply::ServerHello { version: 0x0302, suite: 0x2f });
    }

    #[test]
    fn noise_is_noise() {
        assert_eq!(read(b"HTTP/1.1 400"), Reply::Noise);
        assert_eq!(read(&[22, 3, 1, 0, 1, 11]), Reply::Noise);
        assert_eq!(read(&[]), Reply::Incomplete);
    }
}
