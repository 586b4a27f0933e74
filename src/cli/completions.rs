//! `gonogo completions`.

use std::process::ExitCode;

use clap_complete::Shell;

use super::stdout;

#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gonogo completions bash > ~/.local/share/bash-completion/completions/gonogo
  gonogo completions zsh > ~/.zfunc/_gonogo
  gonogo completions fish > ~/.config/fish/completions/gonogo.fish")]
pub(super) struct Arguments {
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::command(), "gonogo", &mut script);
    stdout::print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}
