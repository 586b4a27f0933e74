//! Who is asked, and what every station answers.

use super::{
    super::words,
    page::{self, Ink, Page},
};
use crate::decide::{Assessment, Decision, StationResult};

pub(super) fn header(page: &mut Page, assessment: &Assessment) {
    let stack = assessment.target.stack.summary();
    let stack = if stack.is_empty() { String::new() } else { format!(" ({stack})") };
    let when = words::moment(assessment.seen_at);
    page.line(&[
        (Ink::Faint, "gonogo "),
        (Ink::Strong, &assessment.target.name),
        (Ink::Faint, &format!(" at {when}{stack}")),
    ]);
    page.gap();
}

pub(super) fn poll(page: &mut Page, assessment: &Assessment) {
    if assessment.stations.is_empty() {
        return;
    }
    page.line(&[(Ink::Faint, "station   poll     score  decided")]);
    for result in &assessment.stations {
        let word = result.decision.map_or("–", Decision::id);
        let ink = result.decision.map_or(Ink::Faint, page::decision);
        let (score, decided) = figures(result);
        page.line(&[
            (Ink::Plain, &format!("{:<10}", result.station.id())),
            (ink, &format!("{word:<6}")),
            (Ink::Plain, &format!("{score:>8}")),
            (Ink::Plain, &format!("{decided:>9}  ")),
            (Ink::Faint, &note(result, assessment)),
        ]);
    }
}

/// The score, and how much of it is known where that is not everything.
fn figures(result: &StationResult) -> (String, String) {
    if result.left_out.is_some() {
        return (String::new(), String::new());
    }
    let coverage = words::whole(result.score.coverage);
    let decided = if coverage == "100" { String::new() } else { format!("{coverage} %") };
    (words::score(result.score), decided)
}

/// The worst finding in a few words, or what is open, or that all is well.
fn note(result: &StationResult, assessment: &Assessment) -> String {
    if let Some(why) = &result.left_out {
        return why.clone();
    }
    let here = assessment.findings.iter().filter(|judged| judged.check.station == result.station);
    let mut findings = here.clone();
    if let Some(worst) = findings.next() {
        let more = findings.count();
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        return format!("{}{more}", worst.check.title);
    }
    let mut open = assessment.inconclusive.iter().filter(|one| one.check.station == result.station);
    if let Some(first) = open.clone().find(|one| one.holds).or_else(|| open.next()) {
        let total = assessment.inconclusive.iter().filter(|one| one.check.station == result.station);
        return format!("{} undecided: {}", total.count(), first.why);
    }
    if result.decision == Some(Decision::Hold) {
        return "a waiver covers a critical finding".to_owned();
    }
    let waived = match result.counts.waived {
        0 => String::new(),
        waived => format!(", {waived} waived"),
    };
    format!("{} passed{waived}", words::count(result.counts.pass as usize, "check"))
}
