//! `gonogo env`.

use std::{process::ExitCode, sync::Arc};

use super::{aim::Aim, failure::Failure, gate::Gate, reach::Reach, stdout, talk::Talk};
use crate::{
    checks::judge,
    decide::decide,
    observe::{Progress, Silent, observe},
    plan::{Consent, Selection, plan},
    report::{Style, TableFormat, render_environments},
};

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    aim: Aim,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "terminal", help_heading = "Output")]
    format: TableFormat,
    #[command(flatten)]
    gate: Gate,
    #[command(flatten)]
    talk: Talk,
    #[command(flatten)]
    reach: Reach,
}

const EXAMPLES: &str = "\
What production, staging, development, tests and the example files say about the same things, side
by side, with what contradicts marked. No value of a secret is shown. Nobody is contacted.

Examples:
  gonogo env
      the project in this folder
  gonogo env ../portal --format html > environments.html
      a page to hand over
  gonogo audit --offline --only env
      the same contradictions as findings, each with its fix

Exit codes: 0 GO, 1 NO-GO, 2 error, 3 HOLD, 130 interrupted";

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let now = jiff::Timestamp::now();
    let mut resolved = arguments.aim.resolve(&arguments.talk, now)?;
    if resolved.root.is_none() {
        let failure = Failure::new(format!("{} is no folder", resolved.target.name));
        return Err(failure.help("name the folder of a project: gonogo env PATH").into());
    }
    arguments.gate.apply(&mut resolved.target.gate);
    let target = Arc::new(resolved.target);
    let selection = Selection::new(vec!["env".to_owned()], vec![], false)?;
    let plan = plan(&target, &selection, Consent { offline: true, active: false });
    let progress: Arc<dyn Progress> = Arc::new(Silent);
    let seen = observe(&plan, &target, &arguments.reach.options(resolved.root, now), &progress)?;
    let outcomes = judge(&plan.checks, &seen, &target);
    let assessment = decide(&target, &plan.checks, &plan.left_out, outcomes, &seen);
    let style =
        Style { color: stdout::has_color(), width: stdout::width(), verbosity: arguments.talk.verbosity() };
    stdout::print(&render_environments(&assessment, arguments.format, style))?;
    Ok(arguments.gate.exit_code(assessment.decision))
}
