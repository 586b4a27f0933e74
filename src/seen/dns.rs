//! One DNS question's answer, as data.

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
