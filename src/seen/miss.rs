//! Either something was seen, or there is a reason why not.

use serde::{Deserialize, Serialize};

/// The outcome of one question put to the world.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen<T> {
    Got(T),
    Missed(Miss),
}

impl<T> Seen<T> {
    pub fn got(&self) -> Option<&T> {
        match self {
            Self::Got(value) => Some(value),
            Self::Missed(_) => None,
        }
    }

    pub fn as_ref(&self) -> Result<&T, &Miss> {
        match self {
            Self::Got(value) => Ok(value),
            Self::Missed(miss) => Err(miss),
        }
    }
}

impl<T> Default for Seen<T> {
    /// What nobody asked for was not seen.
    fn default() -> Self {
        Self::Missed(Miss::NotAsked)
    }
}

impl<T> From<Result<T, Miss>> for Seen<T> {
    fn from(result: Result<T, Miss>) -> Self {
        match result {
            Ok(value) => Self::Got(value),
            Err(miss) => Self::Missed(miss),
        }
    }
}

/// Why something was not seen. A miss becomes an inconclusive verdict, never a pass.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Miss {
    /// No answer within the time given; names who did not answer.
    Timeout(String),
    /// Refused or reset; names by whom.
    Refused(String),
    /// The host name does not exist.
    NoSuchName(String),
    /// The answer was an error (SERVFAIL, HTTP 403, permission denied, …).
    Denied(String),
    /// `--offline` was given.
    Offline,
    /// It would have been an active probe and there was no consent for it.
    NotConsented(String),
    /// The observation contains something gonogo does not understand.
    Unsupported(String),
    /// The answer was not well-formed.
    Malformed(String),
    /// A question for people that nobody has answered.
    Unanswered(String),
    /// No enabled check asked for it.
    NotAsked,
    /// A fault of gonogo's own.
    Internal(String),
}

impl std::fmt::Display for Miss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Timeout(what) => write!(f, "no answer in time: {what}"),
            Self::Refused(what) => write!(f, "connection refused: {what}"),
            Self::NoSuchName(name) => write!(f, "no such name: {name}"),
            Self::Denied(what) => write!(f, "answered with an error: {what}"),
            Self::Offline => f.write_str("not asked: --offline"),
            Self::NotConsented(what) => write!(f, "needs consent: {what}"),
            Self::Unsupported(what) => write!(f, "not understood: {what}"),
            Self::Malformed(what) => write!(f, "malformed: {what}"),
            Self::Unanswered(what) => write!(f, "not answered: {what}"),
            Self::NotAsked => f.write_str("not asked"),
            Self::Internal(what) => write!(f, "internal error: {what}"),
        }
    }
}
