//! GO, NO-GO or HOLD.

use std::collections::BTreeMap;

use super::{
    Decision, Interval, StationResult, Undecided,
    score::is_required,
    waive::{Sorted, is_risky},
};
use crate::{
    checks::Check,
    finding::{Confidence, Severity},
    target::Target,
};

/// A required station whose decided weight is under this percentage holds the launch.
const COVERAGE: f64 = 90.0;

/// So many checks are named in one reason.
const NAMED: usize = 3;

pub(super) struct Ruling {
    pub(super) decision: Decision,
    pub(super) reasons: Vec<String>,
    pub(super) also_holding: Vec<String>,
}

pub(super) fn rule(target: &Target, stations: &[StationResult], sorted: &Sorted, score: Interval) -> Ruling {
    let no_go = stops(target, sorted, score);
    let hold = holds(target, stations, sorted, score);
    if !no_go.is_empty() {
        Ruling { decision: Decision::NoGo, reasons: no_go, also_holding: hold }
    } else if !hold.is_empty() {
        Ruling { decision: Decision::Hold, reasons: hold, also_holding: Vec::new() }
    } else {
        Ruling { decision: Decision::Go, reasons: Vec::new(), also_holding: Vec::new() }
    }
}

/// The station's own line of the poll, by the same rules.
pub(super) fn station(result: &StationResult, sorted: &Sorted, target: &Target) -> Option<Decision> {
    let is_here = |check: &Check| check.station == result.station;
    if result.left_out.is_some() {
        return target.gate.required.contains(&result.station).then_some(Decision::Hold);
    }
    if sorted.findings.iter().any(|judged| judged.gates && is_here(judged.check)) {
        return Some(Decision::NoGo);
    }
    let held = result.score.coverage < COVERAGE
        || sorted.inconclusive.iter().any(|one| is_here(one.check) && is_grave(one.check, target))
        || sorted.waived.iter().any(|waived| is_here(waived.judged.check) && is_risky(waived));
    Some(if held { Decision::Hold } else { Decision::Go })
}

/// Does a finding so severe and so sure stop the launch?
pub(super) fn gates(severity: Severity, confidence: Confidence, target: &Target) -> bool {
    severity >= target.gate.fail_on && confidence >= Confidence::Medium
}

/// Does it hold the launch that this check could not decide?
pub(super) fn is_decisive(check: &Check, target: &Target) -> bool {
    is_grave(check, target) && is_required(check.station, target)
}

/// It would have stopped the launch, and usually can be decided.
fn is_grave(check: &Check, target: &Target) -> bool {
    check.severity >= target.gate.fail_on && check.confidence == Confidence::High
}

fn stops(target: &Target, sorted: &Sorted, score: Interval) -> Vec<String> {
    let mut reasons: Vec<(String, usize)> = Vec::new();
    let mut of_check: BTreeMap<&str, usize> = BTreeMap::new();
    for judged in sorted.findings.iter().filter(|judged| judged.gates) {
        let index = *of_check.entry(judged.check.id).or_insert(reasons.len());
        if let Some((_, more)) = reasons.get_mut(index) {
            *more += 1;
        } else {
            let reason = format!("{}: {} ({})", judged.check.id, judged.finding.message, judged.subject);
            reasons.push((reason, 0));
        }
    }
    let mut reasons: Vec<String> = reasons.into_iter().map(|(reason, more)| and_more(reason, more)).collect();
    if let Some(minimum) = target.gate.min_score
        && score.ceiling < f64::from(minimum)
    {
        reasons.push(format!("the score is {:.0}, under the minimum of {minimum}", score.ceiling.floor()));
    }
    reasons
}

fn holds(target: &Target, stations: &[StationResult], sorted: &Sorted, score: Interval) -> Vec<String> {
    let mut reasons = Vec::new();
    if stations.iter().all(|station| station.left_out.is_some()) {
        reasons.push("nothing was audited".to_owned());
    }
    for named in &target.gate.required {
        if stations.iter().any(|result| result.station == *named && result.left_out.is_some()) {
            reasons.push(format!("{named} is required and had nothing to look at"));
        }
    }
    reasons.extend(undecided(sorted));
    for result in stations.iter().filter(|result| result.left_out.is_none()) {
        if is_required(result.station, target) && result.score.coverage < COVERAGE {
            let coverage = result.score.coverage.floor();
            reasons.push(format!("only {coverage:.0} % of {} could be decided", result.station));
        }
    }
    reasons.extend(sorted.waived.iter().filter(|waived| is_risky(waived)).map(|waived| {
        format!("a waiver covers a critical finding: {} on {}", waived.judged.check.id, waived.judged.subject)
    }));
    if let Some(minimum) = target.gate.min_score
        && score.floor < f64::from(minimum)
        && score.ceiling >= f64::from(minimum)
    {
        let floor = score.floor.floor();
        reasons.push(format!("the score may be as low as {floor:.0}, under the minimum of {minimum}"));
    }
    reasons
}

/// One reason for each cause, however many checks it left undecided.
fn undecided(sorted: &Sorted) -> Vec<String> {
    let mut causes: Vec<(String, Vec<&Undecided>)> = Vec::new();
    let mut of_cause: BTreeMap<String, usize> = BTreeMap::new();
    for one in sorted.inconclusive.iter().filter(|one| one.holds) {
        let why = one.why.to_string();
        let index = *of_cause.entry(why.clone()).or_insert(causes.len());
        match causes.get_mut(index) {
            Some((_, all)) => all.push(one),
            None => causes.push((why, vec![one])),
        }
    }
    let about = |one: &Undecided| format!("{} for {}", one.check.id, one.subject);
    let reason = |(why, all): (String, Vec<&Undecided>)| {
        if let [one] = all[..] {
            return format!("{} could not be decided for {}: {why}", one.check.id, one.subject);
        }
        let named: Vec<String> = all.iter().take(NAMED).map(|one| about(one)).collect();
        let named = and_more(named.join(", "), all.len() - named.len());
        format!("{} questions could not be decided: {why} ({named})", all.len())
    };
    causes.into_iter().map(reason).collect()
}

fn and_more(text: String, more: usize) -> String {
    if more == 0 { text } else { format!("{text}, and {more} more") }
}
