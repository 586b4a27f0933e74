//! From verdicts to one decision: waivers, fingerprints, score, and GO, NO-GO or HOLD.
//!
//! Pure and deterministic: the same outcomes give the same [`Assessment`].

mod fingerprint;
mod gate;
mod published;
mod score;
mod waive;

use jiff::Timestamp;

use crate::{
    checks::{Check, Outcome},
    finding::{Confidence, Finding, Severity},
    seen::{Contact, Environments, Miss, Observations, Seen},
    station::Station,
    target::{LeftOut, Target, Waiver},
};

use self::score::Score;
pub use self::{fingerprint::fingerprint, published::Published, score::Interval};

/// May it launch?
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    Go,
    NoGo,
    Hold,
}

impl Decision {
    pub const fn id(self) -> &'static str {
        match self {
            Self::Go => "GO",
            Self::NoGo => "NO-GO",
            Self::Hold => "HOLD",
        }
    }

    /// The exit code, whatever the output format.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Go => 0,
            Self::NoGo => 1,
            Self::Hold => 3,
        }
    }
}

/// The whole result of an audit; every report is a rendering of it.
#[derive(Clone, Debug)]
pub struct Assessment {
    pub target: Target,
    pub seen_at: Timestamp,
    pub decision: Decision,
    /// Why, most important first; each a sentence in lower case.
    pub reasons: Vec<String>,
    /// After a NO-GO: what would still hold the launch once its reasons are mended.
    pub also_holding: Vec<String>,
    pub score: Interval,
    /// In the order of the poll; stations without an enabled check are absent.
    pub stations: Vec<StationResult>,
    /// Worst first.
    pub findings: Vec<Judged>,
    pub inconclusive: Vec<Undecided>,
    pub not_applicable: Vec<Skipped>,
    pub passed: Vec<Passed>,
    pub waived: Vec<WaivedFinding>,
    /// Waivers whose last day has passed; their findings count again.
    pub expired_waivers: Vec<Waiver>,
    /// Waivers that matched nothing.
    pub unused_waivers: Vec<Waiver>,
    pub left_out: Vec<LeftOut>,
    pub contacted: Vec<Contact>,
    /// DNS questions that were sent, repeated ones included.
    pub dns_questions: u32,
    /// The record sets that the findings want changed, as they were seen.
    pub published: Published,
    /// What the environments say, if the station env was asked.
    pub environments: Option<Environments>,
    /// The enabled checks, for reports that list rules.
    pub checks: Vec<&'static Check>,
}

/// One station's part of the poll.
#[derive(Clone, Debug)]
pub struct StationResult {
    pub station: Station,
    /// `None` when it had nothing to look at and nobody requires it.
    pub decision: Option<Decision>,
    pub score: Interval,
    pub counts: Counts,
    /// Why there was nothing to look at.
    pub left_out: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Counts {
    pub pass: u32,
    pub fail: u32,
    pub inconclusive: u32,
    pub not_applicable: u32,
    pub waived: u32,
}

/// A finding with its identity and its price.
#[derive(Clone, Debug)]
pub struct Judged {
    pub check: &'static Check,
    pub subject: String,
    pub finding: Finding,
    pub severity: Severity,
    pub confidence: Confidence,
    /// Stable across runs, lines and redaction.
    pub fingerprint: String,
    /// How much the overall floor rises when this alone is mended, together with the findings of
    /// the same subject that name the same root cause. One decimal.
    pub points: f64,
    /// It stops the launch: severe and sure enough, by the target's gate.
    pub gates: bool,
    /// Index of its check and subject in the tally.
    entry: usize,
}

impl Judged {
    /// Findings of one subject with the same root count once.
    pub fn root(&self) -> &str {
        self.finding.root.unwrap_or(self.check.id)
    }
}

#[derive(Clone, Debug)]
pub struct Undecided {
    pub check: &'static Check,
    pub subject: String,
    pub why: Miss,
    /// It alone keeps the launch on hold.
    pub holds: bool,
}

#[derive(Clone, Debug)]
pub struct Passed {
    pub check: &'static Check,
    pub subject: String,
}

#[derive(Clone, Debug)]
pub struct Skipped {
    pub check: &'static Check,
    pub subject: String,
    pub why: String,
}

#[derive(Clone, Debug)]
pub struct WaivedFinding {
    pub judged: Judged,
    pub waiver: Waiver,
}

/// Decides.
pub fn decide(
    target: &Target,
    checks: &[&'static Check],
    left_out: &[LeftOut],
    outcomes: Vec<Outcome>,
    seen: &Observations,
) -> Assessment {
    let sorted = waive::sort(target, checks, outcomes, seen.now);
    let mut score = Score::new(checks, left_out, &sorted);
    let overall = score.overall(target);
    let prices = score.prices(target);
    let mut stations = std::mem::take(&mut score.stations);
    for station in &mut stations {
        station.decision = gate::station(station, &sorted, target);
    }
    let gate::Ruling { decision, reasons, also_holding } = gate::rule(target, &stations, &sorted, overall);
    let mut findings = sorted.findings;
    for (judged, points) in findings.iter_mut().zip(prices) {
        judged.points = points;
    }
    Assessment {
        target: target.clone(),
        seen_at: seen.now,
        decision,
        reasons,
        also_holding,
        score: overall,
        stations,
        published: published::published(seen, &findings),
        findings,
        inconclusive: sorted.inconclusive,
        not_applicable: sorted.not_applicable,
        passed: sorted.passed,
        waived: sorted.waived,
        expired_waivers: sorted.expired_waivers,
        unused_waivers: sorted.unused_waivers,
        left_out: left_out.to_vec(),
        contacted: seen.contacted.iter().cloned().collect(),
        dns_questions: seen.dns_questions,
        environments: environments(checks, seen),
        checks: checks.to_vec(),
    }
}

fn environments(checks: &[&'static Check], seen: &Observations) -> Option<Environments> {
    let asked = checks.iter().any(|check| check.station == Station::Env);
    seen.environments.values().find_map(Seen::got).filter(|_| asked).cloned()
}
