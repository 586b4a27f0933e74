//! Markdown for a GitHub step summary or a pull request.

use std::fmt::Write as _;

use super::{checklist, neutral, words};
use crate::{
    decide::{Assessment, Decision, Judged, StationResult},
    finding::Severity,
};

/// GitHub drops a step summary over 1 MiB; the rest is for the note that says what was cut.
const LIMIT: usize = 1024 * 1024 - 1024;
/// More reasons than this are in the findings anyway.
const REASONS: usize = 10;
const PLACES: usize = 10;

pub(super) fn render(assessment: &Assessment) -> String {
    let mut out = head(assessment);
    let sections = findings(assessment).into_iter().chain(rest(assessment));
    let mut cut = 0;
    for section in sections {
        if cut > 0 || out.len() + section.len() > LIMIT {
            cut += 1;
        } else {
            out.push_str(&section);
        }
    }
    if cut > 0 {
        let parts = words::count(cut, "part");
        let _ = writeln!(out, "\n*{parts} cut: GitHub shows at most 1 MiB; see `--format json`.*");
    }
    out
}

fn head(assessment: &Assessment) -> String {
    let mut out = format!(
        "## {} for {}\n\nScore {} of 100, {} % decided, {}.\n",
        assessment.decision.id(),
        neutral::markdown(&assessment.target.name),
        words::score(assessment.score),
        words::whole(assessment.score.coverage),
        words::moment(assessment.seen_at)
    );
    if !assessment.reasons.is_empty() {
        out.push('\n');
    }
    for reason in assessment.reasons.iter().take(REASONS) {
        let _ = writeln!(out, "- {}", neutral::markdown(reason));
    }
    let more = assessment.reasons.len().saturating_sub(REASONS);
    if more > 0 {
        let _ = writeln!(out, "- and {}", words::count(more, "more reason"));
    }
    if !assessment.stations.is_empty() {
        out.push_str(
            "\n| Station | Poll | Score | Decided | Failing | Undecided |\n|---|---|---:|---:|---:|---:|\n",
        );
    }
    for result in &assessment.stations {
        station(&mut out, result);
    }
    out
}

fn station(out: &mut String, result: &StationResult) {
    let word = result.decision.map_or("–", Decision::id);
    let name = result.station.id();
    let _ = match &result.left_out {
        Some(why) => writeln!(out, "| {name} | {word} | | | | {} |", neutral::markdown(why)),
        None => writeln!(
            out,
            "| {name} | {word} | {} | {} % | {} | {} |",
            words::score(result.score),
            words::whole(result.score.coverage),
            result.counts.fail,
            result.counts.inconclusive
        ),
    };
}

/// One section a finding; those that stop the launch are open.
fn findings(assessment: &Assessment) -> Vec<String> {
    let heading = if assessment.findings.is_empty() { None } else { Some("\n### Findings\n".to_owned()) };
    heading.into_iter().chain(assessment.findings.iter().map(finding)).collect()
}

fn finding(judged: &Judged) -> String {
    let points = words::points(judged.points).map(|points| format!(", {points}")).unwrap_or_default();
    let open = if judged.severity >= Severity::High { " open" } else { "" };
    let mut out = format!(
        "\n<details{open}><summary><b>{}</b> <code>{}</code> {}{points}</summary>\n\n",
        judged.severity,
        judged.check.id,
        neutral::html(&judged.subject)
    );
    let _ = writeln!(out, "{}", neutral::markdown(&judged.finding.message));
    out.push('\n');
    for place in judged.finding.places.iter().take(PLACES) {
        let _ = writeln!(out, "- at {}", neutral::markdown_code(&words::place(place)));
    }
    for evidence in &judged.finding.evidence {
        let (label, value) = (neutral::markdown(&evidence.label), neutral::markdown_code(&evidence.value));
        let _ = writeln!(out, "- {label}: {value}");
    }
    if !judged.finding.remedy.text.is_empty() {
        let _ = writeln!(out, "\n**Fix:** {}", neutral::markdown(&judged.finding.remedy.text));
    }
    if let Some(patch) = &judged.finding.remedy.patch {
        let block = words::block(patch);
        let caption = neutral::markdown(&block.caption);
        let text = neutral::markdown_block(&block.language, &block.lines);
        let (first, others) = block.label.split_at(1);
        let _ = writeln!(out, "\n**{}{others}** {caption}:\n\n{text}", first.to_uppercase());
    }
    out.push_str("\n</details>\n");
    out
}

fn rest(assessment: &Assessment) -> Vec<String> {
    let md = neutral::markdown;
    let undecided = assessment.inconclusive.iter().map(|one| {
        let required = if one.holds { " (required)" } else { "" };
        format!("`{}` for {}{required}: {}", one.check.id, md(&one.subject), md(&one.why.to_string()))
    });
    let waived = assessment.waived.iter().map(|one| {
        let (judged, waiver) = (&one.judged, &one.waiver);
        let (subject, reason) = (md(&judged.subject), md(&waiver.reason));
        format!("`{}` on {subject} until {}: {reason}", judged.check.id, waiver.until)
    });
    let expired = assessment.expired_waivers.iter().map(|waiver| {
        format!("{} expired on {}, so what it covered counts again", md(&waiver.check), waiver.until)
    });
    let unused = assessment
        .unused_waivers
        .iter()
        .map(|waiver| format!("{} matches nothing any more, so it can go", md(&waiver.check)));
    vec![
        list("Undecided", undecided.collect()),
        list("Waived", waived.collect()),
        list("Waivers to look after", expired.chain(unused).collect()),
        checklist::markdown(&checklist::of(assessment)),
    ]
}

fn list(title: &str, items: Vec<String>) -> String {
    if items.is_empty() {
        return String::new();
    }
    let mut out = format!("\n<details><summary>{title}: {}</summary>\n\n", items.len());
    for item in items {
        let _ = writeln!(out, "- {item}");
    }
    out.push_str("\n</details>\n");
    out
}
