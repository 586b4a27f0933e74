//! What a TLS endpoint presented.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Miss, OcspResponse, Offers, Sct, Seen, Ways};

/// One TLS endpoint (`host:port`), captured whether or not its chain verifies.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
    /// What a modern client negotiated; missed where the handshake did not complete.
    pub session: Seen<Session>,
    /// What the server did in place of completing the handshake.
    pub refusal: Option<Refusal>,
    /// As sent: the leaf first, never empty. Missed where none was sent or the leaf cannot be parsed.
    pub chain: Seen<Vec<Certificate>>,
    /// Certificates behind the leaf that cannot be parsed and are not in `chain`: which, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
    pub trust: Seen<Trust>,
    /// Is the server's certificate revoked, by the CRL it points to?
    pub revocation: Seen<Revocation>,
    /// What an enumeration of versions, suites and groups found; missed where nothing is offered
    /// for certain.
    pub offers: Seen<Offers>,
    /// The chain in 30 days, the leaf's own end left out of account.
    pub ahead: Seen<Verification>,
    /// The OCSP response that came with the handshake, if any.
    pub staple: Seen<Option<OcspResponse>>,
    /// What the OCSP responder says; asked where no revocation list and no staple settled it.
    pub ocsp: Seen<OcspResponse>,
    /// Timestamps of transparency logs: in the certificate, in the staple, and up to TLS 1.2 in the handshake.
    pub scts: Seen<Vec<Sct>>,
    /// What becomes of a second handshake that the client begins; asked under TLS 1.2 alone.
    pub renegotiation: Seen<Renegotiation>,
    /// Other ways to it: each address, no name, other names.
    pub ways: Seen<Ways>,
}

impl Endpoint {
    /// What the server offers.
    pub fn offers(&self) -> Result<&Offers, Miss> {
        self.offers.as_ref().map_err(Clone::clone)
    }

    /// The server's own certificate.
    pub fn leaf(&self) -> Result<&Certificate, Miss> {
        let chain = self.chain.as_ref().map_err(Clone::clone)?;
        chain.first().ok_or_else(|| Miss::Malformed("the server sent no certificate".to_owned()))
    }
}

/// A completed handshake that offered TLS 1.3 and 1.2.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// `TLS 1.3` or `TLS 1.2`.
    pub version: String,
    /// Name in the IANA registry, e.g. `TLS_AES_128_GCM_SHA256`.
    pub suite: String,
    /// `X25519`, `X25519MLKEM768`, `secp256r1`, …
    pub group: Option<String>,
    pub alpn: Option<String>,
    /// An OCSP response was stapled.
    pub stapled: bool,
    /// Asked of web servers only.
    pub resumption: Seen<Resumption>,
}

/// What a client that comes back may do.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Resumption {
    /// Session tickets or identifiers were given out.
    pub offered: bool,
    /// Bytes that may be sent before the handshake is over (RFC 8446 section 4.2.10); 0: none.
    pub early_data: u32,
}

/// What a server does when its client begins another handshake on a connection (RFC 5246 section 7.4.1.1).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renegotiation {
    /// It answered with a ServerHello.
    Accepted,
    /// How it turned the client down: `alert no_renegotiation`, `closed the connection`.
    Refused(String),
}

/// A definite answer that is not a TLS 1.2 or 1.3 handshake. Silence and resets are misses.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// A fatal alert, by its name in RFC 8446 section 6.
    Alert(String),
    /// It chose a version before TLS 1.2.
    OldVersion,
    /// It answered the ClientHello in HTTP.
    PlainHttp,
}

/// What path building says about the chain as it was sent; the host name is left out of account.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// At the moment of the audit.
    pub now: Verification,
    /// At the nearest instant at which the leaf is valid: the chain, its dates aside.
    pub in_time: Verification,
    /// It leads to a root of Mozilla's programme, not only to one of this machine or of `--ca`.
    #[serde(default)]
    pub public: bool,
    /// Rules that certificates of the best path break although clients may let them pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaches: Vec<Breach>,
}

