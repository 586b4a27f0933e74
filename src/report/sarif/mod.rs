//! SARIF 2.1.0 for GitHub code scanning.
//!
//! GitHub rejects a whole file for one result without a file, for an absolute path or an empty
//! string, and keeps an alert's identity by rule, path and hash. What it asks for is written at
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.

mod result;
mod rule;

use std::collections::BTreeMap;

use serde_sarif::sarif::{
    Invocation, Message, Notification, PropertyBag, ReportingDescriptorReference, Run, RunAutomationDetails,
    Sarif, Tool, ToolComponent,
};

use super::{json, neutral, words};
use crate::{
    decide::{Assessment, Undecided},
    seen::Miss,
};

/// GitHub refuses a run with more results.
const RESULTS: usize = 25_000;
/// More undecided questions than anybody reads are counted instead.
const NOTIFICATIONS: usize = 1_000;

/// Index of each enabled check in the list of rules.
type Rules = BTreeMap<&'static str, i64>;

pub(super) fn render(assessment: &Assessment) -> String {
    let rules: Rules = assessment.checks.iter().zip(0..).map(|(check, index)| (check.id, index)).collect();
    let results = assessment.findings.iter().take(RESULTS);
    let results: Vec<_> = results.map(|judged| result::result(assessment, judged, &rules)).collect();
    let run = Run::builder()
        .tool(tool(assessment))
        .results(results)
        .automation_details(RunAutomationDetails::builder().id(category(&assessment.target.name)).build())
        .invocations(vec![invocation(assessment, &rules)])
        .column_kind("utf16CodeUnits")
        .language("en")
        .build();
    let sarif = Sarif::builder()
        .schema("https://json.schemastore.org/sarif-2.1.0.json")
        .version("2.1.0")
        .runs(vec![run])
        .build();
    json::pretty(&sarif)
}

fn tool(assessment: &Assessment) -> Tool {
    let worst = rule::worst(assessment);
    let rules = assessment.checks.iter().map(|check| {
        let severity = worst.get(check.id).copied().unwrap_or(check.severity);
        rule::rule(check, severity)
    });
    let driver = ToolComponent::builder()
        .name("gonogo")
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .information_uri(env!("CARGO_PKG_REPOSITORY"))
        .rules(rules.collect::<Vec<_>>())
        .build();
    Tool::builder().driver(driver).build()
}

/// Alerts of one category are closed by the next upload of that category, so two targets of one
/// repository must not share it. It is everything up to the last `/`.
fn category(target: &str) -> String {
    let slug: String = target
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .take(80)
        .collect();
    match slug.trim_matches(['-', '.']) {
        "" => "gonogo/".to_owned(),
        slug => format!("gonogo/{slug}/"),
    }
}

fn invocation(assessment: &Assessment, rules: &Rules) -> Invocation {
    let undecided = assessment.inconclusive.iter().take(NOTIFICATIONS);
    let mut notifications: Vec<Notification> =
        undecided.map(|undecided| notification(undecided, rules)).collect();
    let more = assessment.inconclusive.len().saturating_sub(NOTIFICATIONS);
    if more > 0 {
        notifications.push(note(&format!("{} could not be decided.", words::count(more, "more question"))));
    }
    let left_out = assessment.findings.len().saturating_sub(RESULTS);
    if left_out > 0 {
        let findings = words::count(left_out, "finding");
        notifications.push(note(&format!("{findings} left out: GitHub accepts {RESULTS} results at most.")));
    }
    Invocation::builder()
        .execution_successful(true)
        .exit_code(i64::from(assessment.decision.exit_code()))
        .exit_code_description(assessment.decision.id())
        .end_time_utc(assessment.seen_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        .tool_execution_notifications(notifications)
        .build()
}

fn notification(undecided: &Undecided, rules: &Rules) -> Notification {
    let Undecided { check, subject, why, holds } = undecided;
    let level = match why {
        Miss::Internal(_) => "error",
        _ if *holds => "error",
        Miss::Offline | Miss::NotAsked => "note",
        _ => "warning",
    };
    let text = format!("{} could not be decided for {subject}: {why}.", check.id);
    let rule = match rules.get(check.id) {
        Some(index) => ReportingDescriptorReference::builder().id(check.id).index(*index).build(),
        None => ReportingDescriptorReference::builder().id(check.id).build(),
    };
    Notification::builder()
        .level(level)
        .message(message(&text))
        .associated_rule(rule)
        .properties(bag([("subject", subject.as_str().into()), ("reason", words::reason(why).into())]))
        .build()
}

fn note(text: &str) -> Notification {
    Notification::builder().level("note").message(message(text)).build()
}

fn message(text: &str) -> Message {
    Message::builder().text(neutral::sarif(text)).build()
}

/// Properties without those that are empty, which GitHub refuses.
fn bag<const N: usize>(properties: [(&str, serde_json::Value); N]) -> PropertyBag {
    let is_empty = |value: &serde_json::Value| match value {
        serde_json::Value::Null => true,
        serde_json::Value::String(text) => text.is_empty(),
        serde_json::Value::Array(values) => values.is_empty(),
        _ => false,
    };
    let kept = properties.into_iter().filter(|(_, value)| !is_empty(value));
    let map: BTreeMap<String, serde_json::Value> = kept.map(|(key, value)| (key.to_owned(), value)).collect();
    PropertyBag::builder().additional_properties(map).build()
}
