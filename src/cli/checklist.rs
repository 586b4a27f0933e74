//! `gonogo checklist`.

use std::process::ExitCode;

use super::{aim::Aim, stdout, talk::Talk};
use crate::report::{ListFormat, Style, checklist};

#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gonogo checklist
  gonogo checklist --format markdown > HANDOVER.md

It asks what no instrument can see. Answers go into gonogo.toml; the end of the list is a block to
paste there.")]
pub(super) struct Arguments {
    #[command(flatten)]
    aim: Aim,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal", help_heading = "Output")]
    format: ListFormat,
    #[command(flatten)]
    talk: Talk,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let now = jiff::Timestamp::now();
    let resolved = arguments.aim.resolve(&arguments.talk, now)?;
    let style = Style { color: stdout::has_color(), width: stdout::width(), verbosity: 0 };
    stdout::print(&checklist(&resolved.target, now, arguments.format, style))?;
    Ok(ExitCode::SUCCESS)
}
