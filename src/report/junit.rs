//! JUnit XML: a suite a station, a case a check and subject.
//!
//! A finding is a failure; an unknown that holds the launch is an error, because a CI that is
//! green for it would say GO; any other unknown is skipped, with the reason. The first suite is
//! the decision itself, so that a HOLD for want of coverage shows too.

use std::{collections::BTreeMap, fmt::Write as _};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

use super::{neutral, words};
use crate::{
    checks::Check,
    decide::{Assessment, Decision, Judged},
    finding::Severity,
    station::Station,
};

pub(super) fn render(assessment: &Assessment) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing into memory does not fail.
    let _ = document(&mut writer, assessment);
    let mut text = String::from_utf8(writer.into_inner()).unwrap_or_default();
    text.push('\n');
    text
}

struct Case {
    name: String,
    outcome: Outcome,
    body: String,
}

enum Outcome {
    Pass,
    Failure { message: String, kind: &'static str },
    Error { message: String },
    Skipped { message: String },
}

type Xml = Writer<Vec<u8>>;

fn document(xml: &mut Xml, assessment: &Assessment) -> std::io::Result<()> {
    let mut suites = vec![("decision", vec![decision(assessment)])];
    let mut cases = cases(assessment);
    for station in Station::ALL {
        if let Some(cases) = cases.remove(&station) {
            suites.push((station.id(), cases));
        }
    }
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = || suites.iter().flat_map(|(_, cases)| cases);
    let root = totals(BytesStart::new("testsuites"), "gonogo", all);
    xml.write_event(Event::Start(root))?;
    let timestamp = assessment.seen_at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    for (name, cases) in &suites {
        let mut suite = totals(BytesStart::new("testsuite"), &format!("gonogo.{name}"), || cases.iter());
        suite.push_attribute(("timestamp", timestamp.as_str()));
        xml.write_event(Event::Start(suite))?;
        for case in cases {
            write(xml, name, case)?;
        }
        xml.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))
}

fn decision(assessment: &Assessment) -> Case {
    let message = format!("{}, score {}", assessment.decision.id(), words::score(assessment.score));
    let outcome = match assessment.decision {
        Decision::Go => Outcome::Pass,
        Decision::NoGo => Outcome::Failure { message, kind: "no-go" },
        Decision::Hold => Outcome::Error { message },
    };
    let reasons = assessment.reasons.iter().map(|reason| neutral::xml(reason));
    Case {
        name: format!("may {} launch", assessment.target.name),
        outcome,
        body: reasons.collect::<Vec<_>>().join("\n"),
    }
}

/// Sorted by station, check and subject.
fn cases(assessment: &Assessment) -> BTreeMap<Station, Vec<Case>> {
    let mut failing: BTreeMap<Key<'_>, Vec<&Judged>> = BTreeMap::new();
    for judged in &assessment.findings {
        failing.entry(key(judged.check, &judged.subject)).or_default().push(judged);
    }
    let mut cases: BTreeMap<Key<'_>, Case> = BTreeMap::new();
    for (key, findings) in &failing {
        add(&mut cases, *key, failure(findings), findings.iter().map(|judged| told(judged)).collect());
    }
    for undecided in &assessment.inconclusive {
        let message = format!("could not be decided: {}", undecided.why);
        let held = undecided.holds;
        let outcome = if held { Outcome::Error { message } } else { Outcome::Skipped { message } };
        add(&mut cases, key(undecided.check, &undecided.subject), outcome, String::new());
    }
    for waived in &assessment.waived {
        let message = format!("waived until {}: {}", waived.waiver.until, waived.waiver.reason);
        let key = key(waived.judged.check, &waived.judged.subject);
        add(&mut cases, key, Outcome::Skipped { message }, told(&waived.judged));
    }
    for skipped in &assessment.not_applicable {
        let message = format!("not applicable: {}", skipped.why);
        add(&mut cases, key(skipped.check, &skipped.subject), Outcome::Skipped { message }, String::new());
    }
    for passed in &assessment.passed {
        add(&mut cases, key(passed.check, &passed.subject), Outcome::Pass, String::new());
    }
    let mut by_station: BTreeMap<Station, Vec<Case>> = BTreeMap::new();
    for ((station, _, _), case) in cases {
        by_station.entry(station).or_default().push(case);
    }
    by_station
}

