//! `gonogo init`.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;

use super::{failure::Failure, stdout};
use crate::target::{Target, config::NAME, detect::detect};

#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// The folder of the project
    #[arg(default_value = ".")]
    folder: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let path = arguments.folder.join(NAME);
    let root = arguments
        .folder
        .canonicalize()
        .with_context(|| format!("cannot open the folder {}", arguments.folder.display()))?;
    let mut target = Target::default();
    detect(&root, &mut target);
    let text = starting(&target, &root);
    // `create_new`: what somebody wrote is never written over, not even in a race.
    let mut file = match std::fs::File::create_new(&path) {
        Ok(file) => file,
        Err(err) if err.kind() == std::io::ErrorKind::AlreadyExists => {
            let failure = Failure::new(format!("{} exists already", path.display()));
            return Err(failure.help("edit it, or move it away first").into());
        }
        Err(err) => return Err(err).with_context(|| format!("cannot write {}", path.display())),
    };
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    stdout::print(&format!("wrote {}; fill in the lines that begin with #\n", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// A configuration that is valid as it stands: what is not known is a comment.
fn starting(target: &Target, root: &Path) -> String {
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut text = format!("schema = 1\n\n[project]\nname = {}\n", quoted(&name));
    text.push_str(
        "\n# Who answers for what.\n[owners]\n# dns = \"ana@example.com\"\n# payments = \"ana@example.com\"\n\
         \n# [[domains]]\n# name = \"example.com\"\n# mail = \"send-and-receive\" # send | receive | none\n\
         # dkim_selectors = [\"resend\"]\n\
         \n# [[sites]]\n# url = \"https://portal.example.com\"\n",
    );
    for webhook in &target.webhooks {
        text.push_str("\n[[webhooks]]\n# url = \"https://example.com/api/webhook\"\n");
        if let Some(provider) = &webhook.provider {
            let _ = writeln!(text, "provider = {}", quoted(provider));
        }
        if let Some(handler) = &webhook.handler {
            let _ = writeln!(text, "handler = {}", quoted(handler));
        }
    }
    for path in target.stack.env_files.iter().filter(|path| path.ends_with(".production")).take(1) {
        let _ = write!(
            text,
            "\n[environments.production]\nfiles = [{}]\n# hosts = [\"portal.example.com\"]\n",
            quoted(path)
        );
    }
    text.push_str("\n[gate]\nfail_on = \"high\"\n# min_score = 80\n# required = [\"secrets\", \"domain\"]\n");
    text
}

/// A TOML text, whatever is in it; a name with control characters is not worth keeping.
fn quoted(text: &str) -> String {
    let clean: String =
        text.chars().filter(|letter| !crate::target::diagnostic::is_control(*letter)).collect();
    toml::Value::String(clean).to_string()
}
