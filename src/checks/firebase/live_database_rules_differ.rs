//! The Realtime Database's live rules are not those of the repository.
//!
//! Rules are deployed by hand, from a branch that was forgotten, or mended in the console. Whatever is said
//! of the file in the repository is then said of the wrong rules: a hole that is closed there is still
//! open, and the next deploy takes back what only the console knows.
//!
//! What the live rules let anybody or any account do, and the repository's do not, is proved path by path.
//!
//! ## Fix
//!
//! ```text
//! firebase deploy --only database
//! ```
//! Deploy from one place, after a review; take over first what was changed in the console.
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/database/rest/app-management>

use super::live::{by_project, finding};
use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::realtime::{Caller, Grant, Reach, Ruleset, Survey, Task, Witness, compile, is_below, is_same},
    finding::{Confidence, Finding, Severity},
    seen::{Firebase, LiveRules, Miss, Observations},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/live-database-rules-differ",
    title: "the database's live rules are not those of the repository",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account, Kind::Realtime], judge),
    source: include_str!("live_database_rules_differ.rs"),
};

/// Paths that are named.
const MOST: usize = 8;

const TASKS: [(Task, &str); 3] = [(Task::Read, "read"), (Task::Write, "write"), (Task::Delete, "delete")];

fn judge(seen: &Observations, context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_project(seen, |project| {
        let read = seen.realtime.iter().filter_map(|(path, rules)| Some((path, rules.got()?)));
        let files: Vec<_> = read.map(|(path, rules)| (path.as_str(), rules.analysis(context.now))).collect();
        let Some((path, (_, here))) = files.first() else {
            return if seen.realtime.is_empty() {
                Verdict::not_applicable("the repository has no rules of a Realtime Database")
            } else {
                Verdict::inconclusive(Miss::Unsupported("the repository's rules were not read".to_owned()))
            };
        };
        let live = match project.databases.as_ref() {
            Ok(live) => live,
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        };
        if live.is_empty() {
            return Verdict::fail(never(project, path));
        }
        let mut findings = Vec::new();
        for live in live {
            let rules = compile(&live.text);
            if let Some(problem) = rules.problems.first() {
                let why = format!("the live rules of {}: {}", live.release, problem.message);
                return Verdict::inconclusive(Miss::Malformed(why));
            }
            let is_deployed = |(_, (file, _)): &(&str, &(Ruleset, Survey))| {
                file.problems.is_empty() && is_same(&file.root, &rules.root)
            };
            if !files.iter().any(is_deployed) {
                let now = context.now.as_millisecond() as f64;
                findings.push(differs(project, live, path, &Survey::of(&rules, now), here));
            }
        }
        Verdict::from_findings(findings)
    })
}

fn never(project: &Firebase, file: &str) -> Finding {
    let message =
        format!("{} has no Realtime Database in use, though {file} has rules for one", project.project);
    let fix = "deploy the rules with the product, or take the file out of the repository";
    finding(project, "database", message, fix).key("database never")
}

fn differs(project: &Firebase, live: &LiveRules, file: &str, deployed: &Survey, here: &Survey) -> Finding {
    let opened = opened(deployed, here);
    let severity = match opened.first() {
        Some((Caller::Anonymous, ..)) => Severity::Critical,
        Some(_) => Severity::High,
        None => Severity::Medium,
    };
    let what = if opened.is_empty() { "" } else { ", and open what the repository's rules refuse" };
    let message = format!("the live rules of {} are not those of {file}{what}", live.release);
    let fix = "compare both (`gonogo rules diff`), then deploy the reviewed file";
    let finding = finding(project, "database", message, fix).severity(severity).key(live.release.clone());
    opened.into_iter().take(MOST).fold(finding, |finding, (.., line, command)| {
        let finding = finding.evidence("live", line);
        command.into_iter().fold(finding, |finding, command| finding.evidence("as a command", command))
    })
}

/// What those without an account, or with any, may do live whatever the database holds, where every rule
/// of the repository refuses it. The worst first; with a request where one was found.
fn opened(live: &Survey, here: &Survey) -> Vec<(Caller, String, Option<String>)> {
    let mut opened = Vec::new();
    for (caller, who) in [(Caller::Anonymous, "anonymous"), (Caller::Stranger, "any account")] {
        for grant in &live.grants {
            for (task, what) in TASKS {
                let Some(reach) = grant.reach(caller, task).filter(|reach| reach.is_always()) else {
                    continue;
                };
                if is_refused(here, grant, caller, task) {
                    let command = reach.witness().map(Witness::command);
                    opened.push((caller, format!("{what} {} as {who}", grant.shown()), command));
                }
            }
        }
    }
    opened
}

fn is_refused(here: &Survey, grant: &Grant, caller: Caller, task: Task) -> bool {
    let above = |other: &&Grant| other.kind == grant.kind && is_below(&grant.path, &other.path);
    let refuses = |other: &Grant| matches!(other.reach(caller, task), None | Some(Reach::Never));
    !here.incomplete && here.grants.iter().filter(above).all(refuses)
}
