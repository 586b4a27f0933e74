//! Sorts outcomes into findings, waived findings and the rest.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};

use super::{Judged, Skipped, Undecided, WaivedFinding, fingerprint};
use crate::{
    checks::{Check, Outcome},
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
    pub(super) expired_waivers: Vec<Waiver>,
    pub(super) unused_waivers: Vec<Waiver>,
    pub(super) tally: Vec<Entry>,
}

/// One check's word on one subject, as the score sees it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) check: &'static Check,
    pub(super) subject: String,
    pub(super) credit: Credit,
    pub(super) weight: u32,
    pub(super) root: &'static str,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Credit {
    Pass,
    Fail,
    Waived,
    Unknown,
    NotApplicable,
}

pub(super) fn sort(target: &Target, outcomes: Vec<Outcome>, now: Timestamp) -> Sorted {
    let today = now.to_zoned(TimeZone::UTC).date();
    let (valid, expired): (Vec<&Waiver>, Vec<&Waiver>) =
        target.waivers.iter().partition(|waiver| waiver.until >= today);
    let mut used = vec![false; valid.len()];
    let mut sorted = Sorted { expired_waivers: expired.into_iter().cloned().collect(), ..Sorted::default() };
    for outcome in outcomes {
        sorted.take(outcome, &valid, &mut used);
    }
    let unused = valid.iter().zip(&used).filter(|(_, used)| !**used);
    sorted.unused_waivers = unused.map(|(waiver, _)| (*waiver).clone()).collect();
    sorted.order();
    sorted
}

impl Sorted {
    fn take(&mut self, outcome: Outcome, waivers: &[&Waiver], used: &mut [bool]) {
        let Outcome { check, subject, verdict } = outcome;
        let weight = check.severity.weight();
        let entry =
            |credit, weight| Entry { check, subject: subject.clone(), credit, weight, root: check.id };
        match verdict {
            Verdict::Pass => self.tally.push(entry(Credit::Pass, weight)),
            Verdict::NotApplicable { why } => {
                self.tally.push(entry(Credit::NotApplicable, weight));
                self.not_applicable.push(Skipped { check, subject, why });
            }
            Verdict::Inconclusive { why } => {
                self.tally.push(entry(Credit::Unknown, weight));
                let waiver = waivers
                    .iter()
                    .position(|waiver| waiver.fingerprint.is_none() && matches(waiver, check, &subject, ""));
                // A waived unknown is decided by its owner: it no longer holds the launch.
                if let Some(index) = waiver {
                    used[index] = true;
                    if let Some(last) = self.tally.last_mut() {
                        last.credit = Credit::Waived;
                    }
                    let finding = undecided_finding(&why);
                    let judged = judge(check, &subject, finding, &mut BTreeMap::new());
                    self.waived.push(WaivedFinding { judged, waiver: waivers[index].clone() });
                } else {
                    self.inconclusive.push(Undecided { check, subject, why });
                }
            }
            Verdict::Fail(findings) => self.take_findings(check, &subject, findings, waivers, used),
        }
    }

    fn take_findings(
        &mut self,
        check: &'static Check,
        subject: &str,
        findings: Vec<Finding>,
        waivers: &[&Waiver],
        used: &mut [bool],
    ) {
        let mut twins = BTreeMap::new();
        let (mut worst, mut root) = (None, check.id);
        for finding in findings {
            let judged = judge(check, subject, finding, &mut twins);
            let waiver =
                waivers.iter().position(|waiver| matches(waiver, check, subject, &judged.fingerprint));
            if let Some(index) = waiver {
                used[index] = true;
                self.waived.push(WaivedFinding { judged, waiver: waivers[index].clone() });
            } else {
                worst = worst.max(Some(judged.severity));
                root = judged.finding.root.unwrap_or(root);
                self.findings.push(judged);
            }
        }
        let (credit, weight) = match worst {
            Some(severity) => (Credit::Fail, severity.weight()),
            None => (Credit::Waived, check.severity.weight()),
        };
        self.tally.push(Entry { check, subject: subject.to_owned(), credit, weight, root });
    }

    /// Worst first, then in the order of the poll: the order of every report.
    fn order(&mut self) {
        self.findings.sort_by(|a, b| {
            let rank = |judged: &Judged| {
                (
                    std::cmp::Reverse((judged.severity, judged.confidence)),
                    judged.check.station,
                    judged.check.id,
                )
            };
            rank(a)
                .cmp(&rank(b))
                .then_with(|| a.subject.cmp(&b.subject))
                .then_with(|| a.finding.places.cmp(&b.finding.places))
                .then_with(|| a.fingerprint.cmp(&b.fingerprint))
        });
    }
}

fn judge(
    check: &'static Check,
    subject: &str,
    finding: Finding,
    twins: &mut BTreeMap<String, u32>,
) -> Judged {
    let mut print = fingerprint(check.id, subject, &finding);
    // Two findings that a check did not tell apart still need names of their own.
    let twin = twins.entry(print.clone()).or_insert(0);
    *twin += 1;
    if *twin > 1 {
        print = fingerprint(check.id, &format!("{subject}\n{twin}"), &finding);
    }
    Judged {
        check,
        subject: subject.to_owned(),
        severity: finding.severity.unwrap_or(check.severity),
        confidence: finding.confidence.unwrap_or(check.confidence),
        fingerprint: print,
        finding,
        points: 0.0,
    }
}

fn undecided_finding(why: &Miss) -> Finding {
    Finding::new(format!("could not be decided: {why}")).severity(Severity::Info)
}

fn matches(waiver: &Waiver, check: &Check, subject: &str, print: &str) -> bool {
    waiver.check == check.id
        && waiver.subject.as_deref().is_none_or(|wanted| wanted == subject)
        && waiver.fingerprint.as_deref().is_none_or(|wanted| wanted == print)
}
