//! GO, NO-GO or HOLD.

use super::{Decision, Interval, Judged, StationResult, Undecided, score::is_required, waive::Sorted};
use crate::{
    finding::{Confidence, Severity},
    target::Target,
};

/// A required station whose decided weight is under this percentage holds the launch.
const COVERAGE: f64 = 90.0;

pub(super) fn decide(
    target: &Target,
    stations: &[StationResult],
    sorted: &Sorted,
    score: Interval,
) -> (Decision, Vec<String>) {
    let mut no_go: Vec<String> =
        sorted.findings.iter().filter(|judged| gates(judged, target)).map(said).collect();
    if let Some(minimum) = target.gate.min_score
        && score.floor < f64::from(minimum)
    {
        no_go.push(format!("the score is {:.0}, under the minimum of {minimum}", score.floor.floor()));
    }
    if !no_go.is_empty() {
        return (Decision::NoGo, no_go);
    }
    let hold = holds(target, stations, sorted);
    if hold.is_empty() { (Decision::Go, Vec::new()) } else { (Decision::Hold, hold) }
}

/// The station's own line of the poll, by the same rules.
pub(super) fn station(result: &StationResult, sorted: &Sorted, target: &Target) -> Option<Decision> {
    if result.left_out.is_some() {
        return None;
    }
    let here = |judged: &&Judged| judged.check.station == result.station;
    if sorted.findings.iter().filter(here).any(|judged| gates(judged, target)) {
        return Some(Decision::NoGo);
    }
    let held = sorted.inconclusive.iter().any(|one| one.check.station == result.station && is_decisive(one))
        || result.score.coverage < COVERAGE;
    Some(if held { Decision::Hold } else { Decision::Go })
}

/// Does this finding stop the launch?
pub(super) fn gates(judged: &Judged, target: &Target) -> bool {
    judged.severity >= target.gate.fail_on && judged.confidence >= Confidence::Medium
}

fn holds(target: &Target, stations: &[StationResult], sorted: &Sorted) -> Vec<String> {
    let mut reasons = Vec::new();
    if stations.iter().all(|station| station.left_out.is_some()) {
        reasons.push("nothing was audited".to_owned());
    }
    for named in &target.gate.required {
        if stations.iter().any(|result| result.station == *named && result.left_out.is_some()) {
            reasons.push(format!("{named} is required and had nothing to look at"));
        }
    }
    let undecided = sorted.inconclusive.iter().filter(|one| is_required(one.check.station, target));
    reasons.extend(
        undecided
            .filter(|one| is_decisive(one))
            .map(|one| format!("{} could not be decided for {}: {}", one.check.id, one.subject, one.why)),
    );
    for result in stations.iter().filter(|result| result.left_out.is_none()) {
        if is_required(result.station, target) && result.score.coverage < COVERAGE {
            let coverage = result.score.coverage.floor();
            reasons.push(format!("only {coverage:.0} % of {} could be decided", result.station));
        }
    }
    let risky = sorted.waived.iter().filter(|waived| waived.judged.severity == Severity::Critical);
    reasons.extend(risky.map(|waived| {
        format!("a waiver covers a critical finding: {} on {}", waived.judged.check.id, waived.judged.subject)
    }));
    reasons
}

/// An undecided check that would have stopped the launch, and that usually can be decided.
fn is_decisive(one: &Undecided) -> bool {
    one.check.severity >= Severity::High && one.check.confidence == Confidence::High
}

fn said(judged: &Judged) -> String {
    format!("{}: {} ({})", judged.check.id, judged.finding.message, judged.subject)
}
