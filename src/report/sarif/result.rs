//! A finding as a SARIF result.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, Location, LogicalLocation, PhysicalLocation, Region, Result, ResultLevel,
};

use super::{
    super::{
        anchor::{self, Anchor},
        neutral, words,
    },
    Rules, bag, message,
    rule::security,
};
use crate::{
    decide::{Assessment, Judged},
    finding::{Place, Severity},
};

/// More evidence than this is in the JSON report.
const EVIDENCE: usize = 8;
/// GitHub shows a hundred places and stores a thousand.
const RELATED: usize = 20;

pub(super) fn result(assessment: &Assessment, judged: &Judged, rules: &Rules) -> Result {
    let mut result = Result::builder()
        .rule_id(judged.check.id)
        .level(level(judged.severity))
        .message(message(&said(judged)))
        .locations(vec![location(assessment, judged)])
        .partial_fingerprints(fingerprints(judged))
        .properties(properties(judged))
        .build();
    result.rule_index = rules.get(judged.check.id).copied();
    let related = related(judged);
    result.related_locations = (!related.is_empty()).then_some(related);
    result
}

/// The message, which is complete by itself, and then what to do.
fn said(judged: &Judged) -> String {
    let full = |text: &str| {
        let text = text.trim();
        if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
    };
    let message = if judged.finding.message.trim().is_empty() {
        judged.check.title
    } else {
        judged.finding.message.as_str()
    };
    match judged.finding.remedy.text.trim() {
        "" => full(message),
        fix => format!("{} {}", full(message), full(fix)),
    }
}

/// A file and a line always, and beside them what the finding is really about.
fn location(assessment: &Assessment, judged: &Judged) -> Location {
    let physical = physical(&anchor::anchor(assessment, judged));
    let locator = judged.finding.places.iter().find_map(words::locator);
    match locator.or_else(|| is_live(judged).then(|| judged.subject.clone())) {
        None => Location::builder().physical_location(physical).build(),
        Some(name) => {
            let logical = LogicalLocation::builder()
                .fully_qualified_name(neutral::line(&name))
                .kind("resource")
                .build();
            Location::builder().physical_location(physical).logical_locations(vec![logical]).build()
        }
    }
}

fn is_live(judged: &Judged) -> bool {
    let is_file = |place: &Place| matches!(place, Place::File { .. });
    !judged.subject.is_empty() && !judged.finding.places.iter().any(is_file)
}

fn physical(anchor: &Anchor) -> PhysicalLocation {
    let line = i64::from(anchor.line);
    let (start, end) = columns(anchor);
    let region =
        Region::builder().start_line(line).start_column(start).end_line(line).end_column(end).build();
    let file = ArtifactLocation::builder().uri(neutral::uri(&anchor.path)).build();
    PhysicalLocation::builder().artifact_location(file).region(region).build()
}

/// First column, and the one after the last. Without a column the whole line as far as it is
/// known; a pull request shows an alert only where all its lines are in the diff, so one line.
fn columns(anchor: &Anchor) -> (i64, i64) {
    let length = anchor.snippet.as_ref().map_or(0, |text| text.encode_utf16().count());
    let length = i64::try_from(length).unwrap_or(0);
    let start = anchor.column.map_or(1, i64::from);
    (start, (length + 1).max(start + 1))
}

/// The other files of the finding.
fn related(judged: &Judged) -> Vec<Location> {
    let files = judged.finding.places.iter().filter_map(|place| match place {
        Place::File { path, line, column, snippet } => {
            let (path, line) = (anchor::inside(path)?, line.unwrap_or(1).max(1));
            Some(Anchor { path, line, column: column.filter(|column| *column > 0), snippet: snippet.clone() })
        }
        _ => None,
    });
    let others = files.skip(1).take(RELATED);
    others
        .zip(1..)
        .map(|(anchor, id)| {
            let text = message("The same finding.");
            Location::builder().id(id).physical_location(physical(&anchor)).message(text).build()
        })
        .collect()
}

/// GitHub's own hash is made of the line and its surroundings, and would take two findings about
/// one line of `gonogo.toml` for one.
fn fingerprints(judged: &Judged) -> BTreeMap<String, String> {
    let short: String = judged.fingerprint.chars().take(16).collect();
    BTreeMap::from([
        ("primaryLocationLineHash".to_owned(), format!("{short}:1")),
        ("gonogo/v1".to_owned(), judged.fingerprint.clone()),
    ])
}

fn properties(judged: &Judged) -> serde_sarif::sarif::PropertyBag {
    let finding = &judged.finding;
    let evidence = finding.evidence.iter().take(EVIDENCE);
    let evidence: Vec<Value> =
        evidence.map(|one| json!({"label": or(&one.label), "value": or(&one.value)})).collect();
    let patch = finding.remedy.patch.as_ref().map(|patch| {
        let block = words::block(patch);
        format!("{} {}:\n{}", block.label, block.caption, block.lines.join("\n"))
    });
    bag([
        ("subject", judged.subject.as_str().into()),
        ("severity", judged.severity.id().into()),
        ("security-severity", security(judged.severity).into()),
        ("confidence", judged.confidence.id().into()),
        ("points", judged.points.into()),
        ("evidence", evidence.into()),
        ("fix", finding.remedy.text.as_str().into()),
        ("patch", patch.into()),
    ])
}

/// GitHub refuses empty strings anywhere.
fn or(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}

const fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Critical | Severity::High => ResultLevel::Error,
        Severity::Medium => ResultLevel::Warning,
        Severity::Low | Severity::Info => ResultLevel::Note,
    }
}
