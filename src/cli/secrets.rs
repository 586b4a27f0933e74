//! `gonogo secrets`.

use std::{path::PathBuf, process::ExitCode};

use super::{
    aim::Aim,
    audit::{self, Conduct},
    emit::Emit,
    failure::note,
    gate::Gate,
    part::Part,
    progress::When,
    reach::Reach,
    scope::Scope,
    secrets_rules,
    talk::Talk,
};
use crate::plan::{Consent, Part as Limit, Selection};

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    aim: Aim,
    #[command(flatten)]
    part: Part,
    /// Look only in what is staged for the next commit, at what the current one does not have
    #[arg(long, help_heading = "Checks", conflicts_with_all = ["no_history", "since", "range"])]
    staged: bool,
    /// Look into archives too: zip, tar, gzip, jar, apk, ipa, aab, whl
    #[arg(long, help_heading = "Checks")]
    archives: bool,
    /// Look at what a build made or a site hands out, whatever git ignores; repeatable
    #[arg(long, value_name = "DIR|URL", help_heading = "Checks")]
    bundle: Vec<String>,
    /// Look with rules of your own too: a folder of files like rules/secrets/*.toml, one such file, or
    /// a .gitleaks.toml; repeatable
    #[arg(long, value_name = "DIR|FILE", help_heading = "Checks")]
    rules: Vec<PathBuf>,
    /// Look with the rules and allowlists of the project's .gitleaks.toml too
    #[arg(long, help_heading = "Checks")]
    gitleaks: bool,
    /// Accept the findings that this file lists: one that --write-baseline made, or gitleaks' report
    #[arg(long, value_name = "FILE", help_heading = "Decision")]
    baseline: Option<PathBuf>,
    /// Write the findings of this run to a file for --baseline; the critical ones are left out
    #[arg(long, value_name = "FILE", help_heading = "Decision")]
    write_baseline: Option<PathBuf>,
    #[command(flatten)]
    gate: Gate,
    #[command(flatten)]
    emit: Emit,
    /// Save what was seen, for `gonogo replay`; it holds no secret
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    record: Option<PathBuf>,
    /// When to show progress on standard error
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    progress: When,
    #[command(flatten)]
    talk: Talk,
    #[command(flatten)]
    reach: Reach,
}

const EXAMPLES: &str = "\
The audit with --only secrets --offline: the same reports, waivers and exit codes.

Examples:
  gonogo secrets
      the files and the git history of the project in this folder
  gonogo secrets --staged
      what the next commit would bring in, for a hook before it
  gonogo secrets --range origin/main..HEAD
      what a branch brings in, for a merge request
  gonogo secrets --no-history ../portal
      the present files of another one
  gonogo secrets --archives --bundle build/web --bundle https://portal.example.com
      what is shipped, as well as the sources
  gonogo secrets --rules ci/secret-rules --gitleaks
      with your own rules, and those that gitleaks has in the project
  gonogo secrets --output sarif=secrets.sarif
      a report for code scanning

Exit codes: 0 GO, 1 NO-GO, 2 error, 3 HOLD, 130 interrupted";

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let own = secrets_rules::load(&arguments.rules, arguments.gitleaks.then(|| arguments.aim.folder()))?;
    if !arguments.talk.is_quiet() {
        own.notes.iter().for_each(|text| note(text));
    }
    let mut selection = arguments.part.apply(Selection::new(vec!["secrets".to_owned()], vec![], true)?);
    if arguments.staged {
        selection.part = Some(Limit::Staged);
    }
    let scope = Scope {
        archives: arguments.archives,
        bundles: &arguments.bundle,
        baseline: arguments.baseline.as_deref(),
        write_baseline: arguments.write_baseline.as_deref(),
        rules: own.rules.as_ref(),
    };
    audit::conduct(&Conduct {
        aim: &arguments.aim,
        mail: None,
        selection: &selection,
        consent: Consent { offline: !scope.is_remote(), active: false },
        scope: Some(&scope),
        gate: &arguments.gate,
        emit: &arguments.emit,
        record: arguments.record.as_deref(),
        progress: arguments.progress,
        talk: &arguments.talk,
        reach: &arguments.reach,
        at: None,
    })
}
