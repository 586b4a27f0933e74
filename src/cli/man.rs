//! `gonogo man`.

use std::process::ExitCode;

use super::{failure::Failure, stdout};
use crate::target::spelling::nearest;

#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gonogo man > gonogo.1
  gonogo man audit > gonogo-audit.1")]
pub(super) struct Arguments {
    /// The page of this subcommand
    command: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut whole = super::command();
    whole.build();
    let page = match &arguments.command {
        None => whole,
        Some(name) => match whole.find_subcommand(name) {
            Some(found) => found.clone(),
            None => return Err(unknown(name, &whole).into()),
        },
    };
    let mut text = Vec::new();
    let source = concat!("gonogo ", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(page).source(source).render(&mut text)?;
    stdout::print(&String::from_utf8_lossy(&text))?;
    Ok(ExitCode::SUCCESS)
}

fn unknown(name: &str, whole: &clap::Command) -> Failure {
    let failure = Failure::new(format!("no subcommand is called `{name}`"));
    match nearest(name, whole.get_subcommands().map(clap::Command::get_name)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure,
    }
}
