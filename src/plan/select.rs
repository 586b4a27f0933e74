//! `--only` and `--skip`: which checks are enabled.

use serde::{Deserialize, Serialize};

use crate::{
    checks::{self, Check},
    station::Station,
    target::spelling,
};

/// Names of stations (`mail`) or checks (`mail/spf-multiple`).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// Empty: everything.
    pub only: Vec<String>,
    pub skip: Vec<String>,
    /// Read the git history too.
    pub history: bool,
    /// A part of the content in place of all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<super::Part>,
}

impl Default for Selection {
    fn default() -> Self {
        Self { only: Vec::new(), skip: Vec::new(), history: true, part: None }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no station or check is called `{name}`")]
pub struct SelectionError {
    pub name: String,
    pub nearest: Option<String>,
}

impl Selection {
    /// Refuses a name that selects nothing: a typo must not silently audit less.
    pub fn new(only: Vec<String>, skip: Vec<String>, history: bool) -> Result<Self, SelectionError> {
        for name in only.iter().chain(&skip) {
            if Station::from_id(name).is_none() && checks::by_id(name).is_none() {
                return Err(SelectionError { name: name.clone(), nearest: nearest(name) });
            }
        }
        Ok(Self { only, skip, history, part: None })
    }

    /// The enabled checks, in the order of the poll.
    pub fn checks(&self) -> Vec<&'static Check> {
        let named = |names: &[String], check: &Check| {
            names.iter().any(|name| name == check.id || name == check.station.id())
        };
        checks::all()
            .filter(|check| self.only.is_empty() || named(&self.only, check))
            .filter(|check| !named(&self.skip, check))
            .collect()
    }
}

/// The known station or check that was probably meant: its station may have been left out.
pub fn nearest(name: &str) -> Option<String> {
    let ids = || checks::all().map(|check| check.id);
    let known = Station::ALL.into_iter().map(Station::id).chain(ids());
    let by_tail = || {
        let tails = ids().filter_map(|id| id.split_once('/')).map(|(_, tail)| tail);
        let tail = spelling::nearest(name.rsplit('/').next()?, tails)?;
        ids().find(|id| id.split_once('/').is_some_and(|(_, other)| other == tail))
    };
    spelling::nearest(name, known).or_else(by_tail).map(str::to_owned)
}
