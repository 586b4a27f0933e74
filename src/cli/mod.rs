//! The command line: what was typed becomes what was meant, once. One file a subcommand.

mod audit;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// May this product launch?
#[derive(Debug, Parser)]
#[command(name = "gonogo", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Audit a repository, a domain or a site
    Audit(audit::Arguments),
}

/// Runs the program; the exit code is the decision's.
pub fn run() -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Audit(arguments) => audit::run(&arguments),
    }
}
