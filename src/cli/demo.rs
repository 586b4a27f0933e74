//! `gonogo demo`.

use std::process::ExitCode;

use crate::demo::{DemoOptions, run as run_demo};

#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gonogo demo            audit the broken portal: NO-GO
  gonogo demo --fixed    audit it repaired: GO
  gonogo demo --serve    leave it running, to audit it by hand")]
pub(super) struct Arguments {
    /// Serve the repaired portal instead of the broken one
    #[arg(long)]
    fixed: bool,
    /// Keep serving until interrupted instead of auditing
    #[arg(long)]
    serve: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    run_demo(DemoOptions { fixed: arguments.fixed, serve: arguments.serve })
}
