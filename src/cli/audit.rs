//! `gonogo audit`.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use super::{
    aim::Aim,
    emit::{Emit, write_file},
    gate::Gate,
    interrupt,
    progress::{Shown, When},
    reach::{Allow, Reach},
    select::Select,
    talk::Talk,
};
use crate::{
    checks::judge,
    decide::decide,
    observe::{Progress, observe, tape::Tape},
    plan::plan,
};

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    aim: Aim,
    #[command(flatten)]
    select: Select,
    #[command(flatten)]
    gate: Gate,
    #[command(flatten)]
    allow: Allow,
    #[command(flatten)]
    emit: Emit,
    /// Save what was seen, for `gonogo replay`; it holds no secret
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    record: Option<PathBuf>,
    /// Judge as of this moment instead of now, e.g. 2026-12-24T00:00:00Z (what will have expired?)
    #[arg(long, value_name = "TIME", help_heading = "Gate")]
    at: Option<jiff::Timestamp>,
    /// When to show progress on standard error
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    progress: When,
    #[command(flatten)]
    talk: Talk,
    #[command(flatten)]
    reach: Reach,
}

const EXAMPLES: &str = "\
Examples:
  gonogo audit
      the project in this folder, by its gonogo.toml or by what is found in it
  gonogo audit example.com
      DNS and mail of a domain, TLS and web of its site
  gonogo audit https://portal.example.com:8443
      one site and its domain
  gonogo audit --offline --only secrets,firebase
      what needs no network
  gonogo audit --output sarif=gonogo.sarif --output markdown=summary.md
      reports for code scanning and for a pull request

Exit codes: 0 GO, 1 NO-GO, 2 error, 3 HOLD, 130 interrupted";

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    arguments.emit.check(arguments.record.as_deref())?;
    let selection = arguments.select.selection()?;
    let consent = arguments.allow.consent();
    let now = arguments.at.unwrap_or_else(jiff::Timestamp::now);
    let mut resolved = arguments.aim.resolve(&arguments.talk, now)?;
    arguments.gate.apply(&mut resolved.target.gate);
    let target = Arc::new(resolved.target);

    let plan = plan(&target, &selection, consent);
    let shown = Shown::new(&plan, arguments.progress, arguments.talk.is_quiet());
    if !plan.asked.is_empty() {
        let shown = shown.clone();
        interrupt::watch(move || shown.clear());
    }
    let progress: Arc<dyn Progress> = shown.clone();
    let seen = observe(&plan, &target, &arguments.reach.options(resolved.root, now), &progress);
    shown.clear();
    let seen = seen?;

    let outcomes = judge(&plan.checks, &seen, &target);
    let assessment = decide(&target, &plan.checks, &plan.left_out, outcomes, &seen);
    if let Some(path) = &arguments.record {
        write_file(path, &Tape::new(&target, &selection, consent, seen).to_json()?)?;
    }
    arguments.emit.write(&assessment, &arguments.talk)?;
    Ok(arguments.gate.exit_code(assessment.decision))
}
