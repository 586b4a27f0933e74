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
    /// Seconds that others may keep the audited domain's own records, by `name TYPE`, as one of its
    /// servers gives them: A and MX of the domain, A of its `www`. What does not exist is left out.
    pub ttls: BTreeMap<String, Seen<u32>>,
    /// Zones cut out below for names of the audited domain that no resolver could look up, by the
    /// zone; asked where there is such a name.
    pub cuts: BTreeMap<String, Seen<Cut>>,
    /// `TXT` and `MX` of the audited domain, by server; asked where the serials differ.
    pub versions: BTreeMap<String, BTreeMap<String, Seen<Vec<String>>>>,
}

/// A zone delegated away, and what its servers say of it, by their names.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cut {
    pub servers: BTreeMap<String, Seen<Host>>,
}

/// What stands behind the name of a name server.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Host {
    Serves,
    /// It answers and does not have the zone; the response code.
    Without(String),
    /// The name does not exist.
    Gone,
    /// Nor does the domain that it lies in, given here.
    Unregistered(String),
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
    /// The DS records at the parent, and those of a trust anchor for the zone itself; none: the
    /// zone is not signed as far as anybody can tell.
    pub ds: Vec<Ds>,
    /// From a trust anchor down to those DS records; asked where there is one.
    pub chain: Seen<Chain>,
    /// Tags of the keys that the zone has where there is no DS; sorted.
    pub keys: Seen<Vec<u16>>,
    /// What the zone's servers hand out, by `name (address)`; asked where there is a DS.
    pub servers: BTreeMap<String, Seen<Signed>>,
    /// The same by way of the resolver; asked where a signature has a fault, or
    /// where no trust anchor of ours leads to the zone.
    pub resolver: Seen<Resolved>,
    /// Iterations of NSEC3 (RFC 9276); none where NSEC is used.
    pub nsec3: Seen<Option<u16>>,
    /// NSEC3 with a salt.
    pub salted: bool,
    /// How the zone denies what it does not have, by `name (address) name TYPE`; a second server is
    /// asked where the first shows a fault.
    pub denial: BTreeMap<String, Seen<Denial>>,
    pub cds: Seen<Cds>,
}

/// How far the signatures lead down from a trust anchor (RFC 4035 section 5).
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chain {
    /// The zone whose key is trusted from the beginning; `.` is the root.
    pub anchor: String,
    pub standing: Standing,
    /// The zone at which it ends, and why; empty where it reaches the audited one.
    pub at: String,
    pub why: String,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The DS records of the zone are signed all the way from the anchor.
    Secure,
    /// A zone above has no DS, so nobody checks anything below it.
    #[default]
    Insecure,
    /// A signature above the zone does not verify.
    Bogus,
}

/// The zone as the recursive resolver hands it out.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Resolved {
    /// Response code for the zone's SOA: SERVFAIL where the resolver validates and finds it bogus.
    pub code: String,
    /// It says that it has verified the answer itself (the AD bit, RFC 4035 section 3.2.3).
    pub authentic: bool,
    /// Keys and signatures, asked with the CD bit: the resolver hands them out unchecked. Asked
    /// where a fault was seen.
    pub unchecked: Seen<Signed>,
}

/// Whether an answer without records, or one made by a wildcard, is proven (RFC 4035 section 3.1.3).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Denial {
    Proven,
    /// The name and type that were asked exist, so nothing had to be denied.
    Exists,
    /// Neither NSEC nor NSEC3 came with it.
    NoRecords,
    /// They came, and a signature of theirs does not verify or has ended.
    BadSignature,
    /// They are signed, and speak of something else.
    Incomplete,
}

impl Denial {
    /// What is wrong, as the end of a sentence; none where nothing is.
    pub const fn fault(self) -> Option<&'static str> {
        match self {
            Self::Proven | Self::Exists => None,
            Self::NoRecords => Some("comes without an NSEC or NSEC3 record"),
            Self::BadSignature => Some("comes with NSEC records whose signatures do not verify"),
            Self::Incomplete => Some("comes with NSEC records that do not deny it"),
        }
    }
}

/// What the zone asks its parent to publish (RFC 7344).
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cds {
    /// The CDS records, sorted.
    pub ds: Vec<Ds>,
    /// Tags of the CDNSKEY records, sorted.
    pub keys: Vec<u16>,
    /// They ask for the DS to be removed (RFC 8078 section 4).
    pub delete: bool,
    /// Each CDS and CDNSKEY fits a key that the zone has.
    pub fits: bool,
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
    /// When the later of the two begins; seconds since 1970.
    pub since: Option<i64>,
}

impl Signed {
    /// What a validator would refuse at this moment (seconds since 1970); none where all is well.
    pub fn fault(&self, now: i64) -> Option<String> {
        let tags: Vec<String> = self.keys.iter().map(ToString::to_string).collect();
        if self.keys.is_empty() {
            Some("there is a DS at the parent, but the zone has no keys".to_owned())
        } else if !self.ds_fits {
            Some(format!("no DS at the parent fits a key of the zone ({})", tags.join(", ")))
        } else if !self.keys_signed {
            Some("the keys are not signed by the key that the DS names".to_owned())
        } else if !self.soa_signed {
            Some("the signature of the SOA does not verify".to_owned())
        } else if self.until.is_some_and(|until| until < now) {
            let moment = self.until.and_then(|until| jiff::Timestamp::from_second(until).ok());
            let moment = moment.map(|moment| moment.strftime(" on %Y-%m-%d at %H:%M UTC").to_string());
            Some(format!("its signatures have expired{}", moment.unwrap_or_default()))
        } else {
            let early = self.since.is_some_and(|since| since > now);
            early.then(|| "its signatures are not valid yet".to_owned())
        }
    }
}

/// One address of one name server.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub name: String,
    pub address: IpAddr,
    /// The SOA over UDP, with EDNS, the DO bit and room for 1232 bytes.
    #[serde(default)]
    pub udp: Seen<Heard>,
    /// The same without EDNS; asked only where the first question failed.
    #[serde(default)]
    pub plain: Seen<Heard>,
    /// The NS records over TCP.
    #[serde(default)]
    pub tcp: Seen<Heard>,
    /// Does it look up names of strangers for anybody?
    #[serde(default)]
    pub recursion: Seen<bool>,
    /// Records that it began to hand out when asked for the whole zone; 0: refused.
    #[serde(default)]
    pub transfer: Seen<u32>,
}

/// The head of an answer to a question for the zone's SOA or NS.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Heard {
    /// `NOERROR`, `REFUSED`, `SERVFAIL`, `FORMERR`, … (RFC 6895 section 2.3).
    pub code: String,
    /// The AA bit, on an answer that holds what was asked for.
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
        replies.max_by_key(|reply| (reply.authoritative, reply.serial.is_some()))
    }

    pub fn serves(&self) -> bool {
        self.reply().is_some_and(|reply| reply.authoritative)
    }
}
