//! The score: an interval, because what could not be decided could be either.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use serde::Serialize;

use super::{
    Counts, Judged, StationResult,
    waive::{Credit, Sorted},
};
use crate::{
    checks::{Check, Judge},
    finding::Severity,
    station::Station,
    target::{LeftOut, Target},
};

/// A score between 0 and 100 when every unknown fails (floor) and when every unknown passes
/// (ceiling); `coverage` is the part of the weight that was decided, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Interval {
    pub floor: f64,
    pub ceiling: f64,
    pub coverage: f64,
}

impl Interval {
    /// Nothing was at stake: nothing is wrong and nothing is unknown.
    const EMPTY: Self = Self { floor: 100.0, ceiling: 100.0, coverage: 100.0 };
    /// Nothing was looked at: nothing is known.
    const UNKNOWN: Self = Self { floor: 0.0, ceiling: 100.0, coverage: 0.0 };
}

/// A critical finding caps the overall score here,
const CRITICAL_CAP: f64 = 39.0;
/// and a high one in a station where it means lost data or money here.
const HIGH_CAP: f64 = 69.0;
/// The overall score is at most this much above the lowest required station with checks of medium
/// severity or worse.
const LOWEST_STATION_MARGIN: f64 = 20.0;

/// A station is required when it is named, or when none is named.
pub(super) fn is_required(station: Station, target: &Target) -> bool {
    target.gate.required.is_empty() || target.gate.required.contains(&station)
}

/// The scales after everything was put on them.
///
/// What passes or is unknown weighs as much as its check. What fails weighs as much as its worst
/// finding, and failures of one subject with one root count once. A waived finding weighs as much
/// as an open one: a waiver opens the gate and leaves the score alone.
pub(super) struct Score<'a> {
    /// In the order of the poll.
    pub(super) stations: Vec<StationResult>,
    sums: BTreeMap<Station, Sums>,
    sorted: &'a Sorted,
    /// Open and waived ones alike.
    findings: Vec<&'a Judged>,
    /// Findings by what they weigh together, worst first.
    causes: BTreeMap<Cause<'a>, Vec<usize>>,
    caps: Caps,
}

/// Station, subject and root.
type Cause<'a> = (Station, &'a str, &'a str);

/// The weights of one station.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    passed: u32,
    unknown: u32,
    total: u32,
    /// The worst that could go wrong here: how much the station weighs in the mean.
    stake: u32,
    /// A hundred kinds of credential that are not there are one good answer, not a hundred: rules of
    /// the secrets engine weigh together as much as the heaviest one, passed and unknown.
    rules_passed: u32,
    rules_unknown: u32,
}

impl<'a> Score<'a> {
    pub(super) fn new(checks: &[&Check], left_out: &[LeftOut], sorted: &'a Sorted) -> Self {
        let mut sums: BTreeMap<Station, Sums> = BTreeMap::new();
        for entry in sorted.tally.iter().filter(|entry| entry.credit != Credit::NotApplicable) {
            sums.entry(entry.check.station).or_default().add(entry.check, entry.credit);
        }
        let waived = sorted.waived.iter().map(|waived| &waived.judged);
        // A waived unknown is a finding like any other.
        let findings: Vec<&Judged> = sorted.findings.iter().chain(waived).collect();
        let mut causes: BTreeMap<Cause<'a>, Vec<usize>> = BTreeMap::new();
        for (number, judged) in findings.iter().enumerate() {
            causes.entry(cause(judged)).or_default().push(number);
        }
        for ((station, _, _), members) in &mut causes {
            members.sort_by_key(|number| Reverse(findings[*number].severity));
            sums.entry(*station).or_default().total += weight(&findings, members.first());
        }
        let stations = stations(checks, left_out, sorted, &sums);
        Self { stations, sums, sorted, findings, causes, caps: Caps::of(sorted.findings.iter()) }
    }

    pub(super) fn overall(&self, target: &Target) -> Interval {
        overall(&self.sums, self.caps, target)
    }

