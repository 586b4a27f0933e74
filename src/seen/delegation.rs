//! What a domain's own name servers say when they are asked directly.

use std::{collections::BTreeMap, net::IpAddr};

use serde::{Deserialize, Serialize};

use super::Seen;

/// The delegation of the zone that one audited domain lies in.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delegation {
    /// The domain itself, or the registered name above it.
    pub zone: String,
    /// The zone that delegates it.
    pub parent: String,
    /// As a server of the parent gives it.
    pub referral: Seen<Referral>,
    /// The NS records of the zone itself, as one of its own servers gives them, sorted.
    pub apex: Seen<Vec<String>>,
    /// The name servers by name and address, sorted; empty where none has an address.
    pub servers: Vec<Server>,
    pub dnssec: Seen<Dnssec>,
}

/// What the parent hands out to find the zone (RFC 1034 section 4.2.1).
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Referral {
    /// Sorted; empty where the parent does not delegate the zone.
    pub servers: Vec<String>,
    /// Addresses handed out along with them, sorted.
    pub glue: BTreeMap<String, Vec<IpAddr>>,
    /// The parent's server answered with the zone's own data, because it serves both: what the
    /// parent holds cannot be told apart then.
    pub shared: bool,
}

/// The signatures of the zone (RFC 4033), each fact by itself.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dnssec {
    /// The DS records at the parent; none: the zone is not signed as far as anybody can tell.
    pub ds: Vec<Ds>,
    /// What two of the zone's servers hand out at most, by `name (address)`; asked where there is a DS.
    pub servers: BTreeMap<String, Seen<Signed>>,
    /// Iterations of NSEC3 (RFC 9276); none where NSEC is used.
    pub nsec3: Seen<Option<u16>>,
}

/// A delegation signer record, numbers as in the IANA registries.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Ds {
    pub tag: u16,
    pub algorithm: u8,
    pub digest: u8,
}

/// What one server's keys and signatures prove, their dates left out of account.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Signed {
    /// Tags of the zone's keys, sorted.
    pub keys: Vec<u16>,
    /// The smallest RSA modulus among them, in bits.
    pub rsa_bits: Option<u32>,
    /// Some DS at the parent fits one of the keys.
    pub ds_fits: bool,
    /// Such a key signs the key set.
    pub keys_signed: bool,
    /// A key of the set signs the SOA.
    pub soa_signed: bool,
    /// When the last usable signature of the keys or of the SOA ends, whichever is first; seconds
    /// since 1970.
    pub until: Option<i64>,
}

/// One address of one name server.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub name: String,
    pub address: IpAddr,
    /// The SOA over UDP, with EDNS and room for 1232 bytes.
    #[serde(default)]
    pub udp: Seen<Heard>,
    /// The same without EDNS; asked only where the first question failed.
    #[serde(default)]
    pub plain: Seen<Heard>,
    /// The SOA over TCP.
    #[serde(default)]
    pub tcp: Seen<Heard>,
    /// Does it look up names of strangers for anybody?
    #[serde(default)]
    pub recursion: Seen<bool>,
    /// Records that it began to hand out when asked for the whole zone; 0: refused.
    #[serde(default)]
    pub transfer: Seen<u32>,
}

/// The head of an answer to a question for the zone's SOA.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Heard {
    /// `NOERROR`, `REFUSED`, `SERVFAIL`, `FORMERR`, … (RFC 6895 section 2.3).
    pub code: String,
    /// The AA bit, on an answer that holds the SOA.
    pub authoritative: bool,
    pub serial: Option<u32>,
}

impl Server {
    /// `ns1.example.com (192.0.2.1)`
    pub fn shown(&self) -> String {
        format!("{} ({})", self.name, self.address)
    }

    /// The best answer for the SOA, over whichever way it came.
    pub fn reply(&self) -> Option<&Heard> {
        let replies = [&self.udp, &self.plain, &self.tcp].into_iter().filter_map(Seen::got);
        replies.max_by_key(|reply| reply.authoritative)
    }

    pub fn serves(&self) -> bool {
        self.reply().is_some_and(|reply| reply.authoritative)
    }
}
