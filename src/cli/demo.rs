//! `gonogo demo`.

use std::{
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::Context;

use super::{interrupt, stdout};
use crate::demo::{Portal, Variant};

#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gonogo demo                     audit the broken portal: NO-GO
  gonogo demo --fixed             audit it mended: GO
  gonogo demo -- --format json    the same with options of `gonogo audit`
  gonogo demo --serve             leave it running, to audit it by hand")]
pub(super) struct Arguments {
    /// Serve the mended portal instead of the broken one
    #[arg(long)]
    fixed: bool,
    /// Keep serving until interrupted instead of auditing
    #[arg(long)]
    serve: bool,
    /// Options for `gonogo audit`
    #[arg(last = true, value_name = "OPTIONS")]
    audit: Vec<String>,
}

/// Starts the portal and audits it with this same program, exactly as a user would: the command
/// that `--serve` prints is the command that runs here.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let variant = if arguments.fixed { Variant::Fixed } else { Variant::Broken };
    let portal = Portal::start(variant).context("cannot start the demo's portal")?;
    let folder = portal.folder().to_path_buf();
    // An interrupt ends the process before anything is dropped.
    interrupt::watch(move || drop(std::fs::remove_dir_all(&folder)));
    let program = std::env::current_exe().context("cannot find this program's own file")?;
    if arguments.serve {
        return serve(&portal, &program);
    }
    let status = Command::new(&program)
        .args(portal.audit_arguments())
        .args(&arguments.audit)
        .envs(portal.sessions.iter().map(|(name, value)| (name, value)))
        .status()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map(ExitCode::from).context("the audit was ended by a signal")
}

fn serve(portal: &Portal, program: &Path) -> anyhow::Result<ExitCode> {
    let exports: Vec<String> =
        portal.sessions.iter().map(|(name, value)| format!("  export {name}='{value}'\n")).collect();
    stdout::print(&format!(
        "The portal is running on this machine. Audit it from another terminal:\n\n{}  {} {}\n\n\
         Its repository, servers and certificates are gone when this ends (Ctrl-C).\n",
        exports.concat(),
        program.display(),
        portal.audit_arguments().join(" "),
    ))?;
    loop {
        std::thread::park();
    }
}