    /// What mending each finding adds to the overall floor.
    pub(super) fn prices(&self, target: &Target) -> Vec<f64> {
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        let mut fixes: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (number, judged) in self.findings.iter().enumerate() {
            *sizes.entry(judged.entry).or_default() += 1;
            if let Some(root) = judged.finding.root {
                fixes.entry((&judged.subject, root)).or_default().push(number);
            }
        }
        let now = self.overall(target).floor;
        let price = |mended: &[usize]| {
            let gain = self.without(mended, &sizes, target).floor - now;
            (gain.max(0.0) * 10.0).round() / 10.0
        };
        let priced: BTreeMap<(&str, &str), f64> =
            fixes.into_iter().map(|(fix, mended)| (fix, price(&mended))).collect();
        let open = self.sorted.findings.iter().enumerate();
        open.map(|(number, judged)| match judged.finding.root {
            None => price(&[number]),
            Some(root) => priced.get(&(judged.subject.as_str(), root)).copied().unwrap_or_default(),
        })
        .collect()
    }

    /// The overall score without some findings. Only the sums that they touch are made anew: a
    /// report of thousands of findings is priced as fast as it is written.
    fn without(&self, mended: &[usize], sizes: &BTreeMap<usize, usize>, target: &Target) -> Interval {
        let gone: BTreeSet<usize> = mended.iter().copied().collect();
        let mut sums = self.sums.clone();
        let causes: BTreeSet<Cause<'_>> = mended.iter().map(|number| cause(self.findings[*number])).collect();
        for cause in causes {
            let members = self.causes.get(&cause).map(Vec::as_slice).unwrap_or_default();
            let left = members.iter().find(|number| !gone.contains(number));
            let station = sums.entry(cause.0).or_default();
            station.total -= weight(&self.findings, members.first());
            station.total += weight(&self.findings, left);
        }
        let mut touched: BTreeMap<usize, usize> = BTreeMap::new();
        for number in mended {
            *touched.entry(self.findings[*number].entry).or_default() += 1;
        }
        // A check whose last finding is mended passes.
        for (index, _) in touched.iter().filter(|(index, count)| sizes.get(index) == Some(count)) {
            let check = self.sorted.tally[*index].check;
            sums.entry(check.station).or_default().add(check, Credit::Pass);
        }
        let open = mended.iter().filter(|number| **number < self.sorted.findings.len());
        let caps = self.caps.without(open.map(|number| self.findings[*number]));
        overall(&sums, caps, target)
    }
}

/// Findings that name no root have that of their check.
fn cause(judged: &Judged) -> Cause<'_> {
    (judged.check.station, &judged.subject, judged.root())
}

fn weight(findings: &[&Judged], number: Option<&usize>) -> u32 {
    number.map_or(0, |number| findings[*number].severity.weight())
}

impl Sums {
    /// What passes or is unknown; a failure weighs as much as its findings.
    fn add(&mut self, check: &Check, credit: Credit) {
        let weight = check.severity.weight();
        self.stake = self.stake.max(weight);
        let is_rule = matches!(check.judge, Judge::Leak);
        match credit {
            Credit::NotApplicable | Credit::Fail | Credit::Waived => return,
            Credit::Pass if is_rule => return self.rules_passed = self.rules_passed.max(weight),
            Credit::Unknown if is_rule => return self.rules_unknown = self.rules_unknown.max(weight),
            Credit::Pass => self.passed += weight,
            Credit::Unknown => self.unknown += weight,
        }
        self.total += weight;
    }

    fn interval(self) -> Interval {
        let passed = self.passed + self.rules_passed;
        let unknown = self.unknown + self.rules_unknown;
        let total = self.total + self.rules_passed + self.rules_unknown;
        if total == 0 {
            return Interval::EMPTY;
        }
        let percent = |part: u32| 100.0 * f64::from(part) / f64::from(total);
        Interval {
            floor: percent(passed),
            ceiling: percent(passed + unknown),
            coverage: percent(total - unknown),
        }
    }
}

