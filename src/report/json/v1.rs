//! Schema 1. Fields are added, never renamed or removed; a change of meaning is schema 2.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::{checklist, words};
use crate::{
    decide::{Assessment, Decision, Interval, Judged, StationResult, WaivedFinding},
    finding::{self, Confidence, Severity},
    station::Station,
    target,
};

/// What one audit found out and decided.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(title = "gonogo report, schema 1")]
pub(super) struct Report {
    /// Always 1.
    schema: u8,
    tool: Tool,
    target: Target,
    /// The moment of the audit, RFC 3339 in UTC.
    seen_at: String,
    decision: Verdict,
    /// Why, most important first.
    reasons: Vec<String>,
    /// After a NO-GO: what would still hold the launch once the reasons are mended.
    also_holding: Vec<String>,
    /// The overall score.
    score: Score,
    /// In the order of the poll.
    stations: Vec<StationV1>,
    /// Worst first.
    findings: Vec<Finding>,
    /// What could not be decided; never a pass.
    inconclusive: Vec<Inconclusive>,
    waived: Vec<Waived>,
    /// What only people can answer, with their answers; empty where it does not concern the audit.
    checklist: Vec<checklist::RowV1>,
    /// Waivers whose last day has passed; their findings count again.
    expired_waivers: Vec<Waiver>,
    /// Waivers that matched nothing.
    unused_waivers: Vec<Waiver>,
    /// Every host that was contacted.
    contacted: Vec<Contact>,
    /// DNS questions that were sent, to the resolver and to name servers directly.
    dns_questions: u32,
}

#[derive(Debug, JsonSchema, Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, JsonSchema, Serialize)]
struct Target {
    name: String,
    /// What the repository is made of, e.g. `git`, `Firebase`.
    stack: String,
}

#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    Go,
    NoGo,
    Hold,
}

#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Go,
    NoGo,
    Hold,
    /// It had nothing to look at.
    LeftOut,
}

/// Between 0 and 100, cut to one decimal.
#[derive(Debug, JsonSchema, Serialize)]
struct Score {
    /// If everything unknown fails.
    floor: f64,
    /// If everything unknown passes.
    ceiling: f64,
    /// How much of the weight was decided, in percent.
    coverage: f64,
}

#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Station")]
struct StationV1 {
    id: Station,
    status: Status,
    /// Why it had nothing to look at.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// `null` when it had nothing to look at, like the next two.
    floor: Option<f64>,
    ceiling: Option<f64>,
    coverage: Option<f64>,
    checks: Counts,
}

/// How many answers of each kind, one a check and subject.
#[derive(Debug, JsonSchema, Serialize)]
struct Counts {
    pass: u32,
    fail: u32,
    inconclusive: u32,
    not_applicable: u32,
    waived: u32,
}

#[derive(Debug, JsonSchema, Serialize)]
struct Finding {
    /// Id of the check, e.g. `mail/spf-multiple`.
    check: &'static str,
    /// The check's fault as a short phrase.
    title: &'static str,
    station: Station,
    severity: Severity,
    confidence: Confidence,
    subject: String,
    message: String,
    places: Vec<Place>,
    evidence: Vec<Evidence>,
    remedy: Remedy,
    /// Stable across runs; what a waiver may name.
    fingerprint: String,
    /// How much the overall floor rises when its cause is mended, to one decimal.
    points: f64,
    /// It stops the launch.
    gates: bool,
}

/// Where it is.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Place {
    File {
        /// Relative to the root of the repository.
        path: String,
        /// From 1.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
        /// From 1, in UTF-16 code units.
        #[serde(skip_serializing_if = "Option::is_none")]
        column: Option<u32>,
        /// The line itself, secrets redacted.
        #[serde(skip_serializing_if = "Option::is_none")]
        snippet: Option<String>,
    },
    Commit {
        commit: String,
        path: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
    },
    Dns {
        /// The name.
        dns: String,
        /// The type, e.g. `TXT`.
        record: String,
    },
    Url {
        url: String,
    },
    Endpoint {
        /// `host:port`.
        endpoint: String,
    },
}

#[derive(Debug, JsonSchema, Serialize)]
struct Evidence {
    label: String,
    value: String,
}

#[derive(Debug, JsonSchema, Serialize)]
struct Remedy {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<Patch>,
}

/// A remedy that a machine can apply.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Patch {
    /// Publish this record set in place of the present one.
    Dns { name: String, record: String, values: Vec<String> },
    /// Remove the record set.
    DnsRemove { name: String, record: String },
    /// Replace one line of a file.
    Line { path: String, line: u32, new: String },
    /// Text to add to a file or to a server's configuration.
    Snippet { language: String, text: String },
    /// A command to run.
    Command { command: String },
}

#[derive(Debug, JsonSchema, Serialize)]
struct Inconclusive {
    check: &'static str,
    station: Station,
    subject: String,
    /// `timeout`, `refused`, `no-such-name`, `denied`, `offline`, `not-consented`, `unsupported`,
    /// `malformed`, `unanswered`, `not-asked` or `internal`.
    reason: &'static str,
    why: String,
    /// It alone holds the launch.
    holds: bool,
}

#[derive(Debug, JsonSchema, Serialize)]
struct Waived {
    check: &'static str,
    station: Station,
    severity: Severity,
    subject: String,
    message: String,
    fingerprint: String,
    reason: String,
    /// The last day on which the waiver holds, e.g. `2026-12-31`.
    until: String,
}

