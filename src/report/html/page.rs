//! The head, the poll of the stations and the lists at the end.

use std::fmt::Write as _;

use super::{
    super::{neutral, words},
    tone,
};
use crate::decide::{Assessment, Decision, Interval, StationResult};

/// More reasons than this are in the findings anyway.
const REASONS: usize = 10;

pub(super) fn head(out: &mut String, assessment: &Assessment) {
    let (text, decision) = (neutral::page, assessment.decision);
    let _ = writeln!(
        out,
        "<header class=\"{}\">\n<p class=\"decision\">{}</p>\n<div>\n<h1>{}</h1>\n<p>{}. {}</p>\n</div>\n</header>",
        tone(Some(decision)),
        decision.id(),
        text(&assessment.target.name),
        match decision {
            Decision::Go => "It may launch",
            Decision::NoGo => "It must not launch as it is",
            Decision::Hold => "Not known to be safe: hold the launch until the open questions are settled",
        },
        words::moment(assessment.seen_at)
    );
    let _ = writeln!(
        out,
        "<section class=\"score\">{}<p>Score <strong>{}</strong> of 100; {} % of what was asked is decided.</p>",
        bar(assessment.score),
        words::score(assessment.score),
        words::whole(assessment.score.coverage)
    );
    for (title, reasons) in [("Why", &assessment.reasons), ("Would hold it still", &assessment.also_holding)]
    {
        if !reasons.is_empty() {
            let _ = writeln!(out, "<h2>{title}</h2>\n<ol>");
            for reason in reasons.iter().take(REASONS) {
                let _ = writeln!(out, "<li>{}</li>", text(reason));
            }
            let more = reasons.len().saturating_sub(REASONS);
            if more > 0 {
                let _ = writeln!(out, "<li>and {}, all below</li>", words::count(more, "more reason"));
            }
            out.push_str("</ol>\n");
        }
    }
    out.push_str("</section>\n");
}

/// From the score that is certain to the one that is possible.
fn bar(score: Interval) -> String {
    let (floor, width) = (score.floor.clamp(0.0, 100.0), (score.ceiling - score.floor).clamp(0.0, 100.0));
    format!(
        "<span class=\"bar\" role=\"img\" aria-label=\"score {} of 100\"><i style=\"width:{floor:.1}%\"></i>\
         <b style=\"width:{width:.1}%\"></b></span>",
        words::score(score)
    )
}

pub(super) fn poll(out: &mut String, assessment: &Assessment) {
    if assessment.stations.is_empty() {
        return;
    }
    out.push_str(
        "<section>\n<h2>Stations</h2>\n<table>\n<thead><tr><th>Station<th>Poll<th>Score<th class=\"number\">Decided\
         <th class=\"number\">Failing<th class=\"number\">Undecided<th class=\"number\">Passed</tr></thead>\n<tbody>\n",
    );
    for result in &assessment.stations {
        station(out, result);
    }
    out.push_str("</tbody>\n</table>\n</section>\n");
}

fn station(out: &mut String, result: &StationResult) {
    let word = result.decision.map_or("–", Decision::id);
    let _ = write!(
        out,
        "<tr><th scope=\"row\">{}<small>{}</small><td><span class=\"chip {}\">{word}</span>",
        result.station.id(),
        result.station.about(),
        tone(result.decision)
    );
    let _ = match &result.left_out {
        Some(why) => writeln!(out, "<td colspan=\"5\">{}</tr>", neutral::page(why)),
        None => writeln!(
            out,
            "<td>{}<span class=\"of\">{}</span><td class=\"number\">{} %<td class=\"number\">{}<td class=\"number\">{}\
             <td class=\"number\">{}</tr>",
            bar(result.score),
            words::score(result.score),
            words::whole(result.score.coverage),
            result.counts.fail,
            result.counts.inconclusive,
            result.counts.pass
        ),
    };
}

pub(super) fn rest(out: &mut String, assessment: &Assessment, most: usize) {
    let text = neutral::page;
    let about = |id: &str, subject: &str| format!("<code>{}</code> for {}", text(id), text(subject));
    let undecided = assessment.inconclusive.iter().map(|one| {
        let holds = if one.holds { " <span class=\"chip hold\">holds the launch</span>" } else { "" };
        format!("{}{holds}: {}", about(one.check.id, &one.subject), text(&one.why.to_string()))
    });
    list(out, "Undecided", true, undecided.collect(), most);
    let waived = assessment.waived.iter().map(|one| {
        let (judged, waiver) = (&one.judged, &one.waiver);
        format!(
            "{} until {}: {}",
            about(judged.check.id, &judged.subject),
            waiver.until,
            text(&waiver.reason)
        )
    });
    list(out, "Waived", true, waived.collect(), most);
    let expired = assessment.expired_waivers.iter().map(|waiver| {
        format!("{} expired on {}, so what it covered counts again", text(&waiver.check), waiver.until)
    });
    let unused = assessment
        .unused_waivers
        .iter()
        .map(|waiver| format!("{} matches nothing any more, so it can go", text(&waiver.check)));
    list(out, "Waivers to look after", true, expired.chain(unused).collect(), most);
    let passed = assessment.passed.iter().map(|one| about(one.check.id, &one.subject));
    list(out, "Passed", false, passed.collect(), most);
    let skipped = assessment
        .not_applicable
        .iter()
        .map(|one| format!("{}: {}", about(one.check.id, &one.subject), text(&one.why)));
    list(out, "Does not apply", false, skipped.collect(), most);
    let contacted = assessment
        .contacted
        .iter()
        .map(|contact| format!("{} port {} ({})", text(&contact.host), contact.port, text(&contact.purpose)));
    list(out, "Contacted", false, contacted.collect(), most);
}

fn list(out: &mut String, title: &str, open: bool, items: Vec<String>, most: usize) {
    if items.is_empty() {
        return;
    }
    let open = if open { " open" } else { "" };
    let _ = writeln!(
        out,
        "<details class=\"list\"{open}>\n<summary>{title} <span>{}</span></summary>\n<ul>",
        items.len()
    );
    let cut = items.len().saturating_sub(most);
    for item in items.into_iter().take(most) {
        let _ = writeln!(out, "<li>{item}</li>");
    }
    if cut > 0 {
        let _ = writeln!(out, "<li>and {cut} more, which <code>--format json</code> lists</li>");
    }
    out.push_str("</ul>\n</details>\n");
}