fn stations(
    checks: &[&Check],
    left_out: &[LeftOut],
    sorted: &Sorted,
    sums: &BTreeMap<Station, Sums>,
) -> Vec<StationResult> {
    let enabled: BTreeSet<Station> = checks.iter().map(|check| check.station).collect();
    let mut counts: BTreeMap<Station, Counts> = BTreeMap::new();
    for entry in &sorted.tally {
        counts.entry(entry.check.station).or_default().add(entry.credit);
    }
    let result = |station: Station| StationResult {
        station,
        decision: None,
        score: sums.get(&station).map_or(Interval::UNKNOWN, |sums| sums.interval()),
        counts: counts.get(&station).copied().unwrap_or_default(),
        left_out: (!sums.contains_key(&station)).then(|| nothing_to_look_at(station, left_out, sorted)),
    };
    enabled.into_iter().map(result).collect()
}

/// Why a station has no say: nobody asked it, or none of its questions arises.
fn nothing_to_look_at(station: Station, left_out: &[LeftOut], sorted: &Sorted) -> String {
    let mut why = sorted.not_applicable.iter().filter(|one| one.check.station == station).map(|one| &one.why);
    match (left_out.iter().find(|left| left.station == station), why.next()) {
        (Some(left), None) => left.why.clone(),
        (_, Some(first)) if why.all(|other| other == first) => first.clone(),
        (_, Some(_)) => "none of its checks applies here".to_owned(),
        (None, None) => "nothing to look at".to_owned(),
    }
}

impl Counts {
    fn add(&mut self, credit: Credit) {
        match credit {
            Credit::Pass => self.pass += 1,
            Credit::Fail => self.fail += 1,
            Credit::Waived => self.waived += 1,
            Credit::Unknown => self.inconclusive += 1,
            Credit::NotApplicable => self.not_applicable += 1,
        }
    }
}

/// The mean of the stations, each weighing as much as the worst that could go wrong in it, held
/// down by the lowest required one and by the worst finding.
fn overall(stations: &BTreeMap<Station, Sums>, caps: Caps, target: &Target) -> Interval {
    let stake: u32 = stations.values().map(|sums| sums.stake).sum();
    if stations.is_empty() {
        return Interval::UNKNOWN;
    }
    let mean = |value: fn(&Interval) -> f64| {
        let part = |sums: &Sums| value(&sums.interval()) * f64::from(sums.stake);
        if stake == 0 { 100.0 } else { stations.values().map(part).sum::<f64>() / f64::from(stake) }
    };
    let lowest = |value: fn(&Interval) -> f64| {
        // A station in which nothing can go badly wrong does not drag down those in which it can.
        let is_grave = |sums: &Sums| sums.stake >= Severity::Medium.weight();
        let required =
            stations.iter().filter(|(station, sums)| is_required(**station, target) && is_grave(sums));
        required.map(|(_, sums)| value(&sums.interval())).fold(100.0, f64::min) + LOWEST_STATION_MARGIN
    };
    let bounded = |value: fn(&Interval) -> f64| mean(value).min(lowest(value)).min(caps.height());
    Interval {
        floor: bounded(|score| score.floor),
        ceiling: bounded(|score| score.ceiling),
        coverage: mean(|score| score.coverage),
    }
}

/// How many findings hold the overall score down, by how far.
#[derive(Clone, Copy, Debug, Default)]
struct Caps {
    critical: usize,
    grave: usize,
}

impl Caps {
    fn of<'a>(findings: impl Iterator<Item = &'a Judged>) -> Self {
        let mut caps = Self::default();
        for judged in findings {
            match judged.severity {
                Severity::Critical => caps.critical += 1,
                Severity::High if is_grave(judged.check.station) => caps.grave += 1,
                _ => {}
            }
        }
        caps
    }

    fn without<'a>(self, mended: impl Iterator<Item = &'a Judged>) -> Self {
        let gone = Self::of(mended);
        Self { critical: self.critical - gone.critical, grave: self.grave - gone.grave }
    }

    fn height(self) -> f64 {
        match self {
            Self { critical: 1.., .. } => CRITICAL_CAP,
            Self { grave: 1.., .. } => HIGH_CAP,
            Self { .. } => 100.0,
        }
    }
}

fn is_grave(station: Station) -> bool {
    matches!(
        station,
        Station::Secrets | Station::Webhook | Station::Access | Station::Firebase | Station::Supabase
    )
}
