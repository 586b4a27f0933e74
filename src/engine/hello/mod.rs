//! The plaintext part of TLS handshakes, from SSL 2.0 to TLS 1.3: what a client may ask, and what a
//! server's first flight says. No cryptography: a server chooses version, suite and group, and up to
//! TLS 1.2 shows its certificate and key-exchange parameters, before anything is encrypted.

mod client;
mod kex;
mod prime;
mod server;
mod suites;

pub use self::{
    client::{ClientHello, sslv2_hello},
    kex::KeyExchange,
    prime::{Modulus, modulus},
    server::{Alert, Flight, Progress, Reader, ServerHello},
    suites::{CLASSES, Cipher, Exchange, Suite},
};

/// A protocol version by its number on the wire.
#[derive(Clone, Copy, Debug, serde::Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
pub enum Version {
    #[serde(rename = "SSL 2.0")]
    Ssl2,
    #[serde(rename = "SSL 3.0")]
    Ssl3,
    #[serde(rename = "TLS 1.0")]
    Tls10,
    #[serde(rename = "TLS 1.1")]
    Tls11,
    #[serde(rename = "TLS 1.2")]
    Tls12,
    #[serde(rename = "TLS 1.3")]
    Tls13,
}

impl Version {
    /// Newest first.
    pub const ALL: [Self; 6] = [Self::Tls13, Self::Tls12, Self::Tls11, Self::Tls10, Self::Ssl3, Self::Ssl2];

    /// Those whose suites and key exchange are agreed in plaintext, newest first.
    pub const BEFORE_13: [Self; 4] = [Self::Tls12, Self::Tls11, Self::Tls10, Self::Ssl3];

    pub const fn wire(self) -> u16 {
        match self {
            Self::Ssl2 => 0x0002,
            Self::Ssl3 => 0x0300,
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
            Self::Tls12 => 0x0303,
            Self::Tls13 => 0x0304,
        }
    }

    pub fn from_wire(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.wire() == number)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Ssl2 => "SSL 2.0",
            Self::Ssl3 => "SSL 3.0",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// Key-exchange groups by number (IANA, TLS Supported Groups), the ones a launch may care about.
pub const GROUPS: &[(u16, &str)] = &[
    (0x11ec, "X25519MLKEM768"),
    (0x11eb, "SecP256r1MLKEM768"),
    (0x11ed, "SecP384r1MLKEM1024"),
    (0x6399, "X25519Kyber768Draft00"),
    (0x001d, "x25519"),
    (0x0017, "secp256r1"),
    (0x0018, "secp384r1"),
    (0x0019, "secp521r1"),
    (0x001e, "x448"),
    (0x0100, "ffdhe2048"),
    (0x0101, "ffdhe3072"),
    (0x0102, "ffdhe4096"),
    (0x0103, "ffdhe6144"),
    (0x0104, "ffdhe8192"),
];

/// The curves that only TLS 1.2 and older know, weak ones included (RFC 8422 appendix A).
pub const OLD_CURVES: &[(u16, &str, u16)] = &[
    (0x0001, "sect163k1", 163),
    (0x0002, "sect163r1", 163),
    (0x0003, "sect163r2", 163),
    (0x000f, "secp160k1", 160),
    (0x0010, "secp160r1", 160),
    (0x0011, "secp160r2", 160),
    (0x0012, "secp192k1", 192),
    (0x0013, "secp192r1", 192),
    (0x0014, "secp224k1", 224),
    (0x0015, "secp224r1", 224),
    (0x0016, "secp256k1", 256),
    (0x001a, "brainpoolP256r1", 256),
];

/// Bits of a group's field, where the group is one of the old curves.
pub fn curve_bits(number: u16) -> Option<u16> {
    OLD_CURVES.iter().find(|(known, ..)| *known == number).map(|(.., bits)| *bits)
}

/// Does a group resist a quantum computer (FIPS 203, ML-KEM)? The Kyber draft is no longer spoken.
pub fn is_post_quantum(name: &str) -> bool {
    name.contains("MLKEM")
}

/// The name of a group, or its number where it has none here.
pub fn group_name(number: u16) -> String {
    let named = GROUPS.iter().find(|(known, _)| *known == number).map(|(_, name)| (*name).to_owned());
    named
        .or_else(|| {
            OLD_CURVES.iter().find(|(known, ..)| *known == number).map(|(_, name, _)| (*name).to_owned())
        })
        .unwrap_or_else(|| format!("0x{number:04x}"))
}