/// A rule of RFC 5280 or of the Baseline Requirements that a certificate of the path breaks.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Breach {
    /// Of the certificate.
    pub subject: String,
    /// The predicate of a sentence about it, e.g. `has a negative serial number`.
    pub rule: String,
    /// Common in private chains, where no client minds.
    #[serde(default)]
    pub tolerated: bool,
}

/// What a certificate revocation list says, once its own signature has verified.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Revocation {
    Good,
    Revoked,
    /// The certificate names no CRL that can be fetched.
    NoPointer,
}

/// The outcome of one path building (RFC 5280 section 6).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verification {
    Trusted,
    UnknownIssuer,
    Expired,
    NotYetValid,
    BadSignature,
    /// A signature algorithm or key that no current client accepts (SHA-1, RSA under 2048 bits).
    WeakAlgorithm,
    /// The leaf is a CA certificate.
    LeafIsCa,
    /// The extended key usage does not allow a TLS server.
    WrongPurpose,
    /// Anything else, in words.
    Refused(String),
}

/// The facts of one certificate (RFC 5280).
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Certificate {
    pub subject: String,
    pub issuer: String,
    pub common_name: Option<String>,
    /// `dNSName` entries of the subject alternative name, lower case, in their order.
    pub dns_names: Vec<String>,
    /// `iPAddress` entries of the same.
    pub ip_addresses: Vec<String>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    pub key: PublicKey,
    /// Signature algorithm, e.g. `sha256WithRSAEncryption`; the OID where it has no name here.
    pub signature: String,
    /// Hexadecimal.
    pub serial: String,
    /// Basic constraints; absent: no such extension.
    pub ca: Option<bool>,
    /// Names of RFC 5280 section 4.2.1.3; absent: no such extension.
    pub key_usage: Option<Vec<String>>,
    /// Names of RFC 5280 section 4.2.1.12, OIDs for others; absent: no such extension.
    pub extended_key_usage: Option<Vec<String>>,
    /// Subject equals issuer, and the key identifiers do not contradict.
    pub self_issued: bool,
    /// Hexadecimal subject and authority key identifiers.
    pub key_id: Option<String>,
    pub authority_key_id: Option<String>,
    /// Has an OCSP responder, a pointer to its issuer's certificate, a CRL distribution point?
    pub ocsp: bool,
    pub ca_issuers: bool,
    pub crl: bool,
    /// The first of those points that can be fetched over HTTP.
    pub crl_url: Option<String>,
    /// Critical extensions that RFC 5280 does not define, by OID.
    pub unknown_critical: Vec<String>,
    /// TLS feature `status_request` (RFC 7633).
    pub must_staple: bool,
    /// Embedded signed certificate timestamps (RFC 6962).
    pub scts: u32,
    /// Of the DER bytes, hexadecimal.
    pub sha256: String,
}

impl Certificate {
    /// Length of the validity period in seconds; both ends belong to it (RFC 5280 section 4.1.2.5).
    pub fn lifetime(&self) -> i64 {
        self.not_after.as_second().saturating_sub(self.not_before.as_second()).saturating_add(1)
    }
}

/// A subject public key.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct PublicKey {
    /// `RSA`, `ECDSA`, `Ed25519`, `DSA`, or an OID.
    pub algorithm: String,
    /// Bits of the modulus or of the field; 0 where unknown.
    pub bits: u32,
    /// Name of the curve or its OID.
    pub curve: Option<String>,
    /// RSA exponent, where it fits.
    pub exponent: Option<u64>,
    /// How the modulus can be factored.
    pub factorable: Option<Factorable>,
}

/// A flaw that gives an RSA key away.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factorable {
    /// The fingerprint of Infineon's generator (CVE-2017-15361).
    Roca,
    /// Its two primes are next to each other (CVE-2022-26320).
    ClosePrimes,
    /// A small prime divides it.
    SmallFactor,
}
