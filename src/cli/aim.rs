//! What to audit.

use std::path::PathBuf;

use anyhow::Context;
use jiff::{Timestamp, tz::TimeZone};

use super::{failure::note, talk::Talk};
use crate::target::argument::{Ask, Look, Resolved, resolve};

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Target")]
pub(super) struct Aim {
    /// A folder, a domain or a URL; the project around the working directory if absent
    #[arg(value_name = "TARGET", help_heading = "Arguments")]
    what: Option<String>,
    /// Configuration to use instead of the nearest gonogo.toml [env: GONOGO_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Aim {
    /// The folder that was named, or the working directory.
    pub(super) fn folder(&self) -> PathBuf {
        self.what.as_deref().map(PathBuf::from).filter(|path| path.is_dir()).unwrap_or_else(|| ".".into())
    }

    /// The target, with its notes said on standard error.
    pub(super) fn resolve(&self, talk: &Talk, now: Timestamp) -> anyhow::Result<Resolved> {
        self.resolve_with(talk, now, Look::Whole)
    }

    /// The same with no more of a project looked at than is asked about.
    pub(super) fn resolve_with(&self, talk: &Talk, now: Timestamp, look: Look) -> anyhow::Result<Resolved> {
        let here = std::env::current_dir().context("cannot find the working directory")?;
        let named = std::env::var_os("GONOGO_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from);
        let config = self.config.clone().or(named);
        let today = now.to_zoned(TimeZone::UTC).date();
        let ask = Ask { what: self.what.as_deref(), here: &here, config: config.as_deref(), today, look };
        let resolved = resolve(ask)?;
        if !talk.is_quiet() {
            resolved.notes.iter().for_each(|text| note(text));
        }
        Ok(resolved)
    }
}
