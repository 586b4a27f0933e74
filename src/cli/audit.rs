//! `gonogo audit`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use super::{
    aim::Aim,
    emit::{Emit, write_file},
    gate::Gate,
    interrupt,
    mail::MailHints,
    progress::{Shown, When},
    reach::{Allow, Reach},
    scope::Scope,
    select::Select,
    talk::Talk,
};
use crate::{
    checks::judge,
    decide::decide,
    observe::{Progress, observe, tape::Tape},
    plan::{Consent, Selection, plan},
    target::argument::Look,
};

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    aim: Aim,
    #[command(flatten)]
    mail: MailHints,
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
  gonogo audit example.com --only mail --message received.eml
      the mail of a domain, with the header of a message that was really received
  gonogo audit example.com --output zone=fix.zone
      the records that mend what was found; also --format cloudflare or route53
  gonogo audit --output sarif=gonogo.sarif --output markdown=summary.md
      reports for code scanning and for a pull request

Exit codes: 0 GO, 1 NO-GO, 2 error, 3 HOLD, 130 interrupted";

/// An audit as it was asked for, under whatever name.
pub(super) struct Conduct<'a> {
    pub(super) aim: &'a Aim,
    pub(super) mail: Option<&'a MailHints>,
    pub(super) selection: &'a Selection,
    pub(super) consent: Consent,
    /// What a search for credentials looks at, where it is more than the tree.
    pub(super) scope: Option<&'a Scope<'a>>,
    pub(super) gate: &'a Gate,
    pub(super) emit: &'a Emit,
    pub(super) record: Option<&'a Path>,
    pub(super) progress: When,
    pub(super) talk: &'a Talk,
    pub(super) reach: &'a Reach,
    /// Judge as of this moment.
    pub(super) at: Option<jiff::Timestamp>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    conduct(&Conduct {
        aim: &arguments.aim,
        mail: Some(&arguments.mail),
        selection: &arguments.select.selection()?,
        consent: arguments.allow.consent(),
        scope: None,
        gate: &arguments.gate,
        emit: &arguments.emit,
        record: arguments.record.as_deref(),
        progress: arguments.progress,
        talk: &arguments.talk,
        reach: &arguments.reach,
        at: arguments.at,
    })
}

pub(super) fn conduct(asked: &Conduct<'_>) -> anyhow::Result<ExitCode> {
    asked.emit.check(asked.record)?;
    let now = asked.at.unwrap_or_else(jiff::Timestamp::now);
    // What is found at a site is told by a file of the project, so that one is looked at all the same.
    let is_local = asked.scope.is_some_and(|scope| !scope.is_remote());
    let look = if is_local { Look::Git } else { Look::Whole };
    let mut resolved = asked.aim.resolve_with(asked.talk, now, look)?;
    asked.gate.apply(&mut resolved.target.gate);
    asked.reach.anchor(&mut resolved.target.trust_anchors)?;
    if let Some(hints) = asked.mail {
        hints.apply(&mut resolved.target)?;
    }
    if let Some(scope) = asked.scope {
        scope.apply(&mut resolved)?;
    }
    let target = Arc::new(resolved.target);

    let mut consent = asked.consent;
    // Who searches a site for credentials has named it.
    consent.offline &= asked.scope.is_none() || resolved.root.is_some();
    let plan = plan(&target, asked.selection, consent);
    let shown = Shown::new(&plan, asked.progress, asked.talk.is_quiet());
    if !plan.asked.is_empty() {
        let shown = shown.clone();
        interrupt::watch(move || shown.clear());
    }
    let progress: Arc<dyn Progress> = shown.clone();
    let seen = observe(&plan, &target, &asked.reach.options(resolved.root, now), &progress);
    shown.clear();
    let seen = seen?;

    let outcomes = judge(&plan.checks, &seen, &target);
    let assessment = decide(&target, &plan.checks, &plan.left_out, outcomes, &seen);
    if let Some(scope) = asked.scope {
        scope.keep(&assessment)?;
    }
    if let Some(path) = asked.record {
        write_file(path, &Tape::new(&target, asked.selection, consent, seen).to_json()?)?;
    }
    asked.emit.write(&assessment, asked.talk)?;
    Ok(asked.gate.exit_code(assessment.decision))
}
