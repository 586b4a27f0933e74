//! Sorts outcomes into findings, waived findings and the rest.

use std::{cmp::Reverse, collections::BTreeMap};

use jiff::{Timestamp, tz::TimeZone};

use super::{Judged, Passed, Skipped, Undecided, WaivedFinding, fingerprint, gate};
use crate::{
    checks::{self, Check, Outcome},
    finding::{Finding, Severity},
    seen::Miss,
    target::{Target, Waiver},
    verdict::Verdict,
};

/// Outcomes by what they mean for the decision.
#[derive(Clone, Debug, Default)]
pub(super) struct Sorted {
    pub(super) findings: Vec<Judged>,
    pub(super) waived: Vec<WaivedFinding>,
    pub(super) inconclusive: Vec<Undecided>,
    pub(super) not_applicable: Vec<Skipped>,
    pub(super) passed: Vec<Passed>,
    pub(super) expired_waivers: Vec<Waiver>,
    pub(super) unused_waivers: Vec<Waiver>,
    pub(super) tally: Vec<Entry>,
}

/// One check's word on one subject, as the score sees it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) check: &'static Check,
    pub(super) credit: Credit,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Credit {
    Pass,
    Fail,
    Waived,
    Unknown,
    NotApplicable,
}

pub(super) fn sort(
    target: &Target,
    checks: &[&'static Check],
    outcomes: Vec<Outcome>,
    now: Timestamp,
) -> Sorted {
    let today = now.to_zoned(TimeZone::UTC).date();
    let (valid, expired): (Vec<&Waiver>, Vec<&Waiver>) =
        target.waivers.iter().partition(|waiver| waiver.until >= today);
    let mut sorting = Sorting {
        target,
        used: vec![false; valid.len()],
        waivers: valid,
        twins: BTreeMap::new(),
        sorted: Sorted::default(),
    };
    for outcome in outcomes {
        sorting.take(outcome);
    }
    let Sorting { waivers, used, mut sorted, .. } = sorting;
    // What was not run cannot tell whether its waiver is still needed.
    let was_run = |waiver: &&Waiver| {
        checks.iter().any(|check| check.id == waiver.check) || checks::by_id(&waiver.check).is_none()
    };
    let unused = waivers.iter().zip(&used).filter(|(_, used)| !**used).map(|(waiver, _)| *waiver);
    sorted.unused_waivers = unused.filter(was_run).cloned().collect();
    sorted.expired_waivers = expired.into_iter().filter(was_run).cloned().collect();
    sorted.findings.sort_by(in_order);
    sorted.waived.sort_by(|a, b| in_order(&a.judged, &b.judged));
    sorted
}

struct Sorting<'a> {
    target: &'a Target,
    /// Those that hold today.
    waivers: Vec<&'a Waiver>,
    /// Which of them matched something.
    used: Vec<bool>,
    /// How often each fingerprint was given.
    twins: BTreeMap<String, u32>,
    sorted: Sorted,
}

impl Sorting<'_> {
    fn take(&mut self, outcome: Outcome) {
        let Outcome { check, subject, verdict } = outcome;
        let credit = match verdict {
            Verdict::Pass => {
                self.sorted.passed.push(Passed { check, subject: subject.clone() });
                Credit::Pass
            }
            Verdict::NotApplicable { why } => {
                self.sorted.not_applicable.push(Skipped { check, subject: subject.clone(), why });
                Credit::NotApplicable
            }
            Verdict::Inconclusive { why } => self.take_unknown(check, &subject, why),
            Verdict::Fail(findings) => self.take_findings(check, &subject, findings),
        };
        self.sorted.tally.push(Entry { check, credit });
    }

    /// A waived unknown is decided by its owner, at the severity the check could have found: what
    /// could not be looked at is not better than what was seen.
    fn take_unknown(&mut self, check: &'static Check, subject: &str, why: Miss) -> Credit {
        if let Some(waiver) = self.waiver(check, subject, None) {
            let finding = Finding::new(format!("could not be decided: {why}"));
            let judged = self.judge(check, subject, finding);
            self.sorted.waived.push(WaivedFinding { judged, waiver });
            return Credit::Waived;
        }
        let holds = gate::is_decisive(check, self.target);
        self.sorted.inconclusive.push(Undecided { check, subject: subject.to_owned(), why, holds });
        Credit::Unknown
    }

    fn take_findings(&mut self, check: &'static Check, subject: &str, findings: Vec<Finding>) -> Credit {
        let before = self.sorted.findings.len();
        for finding in findings {
            let judged = self.judge(check, subject, finding);
            match self.waiver(check, subject, Some(&judged.fingerprint)) {
                Some(waiver) => self.sorted.waived.push(WaivedFinding { judged, waiver }),
                None => self.sorted.findings.push(judged),
            }
        }
        if self.sorted.findings.len() > before { Credit::Fail } else { Credit::Waived }
    }

    /// The first waiver that covers this; every one that does has been of use. An unknown
    /// (`print` is `None`) is never covered by a waiver of one finding, and does not make it stale.
    fn waiver(&mut self, check: &Check, subject: &str, print: Option<&str>) -> Option<Waiver> {
        let mut covering = None;
        for (waiver, used) in self.waivers.iter().zip(&mut self.used) {
            let here =
                waiver.check == check.id && waiver.subject.as_deref().is_none_or(|wanted| wanted == subject);
            let this = match (waiver.fingerprint.as_deref(), print) {
                (None, _) => true,
                (Some(wanted), Some(print)) => wanted == print,
                (Some(_), None) => {
                    *used |= here;
                    false
                }
            };
            if here && this {
                *used = true;
                covering = covering.or(Some(*waiver));
            }
        }
        covering.cloned()
    }

    fn judge(&mut self, check: &'static Check, subject: &str, finding: Finding) -> Judged {
        let mut print = fingerprint(check.id, subject, &finding);
        // Two findings that a check did not tell apart still need names of their own.
        let twin = self.twins.entry(print.clone()).or_insert(0);
        *twin += 1;
        if *twin > 1 {
            print = fingerprint(check.id, &format!("{subject}\n{twin}"), &finding);
        }
        let severity = finding.severity.unwrap_or(check.severity);
        let confidence = finding.confidence.unwrap_or(check.confidence);
        Judged {
            check,
            subject: subject.to_owned(),
            severity,
            confidence,
            fingerprint: print,
            finding,
            points: 0.0,
            gates: gate::gates(severity, confidence, self.target),
            entry: self.sorted.tally.len(),
        }
    }
}

/// Worst first, then in the order of the poll: the order of every report.
fn in_order(a: &Judged, b: &Judged) -> std::cmp::Ordering {
    let rank = |judged: &Judged| {
        (Reverse((judged.severity, judged.confidence)), judged.check.station, judged.check.id)
    };
    rank(a)
        .cmp(&rank(b))
        .then_with(|| a.subject.cmp(&b.subject))
        .then_with(|| a.finding.places.cmp(&b.finding.places))
        .then_with(|| a.fingerprint.cmp(&b.fingerprint))
}

/// Used by the gate: does a waiver cover something critical?
pub(super) fn is_risky(waived: &WaivedFinding) -> bool {
    waived.judged.severity == Severity::Critical
}
