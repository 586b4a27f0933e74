//! Errors with a remedy, as people read them.

use std::io::Write;

use crate::{
    plan::SelectionError,
    target::{argument::TargetError, config::ConfigError, diagnostic::printable, name::Refusal},
};

/// What is wrong with what was typed, and what to type instead.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Prints an error to standard error; what cannot be printed is lost.
pub fn complain(err: &anyhow::Error) {
    let _ = writeln!(anstream::stderr().lock(), "{}", rendered(err));
}

fn rendered(err: &anyhow::Error) -> String {
    if let Some(TargetError::Config(ConfigError::Invalid(diagnostics))) = err.downcast_ref() {
        return diagnostics.render(true);
    }
    let help = match (err.downcast_ref(), err.downcast_ref(), err.downcast_ref()) {
        (Some(Failure { help, .. }), _, _) | (_, Some(TargetError::Argument(Refusal { help, .. })), _) => {
            help.clone()
        }
        (_, _, Some(SelectionError { nearest, .. })) => Some(meant(nearest.as_deref())),
        _ => None,
    };
    let mut text = line(&ERROR, "error", &format!("{err:#}"));
    if let Some(help) = help {
        text.push('\n');
        text.push_str(&line(&HELP, "help", &help));
    }
    text
}

/// The remedy for a name that is neither a check nor a station.
pub(super) fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || "`gonogo checks` lists every check and station".to_owned(),
        |near| format!("did you mean `{near}`?"),
    )
}

/// Something the user may not expect.
pub(super) fn note(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{}", line(&NOTE, "note", text));
}

const ERROR: anstyle::Style = anstyle::AnsiColor::BrightRed.on_default().bold();
const HELP: anstyle::Style = anstyle::AnsiColor::BrightCyan.on_default().bold();
const NOTE: anstyle::Style = anstyle::AnsiColor::BrightGreen.on_default().bold();

fn line(style: &anstyle::Style, word: &str, text: &str) -> String {
    format!("{style}{word}{style:#}: {}", printable(text))
}
