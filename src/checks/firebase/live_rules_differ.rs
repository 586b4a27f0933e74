//! The rules that are live are not those of the repository.
//!
//! Rules are deployed by hand or from a branch that was forgotten, or somebody mended something in the
//! console. Whatever is said of the files in the repository is then said of the wrong rules: a hole that is
//! closed there is still open, and the next deploy takes back what only the console knows.
//!
//! What the live rules let anybody or any account do, and the repository's do not, is proved path by path.
//!
//! ## Fix
//!
//! ```text
//! firebase deploy --only firestore:rules,storage
//! ```
//! Deploy from one place, after a review; take over first what was changed in the console.
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/rules/manage-deploy>

use super::live::{by_part, finding, in_repository};
use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::firestore::{
        Analysis,
        access::shown,
        is_same,
        prove::{Answer, Caller, answer_at, matrix},
        storage,
    },
    finding::{Confidence, Finding, Severity},
    seen::{Firebase, LiveRules, Miss, Observations},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/live-rules-differ",
    title: "the live rules are not those of the repository",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account, Kind::Firestore], judge),
    source: include_str!("live_rules_differ.rs"),
};

/// Paths that are named.
const MOST: usize = 8;

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_part(
        seen,
        |project| &project.rules,
        |project, live| {
            let mut findings = Vec::new();
            let mut compared = 0;
            for service in ["cloud.firestore", "firebase.storage"] {
                let files = in_repository(seen, service);
                let here = |live: &&LiveRules| live.release.split('/').next() == Some(service);
                let live: Vec<&LiveRules> = live.iter().filter(here).collect();
                if files.is_empty() {
                    continue;
                }
                compared += 1;
                if live.is_empty() {
                    findings.push(never(project, service, files[0].0));
                }
                for live in live
                    .iter()
                    .filter(|live| !files.iter().any(|(_, file, _)| is_same(&file.text, &live.text)))
                {
                    findings.push(differs(project, live, files[0].0, files[0].2));
                }
            }
            match (findings.is_empty(), compared) {
                (false, _) => Verdict::Fail(findings),
                (true, 0) if seen.firestore.values().any(|file| file.got().is_none()) => {
                    Verdict::inconclusive(Miss::Unsupported(
                        "the repository's rules were not read".to_owned(),
                    ))
                }
                (true, 0) => Verdict::not_applicable("the repository has no rules to compare with"),
                (true, _) => Verdict::Pass,
            }
        },
    )
}

fn never(project: &Firebase, service: &str, file: &str) -> Finding {
    let message = format!("no rules for {service} are live in {}, though {file} has some", project.project);
    let fix = "deploy the rules with the product, or take the file out of the repository";
    finding(project, "overview", message, fix).key(format!("{service} never"))
}

fn differs(project: &Firebase, live: &LiveRules, file: &str, repository: &Analysis) -> Finding {
    let deployed = Analysis::of(&live.text);
    let opened: Vec<(Caller, String)> = opened(&deployed, repository);
    let severity = match opened.first() {
        Some((Caller::Anonymous, _)) => Severity::Critical,
        Some(_) => Severity::High,
        None => Severity::Medium,
    };
    let what = if opened.is_empty() { "" } else { ", and open what the repository's rules refuse" };
    let message =
        format!("the live rules of {} in {} are not those of {file}{what}", live.release, project.project);
    let fix = "compare both (`gonogo rules diff`), then deploy the reviewed file";
    let mut finding = finding(project, "overview", message, fix).severity(severity).key(live.release.clone());
    for (_, line) in opened.iter().take(MOST) {
        finding = finding.evidence("live", line.clone());
    }
    finding
}

/// What those without an account, or with any, may do live: always, or at will, where the other rules
/// prove that they may not. The worst first.
fn opened(live: &Analysis, repository: &Analysis) -> Vec<(Caller, String)> {
    let files = storage::matrix(live, 0).into_iter().map(|row| row.plain);
    let mut opened = Vec::new();
    for (row, is_file) in matrix(live).into_iter().map(|row| (row, false)).chain(files.map(|row| (row, true)))
    {
        // A path without a block of its own may be covered by another.
        let other = is_file.then(|| storage::row_at(repository, &row.pattern, 0).plain);
        for cell in &row.cells {
            let is_open = matches!(cell.answer, Answer::Always | Answer::Conditional { at_will: true, .. });
            if !is_open || ![Caller::Anonymous, Caller::Stranger].contains(&cell.caller) {
                continue;
            }
            let refused = match &other {
                Some(other) => matches!(other.answer(cell.caller, cell.method), None | Some(Answer::Never)),
                None => answer_at(repository, &row.pattern, cell.caller, cell.method) == Answer::Never,
            };
            if refused {
                let line = format!("{} {} as {}", cell.method.name(), shown(&row.pattern), cell.caller.id());
                opened.push((cell.caller, line));
            }
        }
    }
    opened.sort_by_key(|(caller, _)| *caller);
    opened
}
