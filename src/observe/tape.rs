//! Recordings: everything a replay needs to give the same bytes, and no secret.

use serde::{Deserialize, Serialize};

use crate::{
    plan::{Consent, Selection},
    seen::Observations,
    target::Target,
};

/// The format of recordings; a newer one is refused.
pub const VERSION: u32 = 1;

/// One recorded audit.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tape {
    pub gonogo_recording: u32,
    /// Version of gonogo that recorded it.
    pub tool: String,
    pub target: Target,
    pub selection: Selection,
    pub offline: bool,
    pub active: bool,
    pub observations: Observations,
}

#[derive(Debug, thiserror::Error)]
pub enum TapeError {
    #[error("not a recording: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error(
        "recording of version {found}, this gonogo reads version {VERSION}; use the gonogo that made it or a newer one"
    )]
    Version { found: u32 },
}

impl Tape {
    pub fn new(target: &Target, selection: &Selection, consent: Consent, observations: Observations) -> Self {
        Self {
            gonogo_recording: VERSION,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            target: target.clone(),
            selection: selection.clone(),
            offline: consent.offline,
            active: consent.active,
            observations,
        }
    }

    pub fn consent(&self) -> Consent {
        Consent { offline: self.offline, active: self.active }
    }

    pub fn to_json(&self) -> Result<String, TapeError> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    pub fn from_json(text: &str) -> Result<Self, TapeError> {
        #[derive(Deserialize)]
        struct Head {
            gonogo_recording: u32,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.gonogo_recording != VERSION {
            return Err(TapeError::Version { found: head.gonogo_recording });
        }
        Ok(serde_json::from_str(text)?)
    }
}
