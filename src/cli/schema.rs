//! `gonogo schema`.

use std::process::ExitCode;

use super::stdout;
use crate::target::config;

#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Of what
    #[arg(default_value = "config")]
    of: Of,
}

/// Each reader's schema comes from the module that writes or reads it.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Of {
    /// gonogo.toml
    Config,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let text = match arguments.of {
        Of::Config => config::schema(),
    };
    stdout::print(&text)?;
    Ok(ExitCode::SUCCESS)
}
