//! `gonogo replay`.

use std::{fs::File, io::Read, path::PathBuf, process::ExitCode};

use anyhow::Context;

use super::{emit::Emit, failure::Failure, gate::Gate, talk::Talk};
use crate::{
    checks::judge,
    decide::decide,
    engine::secrets::own,
    observe::tape::Tape,
    plan::{Selection, plan},
};

/// Migrations and rules are the largest things in a recording.
const LIMIT: u64 = 256 << 20;

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A recording made by `gonogo audit --record`
    file: PathBuf,
    #[command(flatten)]
    gate: Gate,
    #[command(flatten)]
    emit: Emit,
    #[command(flatten)]
    talk: Talk,
}

const EXAMPLES: &str = "\
Examples:
  gonogo audit example.com --record seen.json
  gonogo replay seen.json --format json
      the same bytes as the audit's own report

Exit codes: as `gonogo audit`";

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    arguments.emit.check(None)?;
    let shown = arguments.file.display();
    let text = read(&arguments.file).with_context(|| format!("cannot read {shown}"))?;
    let mut tape = Tape::from_json(&text).with_context(|| format!("cannot replay {shown}"))?;
    if let Some(rules) = &tape.target.depth.rules {
        own::install(rules).map_err(Failure::new)?;
    }
    // A name this version does not know would silently judge less.
    let kept = &tape.selection;
    let known = Selection::new(kept.only.clone(), kept.skip.clone(), kept.history)?;
    let selection = Selection { part: kept.part.clone(), ..known };
    arguments.gate.apply(&mut tape.target.gate);
    let plan = plan(&tape.target, &selection, tape.consent());
    let outcomes = judge(&plan.checks, &tape.observations, &tape.target);
    let assessment = decide(&tape.target, &plan.checks, &plan.left_out, outcomes, &tape.observations);
    arguments.emit.write(&assessment, &arguments.talk)?;
    Ok(arguments.gate.exit_code(assessment.decision))
}

fn read(path: &PathBuf) -> anyhow::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LIMIT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LIMIT {
        return Err(Failure::new(format!("larger than {} MiB", LIMIT >> 20)).into());
    }
    Ok(text)
}