/// The first answer stands.
fn add<'a>(cases: &mut BTreeMap<Key<'a>, Case>, key: Key<'a>, outcome: Outcome, body: String) {
    let name = format!("{}: {}", key.1, key.2);
    cases.entry(key).or_insert(Case { name, outcome, body });
}

type Key<'a> = (Station, &'static str, &'a str);

fn key<'a>(check: &'static Check, subject: &'a str) -> Key<'a> {
    (check.station, check.id, subject)
}

/// What is only worth knowing does not fail a test.
fn failure(findings: &[&Judged]) -> Outcome {
    let Some(worst) = findings.first().filter(|judged| judged.severity > Severity::Info) else {
        return Outcome::Pass;
    };
    let more = findings.len() - 1;
    let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
    Outcome::Failure { message: format!("{}{more}", worst.finding.message), kind: worst.severity.id() }
}

fn told(judged: &Judged) -> String {
    let mut text = format!("{}: {}\n", judged.severity, neutral::xml(&judged.finding.message));
    for place in &judged.finding.places {
        let _ = writeln!(text, "  at {}", neutral::xml(&words::place(place)));
    }
    for evidence in &judged.finding.evidence {
        let _ = writeln!(text, "  {}: {}", neutral::xml(&evidence.label), neutral::xml(&evidence.value));
    }
    if !judged.finding.remedy.text.is_empty() {
        let _ = writeln!(text, "  fix: {}", neutral::xml(&judged.finding.remedy.text));
    }
    text
}

fn totals<'a, I: Iterator<Item = &'a Case>>(
    mut start: BytesStart<'static>,
    name: &str,
    cases: impl Fn() -> I,
) -> BytesStart<'static> {
    let number =
        |wanted: fn(&Outcome) -> bool| cases().filter(|case| wanted(&case.outcome)).count().to_string();
    start.push_attribute(("name", name));
    start.push_attribute(("tests", number(|_| true).as_str()));
    start.push_attribute(("failures", number(|outcome| matches!(outcome, Outcome::Failure { .. })).as_str()));
    start.push_attribute(("errors", number(|outcome| matches!(outcome, Outcome::Error { .. })).as_str()));
    start.push_attribute(("skipped", number(|outcome| matches!(outcome, Outcome::Skipped { .. })).as_str()));
    start.push_attribute(("time", "0"));
    start
}

fn write(xml: &mut Xml, suite: &str, case: &Case) -> std::io::Result<()> {
    let mut start = BytesStart::new("testcase");
    start.push_attribute(("classname", format!("gonogo.{suite}").as_str()));
    start.push_attribute(("name", neutral::xml(&case.name).as_str()));
    start.push_attribute(("time", "0"));
    let (tag, message, kind) = match &case.outcome {
        Outcome::Pass if case.body.is_empty() => return xml.write_event(Event::Empty(start)),
        Outcome::Pass => ("system-out", None, None),
        Outcome::Failure { message, kind } => ("failure", Some(message), Some(*kind)),
        Outcome::Error { message } => ("error", Some(message), Some("undecided")),
        Outcome::Skipped { message } => ("skipped", Some(message), None),
    };
    xml.write_event(Event::Start(start))?;
    let mut outcome = BytesStart::new(tag);
    if let Some(message) = message {
        outcome.push_attribute(("message", neutral::xml(message).as_str()));
    }
    if let Some(kind) = kind {
        outcome.push_attribute(("type", kind));
    }
    if case.body.is_empty() {
        xml.write_event(Event::Empty(outcome))?;
    } else {
        xml.write_event(Event::Start(outcome))?;
        xml.write_event(Event::Text(BytesText::new(&case.body)))?;
        xml.write_event(Event::End(BytesEnd::new(tag)))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}
