//! `gonogo.toml`: found, read, understood, or refused with every mistake at its place.

mod attest;
mod file;
mod gate;
mod lines;
mod meaning;
mod parse;

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use jiff::civil::Date;

use super::{Target, diagnostic::Diagnostics};
use crate::checks;

/// Its name.
pub const NAME: &str = "gonogo.toml";
/// A configuration is written by hand.
const LIMIT: u64 = 256 << 10;

/// What a configuration may name, and the day on which it is read.
#[derive(Clone, Debug)]
pub struct Known {
    pub checks: Vec<&'static str>,
    pub today: Date,
}

impl Known {
    pub fn on(today: Date) -> Self {
        Self { checks: checks::all().map(|check| check.id).collect(), today }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {path}: {why}")]
    Unreadable { path: String, why: String },
    #[error("{0}")]
    Invalid(Box<Diagnostics>),
}

/// The nearest `gonogo.toml` in the folder or above it, not beyond the root of its repository.
/// Outside a repository only the folder's own counts: what lies above may be anybody's.
pub fn discover(folder: &Path) -> Option<PathBuf> {
    let depth = folder.ancestors().position(|folder| folder.join(".git").exists()).unwrap_or(0);
    let candidates = folder.ancestors().take(depth + 1).map(|folder| folder.join(NAME));
    candidates.into_iter().find(|candidate| candidate.is_file())
}

/// Reads a configuration. `shown` is its path for messages and, where it lies in the audited
/// folder, for reports.
pub fn read(path: &Path, shown: &str, known: &Known) -> Result<Target, ConfigError> {
    let unreadable = |why: String| ConfigError::Unreadable { path: shown.to_owned(), why };
    // Looked at before it is opened: opening a named pipe waits for its writer, maybe for ever.
    if !path.metadata().map_err(|err| unreadable(err.to_string()))?.is_file() {
        return Err(unreadable("not a regular file".to_owned()));
    }
    let file = File::open(path).map_err(|err| unreadable(err.to_string()))?;
    let mut bytes = Vec::new();
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|err| unreadable(err.to_string()))?;
    if bytes.len() as u64 > LIMIT {
        return Err(unreadable(format!("larger than {} KiB", LIMIT >> 10)));
    }
    let text = String::from_utf8(bytes).map_err(|err| {
        let valid = &err.as_bytes()[..err.utf8_error().valid_up_to()];
        let line = 1 + memchr::memchr_iter(b'\n', valid).count();
        unreadable(format!("line {line} is not UTF-8"))
    })?;
    understand(&text, shown, known)
}

/// Understands the text of a configuration.
pub fn understand(text: &str, shown: &str, known: &Known) -> Result<Target, ConfigError> {
    let parsed = parse::parse(text);
    let meant = meaning::read(&parsed.file, text, shown, known);
    let mut problems = parsed.problems;
    problems.extend(meant.problems);
    if problems.is_empty() {
        return Ok(meant.target);
    }
    let secret: Vec<_> = parsed.secret.into_iter().chain(meant.secret).collect();
    Err(ConfigError::Invalid(Box::new(Diagnostics::new(shown, text, problems, &secret))))
}

/// The JSON Schema of `gonogo.toml`, as text.
pub fn schema() -> String {
    let schema = serde_json::to_string_pretty(&file::schema()).unwrap_or_default();
    schema + "\n"
}
