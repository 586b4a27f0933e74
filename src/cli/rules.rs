//! `gonogo rules`: Firestore, Storage and Realtime Database rules tried out, without an emulator.

use std::{fs, path::Path, process::ExitCode};

use anyhow::Context;

use super::{failure::Failure, rules_cases, rules_diff, rules_matrix};
use crate::engine::firestore::{Analysis, position};

/// No rules file is larger.
const MOST_BYTES: u64 = 4 << 20;

#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Run cases (TOML or JSON) that say what must be allowed and denied
    Test(rules_cases::TestArguments),
    /// Decide one request
    Eval(rules_cases::EvalArguments),
    /// Show who can do what, path by path
    Matrix(rules_matrix::Arguments),
    /// Show what a change of the rules opens and closes; exit 1 when it opens something
    Diff(rules_diff::Arguments),
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Test(arguments) => rules_cases::test(arguments),
        Command::Eval(arguments) => rules_cases::eval(arguments),
        Command::Matrix(arguments) => rules_matrix::run(arguments),
        Command::Diff(arguments) => rules_diff::run(arguments),
    }
}

/// A text file, bounded.
pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    let named = || format!("cannot read {}", path.display());
    if fs::metadata(path).with_context(named)?.len() > MOST_BYTES {
        return Err(Failure::new(format!("{} is larger than 4 MiB", path.display())).into());
    }
    fs::read_to_string(path).with_context(named)
}

/// A rules file that compiles.
pub(super) fn analysed(path: &Path) -> anyhow::Result<(String, Analysis)> {
    let text = read(path)?;
    let analysis = Analysis::of(&text);
    if let Some(error) = analysis.compiled.errors.first() {
        let (line, column) = position(&text, error.span.start);
        let failure = Failure::new(format!("{}:{line}:{column}: {}", path.display(), error.message));
        return Err(failure.help("the rules must compile before they can be tried").into());
    }
    Ok((text, analysis))
}
