//! One DNS question's answer, as data.

use std::{collections::BTreeMap, fmt::Write as _, net::IpAddr};

use serde::{Deserialize, Serialize};

use super::{Miss, Seen};

/// What a name has of one record type. `NoName` and `NoData` are facts, unlike a miss.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer<T> {
    /// NXDOMAIN: the name itself does not exist (RFC 8020).
    NoName,
    /// NOERROR without data: the name exists, the type does not.
    NoData,
    /// The records, sorted, so that two runs give the same bytes.
    Records(Vec<T>),
}

impl<T> Answer<T> {
    /// The records, none for a name or type that does not exist.
    pub fn records(&self) -> &[T] {
        match self {
            Self::Records(records) => records,
            Self::NoName | Self::NoData => &[],
        }
    }

    pub fn exists(&self) -> bool {
        matches!(self, Self::Records(_))
    }
}

/// An answer, or why there is none (timeout, SERVFAIL, …).
pub type Lookup<T> = Seen<Answer<T>>;

impl<T> Seen<Answer<T>> {
    /// The records if the question was answered at all.
    pub fn records(&self) -> Result<&[T], &Miss> {
        self.as_ref().map(Answer::records)
    }
}

/// The record types that are asked.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Rr {
    A,
    Aaaa,
    Caa,
    Cname,
    Https,
    Mx,
    Ns,
    Ptr,
    Soa,
    /// The record type that SPF was given first and then lost (RFC 7208 section 3.1).
    Spf,
    Srv,
    Txt,
}

impl Rr {
    pub const fn id(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Caa => "CAA",
            Self::Cname => "CNAME",
            Self::Https => "HTTPS",
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Ptr => "PTR",
            Self::Soa => "SOA",
            Self::Spf => "SPF",
            Self::Srv => "SRV",
            Self::Txt => "TXT",
        }
    }
}

impl std::fmt::Display for Rr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.id())
    }
}

/// One question: a name (lower case, A-labels, no trailing dot) and a type.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Ask {
    pub name: String,
    pub rr: Rr,
}

impl Ask {
    pub fn new(name: impl AsRef<str>, rr: Rr) -> Self {
        Self { name: name.as_ref().trim_end_matches('.').to_ascii_lowercase(), rr }
    }

    fn key(&self) -> String {
        format!("{} {}", self.name, self.rr)
    }
}

/// Every answer that was obtained, filed under `name TYPE`, records in presentation form: names in
/// lower case without the trailing dot, MX as `10 mx.example.com`, TXT with its strings joined and
/// odd bytes as `\DDD` (RFC 1035 section 5.1), so that nothing in it can steer a terminal.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, Lookup<String>>);

impl Answers {
    /// The answer to one question; what nobody asked is [`Miss::NotAsked`].
    pub fn answer(&self, name: &str, rr: Rr) -> Result<&Answer<String>, &Miss> {
        match self.0.get(&Ask::new(name, rr).key()) {
            Some(lookup) => lookup.as_ref(),
            None => Err(&Miss::NotAsked),
        }
    }

    /// The records, none for a name or type that does not exist.
    pub fn get(&self, name: &str, rr: Rr) -> Result<&[String], &Miss> {
        self.answer(name, rr).map(Answer::records)
    }

    /// Both kinds of address, sorted; an error only where nothing was found and something missed.
    pub fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, &Miss> {
        let (v4, v6) = (self.get(name, Rr::A), self.get(name, Rr::Aaaa));
        let found: Vec<IpAddr> = [v4, v6]
            .into_iter()
            .flat_map(Result::unwrap_or_default)
            .filter_map(|text| text.parse().ok())
            .collect();
        match (found.is_empty(), v4, v6) {
            (true, Err(miss), _) => Err(miss),
            // Where the IPv4 answer is "no such name", the other type was not asked.
            (true, Ok(_), Err(miss)) if *miss != Miss::NotAsked || !self.is_no_name(name) => Err(miss),
            _ => Ok(found),
        }
    }

    /// A question for one kind of address that was asked and not answered.
    pub fn unanswered(&self, name: &str) -> Option<&Miss> {
        let misses = [Rr::A, Rr::Aaaa].into_iter().filter_map(|rr| self.answer(name, rr).err());
        misses.into_iter().find(|miss| **miss != Miss::NotAsked)
    }

    /// Did some answer say that the name does not exist?
    pub fn is_no_name(&self, name: &str) -> bool {
        [Rr::A, Rr::Ns, Rr::Txt, Rr::Mx, Rr::Soa, Rr::Aaaa]
            .into_iter()
            .any(|rr| matches!(self.answer(name, rr), Ok(Answer::NoName)))
    }

    pub fn has(&self, ask: &Ask) -> bool {
        self.0.contains_key(&ask.key())
    }

    pub fn insert(&mut self, ask: &Ask, lookup: Lookup<String>) {
        self.0.insert(ask.key(), lookup);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Bytes of a TXT record in presentation form: printable ASCII as it is, everything else `\DDD`.
pub fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b' '..=b'~' => text.push(char::from(*byte)),
            other => drop(write!(text, "\\{other:03}")),
        }
    }
    text
}

/// The inverse of [`escape`].
pub fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let code = tail.get(..3).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<u8>().ok());
        if let Some(code) = code {
            bytes.push(code);
            rest = tail.get(3..).unwrap_or_default();
        } else if let Some((escaped, tail)) = tail.split_first() {
            bytes.push(*escaped);
            rest = tail;
        }
    }
    bytes
}
