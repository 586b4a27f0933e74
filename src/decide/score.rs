//! The score: an interval, because what could not be decided could be either.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Counts, Judged, StationResult,
    waive::{Credit, Entry, Sorted},
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
}

/// A critical finding caps the overall score here,
const CRITICAL_CAP: f64 = 39.0;
/// and a high one in a station where it means lost data or money here.
const HIGH_CAP: f64 = 69.0;
/// The overall score is at most this much above the lowest required station.
const LOWEST_STATION_MARGIN: f64 = 20.0;

pub(super) fn stations(checks: &[&Check], left_out: &[LeftOut], sorted: &Sorted) -> Vec<StationResult> {
    from_tally(&sorted.tally, checks, left_out)
}

fn from_tally(tally: &[Entry], checks: &[&Check], left_out: &[LeftOut]) -> Vec<StationResult> {
    let enabled = |station: Station| checks.iter().any(|check| check.station == station);
    Station::ALL
        .into_iter()
        .filter(|station| enabled(*station))
        .map(|station| {
            let entries: Vec<&Entry> = tally.iter().filter(|entry| entry.check.station == station).collect();
            let why = left_out.iter().find(|left| left.station == station).map(|left| left.why.clone());
            StationResult {
                station,
                decision: None,
                score: interval(&entries),
                counts: counts(&entries),
                left_out: entries.is_empty().then(|| why.unwrap_or_else(|| "nothing to look at".to_owned())),
            }
        })
        .collect()
}

fn interval(entries: &[&Entry]) -> Interval {
    let (mut floor, mut ceiling, mut total) = (0_u32, 0_u32, 0_u32);
    for entry in one_a_root(entries) {
        let (low, high) = match entry.credit {
            Credit::NotApplicable => continue,
            Credit::Pass => (entry.weight, entry.weight),
            Credit::Fail | Credit::Waived => (0, 0),
            Credit::Unknown => (0, entry.weight),
        };
        floor += low;
        ceiling += high;
        total += entry.weight;
    }
    if total == 0 {
        return Interval::EMPTY;
    }
    let percent = |part: u32| 100.0 * f64::from(part) / f64::from(total);
    let unknown = ceiling - floor;
    Interval { floor: percent(floor), ceiling: percent(ceiling), coverage: percent(total - unknown) }
}

/// Failures of one subject with one root count once, with the heaviest weight.
fn one_a_root<'a>(entries: &[&'a Entry]) -> Vec<&'a Entry> {
    let mut heaviest: BTreeMap<(&str, &str), &'a Entry> = BTreeMap::new();
    let mut kept = Vec::with_capacity(entries.len());
    for entry in entries {
        if entry.credit == Credit::Fail {
            let slot = heaviest.entry((&entry.subject, entry.root)).or_insert(entry);
            if entry.weight > slot.weight {
                *slot = entry;
            }
        } else {
            kept.push(*entry);
        }
    }
    kept.extend(heaviest.into_values());
    kept
}

fn counts(entries: &[&Entry]) -> Counts {
    let mut counts = Counts::default();
    for entry in entries {
        match entry.credit {
            Credit::Pass => counts.pass += 1,
            Credit::Fail => counts.fail += 1,
            Credit::Waived => counts.waived += 1,
            Credit::Unknown => counts.inconclusive += 1,
            Credit::NotApplicable => counts.not_applicable += 1,
        }
    }
    counts
}

pub(super) fn overall(stations: &[StationResult], sorted: &Sorted, target: &Target) -> Interval {
    capped(stations, &sorted.findings, None, target)
}

/// The weighted mean of the stations, held down by the lowest required one and by the worst finding
/// (`mended`, an index, is left out of account).
fn capped(
    stations: &[StationResult],
    findings: &[Judged],
    mended: Option<usize>,
    target: &Target,
) -> Interval {
    let scored: Vec<&StationResult> = stations.iter().filter(|station| station.left_out.is_none()).collect();
    if scored.is_empty() {
        // Nothing was looked at, so nothing is known.
        return Interval { floor: 0.0, ceiling: 100.0, coverage: 0.0 };
    }
    let mean = |value: fn(&Interval) -> f64| {
        scored.iter().map(|station| value(&station.score)).sum::<f64>() / scored.len() as f64
    };
    let lowest = |value: fn(&Interval) -> f64| {
        let required = scored.iter().filter(|station| is_required(station.station, target));
        required.map(|station| value(&station.score)).fold(100.0, f64::min) + LOWEST_STATION_MARGIN
    };
    let cap = cap(findings, mended);
    let bounded = |value: fn(&Interval) -> f64| mean(value).min(lowest(value)).min(cap);
    Interval {
        floor: bounded(|score| score.floor),
        ceiling: bounded(|score| score.ceiling),
        coverage: mean(|score| score.coverage),
    }
}

/// A station is required when it is named, or when none is named.
pub(super) fn is_required(station: Station, target: &Target) -> bool {
    target.gate.required.is_empty() || target.gate.required.contains(&station)
}

fn cap(findings: &[Judged], mended: Option<usize>) -> f64 {
    let left = findings.iter().enumerate().filter(|(index, _)| Some(*index) != mended);
    left.map(|(_, judged)| match judged.severity {
        Severity::Critical => CRITICAL_CAP,
        Severity::High if is_grave(judged.check.station) => HIGH_CAP,
        _ => 100.0,
    })
    .fold(100.0, f64::min)
}

fn is_grave(station: Station) -> bool {
    matches!(
        station,
        Station::Secrets | Station::Webhook | Station::Access | Station::Firebase | Station::Supabase
    )
}

/// Findings beyond this many are not priced one by one; the report says so by pricing them at 0.
const PRICED: usize = 500;

/// What mending each finding alone adds to the overall floor.
pub(super) fn prices(
    findings: &[Judged],
    tally: &[Entry],
    checks: &[&'static Check],
    left_out: &[LeftOut],
    target: &Target,
) -> Vec<f64> {
    let floor = |tally: &[Entry], mended| {
        capped(&from_tally(tally, checks, left_out), findings, mended, target).floor
    };
    let now = floor(tally, None);
    let price = |(index, judged): (usize, &Judged)| {
        if index >= PRICED {
            return 0.0;
        }
        let mut mended = tally.to_vec();
        mend(&mut mended, findings, index, judged);
        ((floor(&mended, Some(index)) - now).max(0.0) * 10.0).round() / 10.0
    };
    findings.iter().enumerate().map(price).collect()
}

/// An entry passes once its last finding is mended; until then it fails as badly as the worst left.
fn mend(tally: &mut [Entry], findings: &[Judged], index: usize, judged: &Judged) {
    let of_entry =
        |other: &Judged| std::ptr::eq(other.check, judged.check) && other.subject == judged.subject;
    let worst_left = findings
        .iter()
        .enumerate()
        .filter(|(other, finding)| *other != index && of_entry(finding))
        .map(|(_, finding)| finding.severity)
        .max();
    for entry in tally.iter_mut() {
        if std::ptr::eq(entry.check, judged.check) && entry.subject == judged.subject {
            match worst_left {
                Some(severity) => entry.weight = severity.weight(),
                None => entry.credit = Credit::Pass,
            }
        }
    }
}