#[derive(Debug, JsonSchema, Serialize)]
struct Waiver {
    check: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    reason: String,
    until: String,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

#[derive(Debug, JsonSchema, Serialize)]
struct Contact {
    host: String,
    port: u16,
    /// `dns`, `tls`, `http`, …
    purpose: String,
}

impl Report {
    pub(super) fn of(assessment: &Assessment) -> Self {
        Self {
            schema: 1,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            target: Target { name: assessment.target.name.clone(), stack: assessment.target.stack.summary() },
            seen_at: assessment.seen_at.to_string(),
            decision: assessment.decision.into(),
            reasons: assessment.reasons.clone(),
            also_holding: assessment.also_holding.clone(),
            score: assessment.score.into(),
            stations: assessment.stations.iter().map(Into::into).collect(),
            findings: assessment.findings.iter().map(Into::into).collect(),
            inconclusive: assessment.inconclusive.iter().map(Into::into).collect(),
            waived: assessment.waived.iter().map(Into::into).collect(),
            checklist: checklist::of(assessment).iter().map(Into::into).collect(),
            expired_waivers: assessment.expired_waivers.iter().map(Into::into).collect(),
            unused_waivers: assessment.unused_waivers.iter().map(Into::into).collect(),
            contacted: assessment.contacted.iter().map(Into::into).collect(),
            dns_questions: assessment.dns_questions,
        }
    }
}

impl From<Decision> for Verdict {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Go => Self::Go,
            Decision::NoGo => Self::NoGo,
            Decision::Hold => Self::Hold,
        }
    }
}

impl From<Decision> for Status {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Go => Self::Go,
            Decision::NoGo => Self::NoGo,
            Decision::Hold => Self::Hold,
        }
    }
}

impl From<Interval> for Score {
    fn from(interval: Interval) -> Self {
        Self {
            floor: words::tenth(interval.floor),
            ceiling: words::tenth(interval.ceiling),
            coverage: words::tenth(interval.coverage),
        }
    }
}

impl From<&StationResult> for StationV1 {
    fn from(result: &StationResult) -> Self {
        let decided = |value: f64| result.left_out.is_none().then(|| words::tenth(value));
        let counts = result.counts;
        Self {
            id: result.station,
            status: result.decision.map_or(Status::LeftOut, Into::into),
            why: result.left_out.clone(),
            floor: decided(result.score.floor),
            ceiling: decided(result.score.ceiling),
            coverage: decided(result.score.coverage),
            checks: Counts {
                pass: counts.pass,
                fail: counts.fail,
                inconclusive: counts.inconclusive,
                not_applicable: counts.not_applicable,
                waived: counts.waived,
            },
        }
    }
}

impl From<&Judged> for Finding {
    fn from(judged: &Judged) -> Self {
        let finding = &judged.finding;
        let evidence =
            |one: &finding::Evidence| Evidence { label: one.label.clone(), value: one.value.clone() };
        Self {
            check: judged.check.id,
            title: judged.check.title,
            station: judged.check.station,
            severity: judged.severity,
            confidence: judged.confidence,
            subject: judged.subject.clone(),
            message: finding.message.clone(),
            places: finding.places.iter().map(Into::into).collect(),
            evidence: finding.evidence.iter().map(evidence).collect(),
            remedy: Remedy {
                text: finding.remedy.text.clone(),
                patch: finding.remedy.patch.as_ref().map(Into::into),
            },
            fingerprint: judged.fingerprint.clone(),
            points: judged.points,
            gates: judged.gates,
        }
    }
}

impl From<&finding::Place> for Place {
    fn from(place: &finding::Place) -> Self {
        match place.clone() {
            finding::Place::File { path, line, column, snippet } => {
                Self::File { path, line, column, snippet }
            }
            finding::Place::Commit { commit, path, line } => Self::Commit { commit, path, line },
            finding::Place::Dns { name, record } => Self::Dns { dns: name, record },
            finding::Place::Url { url } => Self::Url { url },
            finding::Place::Endpoint { endpoint } => Self::Endpoint { endpoint },
        }
    }
}

impl From<&finding::Patch> for Patch {
    fn from(patch: &finding::Patch) -> Self {
        match patch.clone() {
            finding::Patch::Dns { name, record, values } => Self::Dns { name, record, values },
            finding::Patch::DnsRemove { name, record } => Self::DnsRemove { name, record },
            finding::Patch::Line { path, line, new } => Self::Line { path, line, new },
            finding::Patch::Snippet { language, text } => Self::Snippet { language, text },
            finding::Patch::Command { command } => Self::Command { command },
        }
    }
}

impl From<&crate::decide::Undecided> for Inconclusive {
    fn from(one: &crate::decide::Undecided) -> Self {
        Self {
            check: one.check.id,
            station: one.check.station,
            subject: one.subject.clone(),
            reason: words::reason(&one.why),
            why: one.why.to_string(),
            holds: one.holds,
        }
    }
}

impl From<&WaivedFinding> for Waived {
    fn from(WaivedFinding { judged, waiver }: &WaivedFinding) -> Self {
        Self {
            check: judged.check.id,
            station: judged.check.station,
            severity: judged.severity,
            subject: judged.subject.clone(),
            message: judged.finding.message.clone(),
            fingerprint: judged.fingerprint.clone(),
            reason: waiver.reason.clone(),
            until: waiver.until.to_string(),
        }
    }
}

impl From<&target::Waiver> for Waiver {
    fn from(waiver: &target::Waiver) -> Self {
        Self {
            check: waiver.check.clone(),
            subject: waiver.subject.clone(),
            fingerprint: waiver.fingerprint.clone(),
            reason: waiver.reason.clone(),
            until: waiver.until.to_string(),
            place: waiver.place.as_ref().map(Into::into),
        }
    }
}

impl From<&crate::seen::Contact> for Contact {
    fn from(contact: &crate::seen::Contact) -> Self {
        Self { host: contact.host.clone(), port: contact.port, purpose: contact.purpose.clone() }
    }
}
