//! What the findings do not say: the undecided, the waived and, on demand, the rest.

use std::collections::BTreeMap;

use super::{
    super::words,
    page::{Ink, Page},
};
use crate::{
    checks::Check,
    decide::{Assessment, Undecided},
    finding::Place,
    seen::Miss,
    target::Waiver,
};

/// Up to so many questions with one reason are named; more are counted by station.
const NAMED: usize = 4;

/// One entry a reason, because one cause can leave sixty checks undecided. Questions that wait for a
/// person stand in the checklist.
pub(super) fn undecided(page: &mut Page, assessment: &Assessment, all: bool) {
    let asked = |one: &&Undecided| !matches!(one.why, Miss::Unanswered(_)) || one.holds;
    let undecided: Vec<&Undecided> = assessment.inconclusive.iter().filter(asked).collect();
    if undecided.is_empty() {
        return;
    }
    let held = undecided.iter().filter(|one| one.holds).count();
    let total = undecided.len();
    let held = match held {
        0 => String::new(),
        1 if total == 1 => ", and it is required".to_owned(),
        _ if held == total => ", all of them required".to_owned(),
        _ => format!(", {held} of them required"),
    };
    page.heading(&format!("Undecided: {}{held}", words::count(total, "question")));
    for (why, questions) in by_reason(&undecided) {
        page.wrapped(&[(Ink::Plain, "  ")], Ink::Plain, &why);
        if all || questions.len() <= NAMED {
            for one in &questions {
                let text = format!("{} for {}", one.check.id, one.subject);
                page.line(&[(Ink::Faint, "    "), (Ink::Faint, &text)]);
            }
        } else {
            page.wrapped(&[(Ink::Plain, "    ")], Ink::Faint, &by_station(&questions));
        }
        if let Some(advice) = questions.first().and_then(|one| advice(&one.why)) {
            page.labelled("next", Ink::Plain, advice);
        }
    }
}

/// Most questions first; those that hold the launch before the others.
fn by_reason<'a>(undecided: &[&'a Undecided]) -> Vec<(String, Vec<&'a Undecided>)> {
    let mut groups: BTreeMap<String, Vec<&Undecided>> = BTreeMap::new();
    for one in undecided.iter().copied() {
        groups.entry(one.why.to_string()).or_default().push(one);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, questions)| {
        let holding = questions.iter().filter(|one| one.holds).count();
        (std::cmp::Reverse((holding, questions.len())), questions.first().map(|one| one.check.id))
    });
    groups
}

/// `60 questions: 14 of domain, 20 of mail`.
fn by_station(questions: &[&Undecided]) -> String {
    let mut counts = BTreeMap::new();
    for one in questions {
        *counts.entry(one.check.station).or_insert(0_usize) += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(station, count)| format!("{count} of {station}")).collect();
    format!("{}: {}", words::count(questions.len(), "question"), counts.join(", "))
}

/// What makes the answer come.
pub(super) const fn advice(why: &Miss) -> Option<&'static str> {
    match why {
        Miss::Offline => Some("run again without --offline"),
        Miss::NotConsented(_) => {
            Some("list the host under active.hosts in gonogo.toml and run again with --active")
        }
        Miss::Timeout(_) | Miss::Refused(_) => Some("see that it answers from here, and run again"),
        Miss::Internal(_) => Some("report this as a fault of gonogo"),
        Miss::Unanswered(_) => Some("answer it in gonogo.toml; `gonogo checklist` prints the questions"),
        Miss::NoSuchName(_)
        | Miss::Denied(_)
        | Miss::Unsupported(_)
        | Miss::Malformed(_)
        | Miss::NotAsked => None,
    }
}

pub(super) fn waived(page: &mut Page, assessment: &Assessment) {
    if assessment.waived.is_empty() {
        return;
    }
    page.heading(&format!("Waived: {}", words::count(assessment.waived.len(), "finding")));
    for waived in &assessment.waived {
        let (judged, waiver) = (&waived.judged, &waived.waiver);
        let head = format!("{} on {} ({})", judged.check.id, judged.subject, judged.severity);
        page.wrapped(&[(Ink::Plain, "  ")], Ink::Plain, &head);
        page.labelled("message", Ink::Faint, &judged.finding.message);
        page.labelled("until", Ink::Plain, &waiver.until.to_string());
        page.labelled("because", Ink::Plain, &waiver.reason);
    }
}

/// Waivers that should be taken out or renewed.
pub(super) fn stale_waivers(page: &mut Page, assessment: &Assessment) {
    let (expired, unused) = (&assessment.expired_waivers, &assessment.unused_waivers);
    if expired.is_empty() && unused.is_empty() {
        return;
    }
    page.heading("Waivers to look after");
    for waiver in expired {
        let text = format!("expired on {}, so what it covered counts again", waiver.until);
        stale(page, waiver, &text);
    }
    for waiver in unused {
        stale(page, waiver, "matches nothing any more, so it can go");
    }
}

fn stale(page: &mut Page, waiver: &Waiver, what: &str) {
    let subject = waiver.subject.as_ref().map(|subject| format!(" on {subject}")).unwrap_or_default();
    let place = waiver.place.as_ref().map(|place| format!("{}: ", without_column(place))).unwrap_or_default();
    page.wrapped(&[(Ink::Plain, "  ")], Ink::Plain, &format!("{place}{}{subject} {what}", waiver.check));
}

fn without_column(place: &Place) -> String {
    match place {
        Place::File { path, line: Some(line), .. } => format!("{path}:{line}"),
        other => words::place(other),
    }
}

pub(super) fn passed(page: &mut Page, assessment: &Assessment) {
    if assessment.passed.is_empty() {
        return;
    }
    page.heading(&format!("Passed: {}", words::count(assessment.passed.len(), "check")));
    let mut subjects: Vec<(&Check, Vec<&str>)> = Vec::new();
    for one in &assessment.passed {
        match subjects.last_mut() {
            Some((check, of)) if check.id == one.check.id => of.push(&one.subject),
            _ => subjects.push((one.check, vec![&one.subject])),
        }
    }
    for (check, subjects) in subjects {
        page.wrapped(&[(Ink::Plain, "  ")], Ink::Plain, &format!("{} for {}", check.id, subjects.join(", ")));
    }
}

pub(super) fn not_applicable(page: &mut Page, assessment: &Assessment) {
    if assessment.not_applicable.is_empty() {
        return;
    }
    page.heading(&format!("Not applicable: {}", words::count(assessment.not_applicable.len(), "check")));
    for one in &assessment.not_applicable {
        let text = format!("{} for {}: {}", one.check.id, one.subject, one.why);
        page.wrapped(&[(Ink::Plain, "  ")], Ink::Plain, &text);
    }
}

pub(super) fn contacted(page: &mut Page, assessment: &Assessment) {
    let mut heading = format!("Contacted: {}", words::count(assessment.contacted.len(), "address"));
    if let number @ 1.. = assessment.dns_questions as usize {
        heading = format!("{heading}, {} sent", words::count(number, "DNS question"));
    }
    page.heading(&heading);
    for contact in &assessment.contacted {
        page.line(&[(Ink::Plain, &format!("  {}:{} ({})", contact.host, contact.port, contact.purpose))]);
    }
}
