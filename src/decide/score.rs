//! The score: an interval, because what could not be decided could be either.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use serde::Serialize;

use super::{
    Counts, Judged, StationResult,
    waive::{Credit, Entry, Sorted, Worth, rank},
};
use crate::{
    checks::Check,
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
/// The overall score is at most this much above the lowest required station.
const LOWEST_STATION_MARGIN: f64 = 20.0;

/// A station is required when it is named, or when none is named.
pub(super) fn is_required(station: Station, target: &Target) -> bool {
    target.gate.required.is_empty() || target.gate.required.contains(&station)
}

/// The scales after everything was put on them.
pub(super) struct Score<'a> {
    /// In the order of the poll.
    pub(super) stations: Vec<StationResult>,
    sums: BTreeMap<Station, Sums>,
    /// Entries that lost their weight, by station and cause.
    lost: BTreeMap<(Station, Cause<'a>), Vec<usize>>,
    sorted: &'a Sorted,
    caps: Caps,
}

/// Subject and root: failures that share both count once.
type Cause<'a> = (&'a str, &'a str);

/// The weights of one station.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    passed: u32,
    unknown: u32,
    total: u32,
    /// The worst that could go wrong here: how much the station weighs in the mean.
    stake: u32,
}

impl<'a> Score<'a> {
    pub(super) fn new(checks: &[&Check], left_out: &[LeftOut], sorted: &'a Sorted) -> Self {
        let mut sums: BTreeMap<Station, Sums> = BTreeMap::new();
        let mut lost: BTreeMap<(Station, Cause<'a>), Vec<usize>> = BTreeMap::new();
        for (index, Entry { check, subject, worth }) in sorted.tally.iter().enumerate() {
            if worth.credit == Credit::NotApplicable {
                continue;
            }
            let station = sums.entry(check.station).or_default();
            station.stake = station.stake.max(check.severity.weight());
            if station.add(*worth) {
                lost.entry((check.station, (subject, worth.root))).or_default().push(index);
            }
        }
        for ((station, _), entries) in &lost {
            let heaviest = entries.iter().map(|index| sorted.tally[*index].worth.weight).max();
            sums.entry(*station).or_default().total += heaviest.unwrap_or(0);
        }
        let stations = stations(checks, left_out, sorted, &sums);
        Self { stations, sums, lost, sorted, caps: Caps::of(sorted.findings.iter()) }
    }

    pub(super) fn overall(&self, target: &Target) -> Interval {
        overall(&self.sums, self.caps, target)
    }

    /// What mending each finding adds to the overall floor.
    pub(super) fn prices(&self, target: &Target) -> Vec<f64> {
        let by = Index::new(self.sorted);
        let now = self.overall(target).floor;
        let price = |mended: &[usize]| {
            let gain = self.mended(mended, &by, target).floor - now;
            (gain.max(0.0) * 10.0).round() / 10.0
        };
        let mut of_cause: BTreeMap<Cause<'_>, f64> = BTreeMap::new();
        let findings = self.sorted.findings.iter().enumerate();
        findings
            .map(|(index, judged)| match cause(judged) {
                None => price(&[index]),
                Some(cause) => *of_cause.entry(cause).or_insert_with(|| price(&by.cause[&cause])),
            })
            .collect()
    }

    /// The overall score without some findings. Only the sums that they touch are made anew: a
    /// report of thousands of findings is priced as fast as it is written.
    fn mended(&self, findings: &[usize], by: &Index<'_>, target: &Target) -> Interval {
        let all = &self.sorted.findings;
        let gone: BTreeSet<usize> = findings.iter().copied().collect();
        let touched: BTreeSet<usize> = findings.iter().map(|index| all[*index].entry).collect();
        let mut sums = self.sums.clone();
        let mut causes: BTreeMap<(Station, Cause<'_>), u32> = BTreeMap::new();
        for index in &touched {
            let Entry { check, subject, worth } = &self.sorted.tally[*index];
            causes.entry((check.station, (subject, worth.root))).or_default();
            let left = by.open[index].iter().find(|finding| !gone.contains(finding));
            let waived = by.waived.get(index).copied();
            let now = Worth::of(check, left.map(|finding| &all[*finding]).into_iter(), waived.into_iter());
            if sums.entry(check.station).or_default().add(now) {
                let heaviest = causes.entry((check.station, (subject, now.root))).or_default();
                *heaviest = (*heaviest).max(now.weight);
            }
        }
        for ((station, cause), heaviest) in causes {
            let members = self.lost.get(&(station, cause)).into_iter().flatten();
            let weight = |index: &usize| self.sorted.tally[*index].worth.weight;
            let before = members.clone().map(weight).max().unwrap_or(0);
            let others = members.filter(|index| !touched.contains(index)).map(weight).max().unwrap_or(0);
            let sums = sums.entry(station).or_default();
            sums.total = sums.total + others.max(heaviest) - before;
        }
        let caps = self.caps.without(findings.iter().map(|index| &all[*index]));
        overall(&sums, caps, target)
    }
}

impl Sums {
    /// Adds what keeps its weight; says whether it lost it instead, which its cause accounts for.
    fn add(&mut self, worth: Worth) -> bool {
        match worth.credit {
            Credit::NotApplicable => return false,
            Credit::Fail | Credit::Waived => return true,
            Credit::Pass => self.passed += worth.weight,
            Credit::Unknown => self.unknown += worth.weight,
        }
        self.total += worth.weight;
        false
    }

    fn interval(self) -> Interval {
        if self.total == 0 {
            return Interval::EMPTY;
        }
        let percent = |part: u32| 100.0 * f64::from(part) / f64::from(self.total);
        Interval {
            floor: percent(self.passed),
            ceiling: percent(self.passed + self.unknown),
            coverage: percent(self.total - self.unknown),
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
        counts.entry(entry.check.station).or_default().add(entry.worth.credit);
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
        let required = stations.iter().filter(|(station, _)| is_required(**station, target));
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

/// The cause a finding shares with others, if it names one.
fn cause(judged: &Judged) -> Option<Cause<'_>> {
    judged.finding.root.map(|root| (judged.subject.as_str(), root))
}

/// Findings by the entry they belong to, worst first, and by the cause they name.
struct Index<'a> {
    open: BTreeMap<usize, Vec<usize>>,
    /// The worst waived one.
    waived: BTreeMap<usize, &'a Judged>,
    cause: BTreeMap<Cause<'a>, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn new(sorted: &'a Sorted) -> Self {
        let mut index = Self { open: BTreeMap::new(), waived: BTreeMap::new(), cause: BTreeMap::new() };
        for (number, judged) in sorted.findings.iter().enumerate() {
            index.open.entry(judged.entry).or_default().push(number);
            if let Some(cause) = cause(judged) {
                index.cause.entry(cause).or_default().push(number);
            }
        }
        for findings in index.open.values_mut() {
            findings.sort_by_key(|number| Reverse(rank(&sorted.findings[*number])));
        }
        for judged in sorted.waived.iter().map(|waived| &waived.judged) {
            let worst = index.waived.entry(judged.entry).or_insert(judged);
            if rank(judged) > rank(worst) {
                *worst = judged;
            }
        }
        index
    }
}
