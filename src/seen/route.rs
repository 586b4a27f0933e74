//! What a private route answers to its owner, a stranger and nobody, through the cache.

use serde::{Deserialize, Serialize};

use super::{Miss, Seen};

/// One private route, by its URL: every visit in the order in which it was made.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Route {
    pub url: String,
    /// Name of the session whose page it is.
    pub owner: String,
    /// Name of the second session, if one is declared.
    pub stranger: Option<String>,
    /// Texts that only the owner's page shows.
    pub canaries: Vec<Canary>,
    pub visits: Vec<Visit>,
    /// A URL that nobody had asked before was answered from a cache: the query is not part of the
    /// cache's key, so a filled entry would have been served to real visitors.
    pub shared_key: bool,
    /// Why the visits ended early.
    pub stopped: Option<Miss>,
}

/// A text that only the owner's page shows, by its hash: it may be an address or a number.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Canary {
    /// First 48 bits of its SHA-256, in hexadecimal.
    pub hash: String,
    /// Named in `gonogo.toml`, not found by comparing pages.
    pub declared: bool,
}

/// One request.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    pub step: Step,
    pub by: Visitor,
    /// Which of the fresh query strings was used, counted from 1.
    pub key: u8,
    pub answer: Seen<RouteAnswer>,
}

/// What a visit is for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// On a fresh key: what this visitor is shown without anybody's help.
    Control,
    /// The owner asks for one key several times, so that a cache may store the answer.
    Fill,
    /// Somebody else asks for the key that the owner filled.
    Read,
    /// Nobody's session on a fresh key again: does the origin itself show it?
    Confirm,
    /// The owner asks for a key that only an anonymous visitor had asked before.
    Reverse,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visitor {
    Owner,
    Stranger,
    Anonymous,
}

/// What came back, without the body.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct RouteAnswer {
    pub status: u16,
    /// Only headers that tell of caching, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Hashes of the canaries that the body contains, sorted.
    pub shows: Vec<String>,
}

impl Route {
    /// The answers to visits of one kind by one visitor.
    pub fn answers(&self, step: Step, by: Visitor) -> impl Iterator<Item = &RouteAnswer> {
        let wanted = move |visit: &&Visit| visit.step == step && visit.by == by;
        self.visits.iter().filter(wanted).filter_map(|visit| visit.answer.got())
    }

    /// Successful answers to the owner: what the policy in their headers must protect.
    pub fn private_answers(&self) -> impl Iterator<Item = &RouteAnswer> {
        let owners = self.visits.iter().filter(|visit| visit.by == Visitor::Owner);
        owners.filter_map(|visit| visit.answer.got()).filter(|answer| answer.is_success())
    }
}

impl RouteAnswer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl std::fmt::Display for Visitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Owner => "the owner",
            Self::Stranger => "another session",
            Self::Anonymous => "an anonymous visitor",
        })
    }
}
