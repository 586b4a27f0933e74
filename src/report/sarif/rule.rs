//! A check as a SARIF rule.

use std::collections::BTreeMap;

use serde_sarif::sarif::{MultiformatMessageString, ReportingConfiguration, ReportingDescriptor};

use super::bag;
use crate::{
    checks::Check,
    decide::Assessment,
    finding::{Confidence, Severity},
};

/// GitHub's limit for descriptions.
const DESCRIPTION: usize = 1024;

/// The worst finding of each check: GitHub reads the severity of an alert from its rule alone, and
/// a finding may be worse or milder than its check usually is.
pub(super) fn worst(assessment: &Assessment) -> BTreeMap<&'static str, Severity> {
    let mut worst = BTreeMap::new();
    for judged in &assessment.findings {
        let severity = worst.entry(judged.check.id).or_insert(judged.severity);
        *severity = judged.severity.max(*severity);
    }
    worst
}

pub(super) fn rule(check: &Check, severity: Severity) -> ReportingDescriptor {
    let help = or(check.help(), check.title);
    let mut properties = bag([
        ("precision", precision(check.confidence).into()),
        ("problem.severity", problem(severity).into()),
        ("security-severity", security(severity).into()),
    ]);
    properties.tags = Some(tags(check));
    ReportingDescriptor::builder()
        .id(check.id)
        .name(pascal(check.id))
        .short_description(text(&bounded(&sentence(check.title))))
        .full_description(text(&bounded(&or(description(&help), check.title))))
        .help(MultiformatMessageString::builder().text(help.clone()).markdown(help).build())
        .default_configuration(ReportingConfiguration::builder().level(level(severity)).build())
        .properties(properties)
        .build()
}

pub(super) const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The number from which GitHub makes critical (over 9.0), high, medium or low.
pub(super) const fn security(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
        Severity::Info => "0.1",
    }
}

const fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}

const fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

fn tags(check: &Check) -> Vec<String> {
    vec!["security".to_owned(), check.station.id().to_owned(), "launch".to_owned()]
}

/// `mail/spf-multiple` as `MailSpfMultiple`.
fn pascal(id: &str) -> String {
    let words = id.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let upper = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    words.map(upper).collect::<String>().chars().take(255).collect()
}

/// The help page up to its first heading, without line ends.
fn description(help: &str) -> String {
    let lines = help.lines().take_while(|line| !line.starts_with('#'));
    lines.map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn sentence(phrase: &str) -> String {
    let mut chars = phrase.chars();
    let first = chars.next().map(char::to_uppercase).into_iter().flatten();
    let text: String = first.chain(chars).collect();
    if text.ends_with('.') { text } else { text + "." }
}

fn bounded(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION {
        return text.to_owned();
    }
    text.chars().take(DESCRIPTION - 1).chain(['…']).collect()
}

fn or(text: String, fallback: &str) -> String {
    if text.trim().is_empty() { fallback.to_owned() } else { text }
}

fn text(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}
