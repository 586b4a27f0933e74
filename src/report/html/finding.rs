//! The findings, worst first, each with its evidence, its fix and its help page.

use std::fmt::Write as _;

use super::{
    super::{neutral, words},
    help,
};
use crate::{
    decide::{Assessment, Judged},
    finding::{Place, Severity},
};

const PLACES: usize = 20;

pub(super) fn all(out: &mut String, assessment: &Assessment, most: usize) {
    let findings = &assessment.findings;
    if findings.is_empty() {
        out.push_str("<section>\n<h2>Findings</h2>\n<p>None.</p>\n</section>\n");
        return;
    }
    let count = |severity| findings.iter().filter(|judged| judged.severity == severity).count();
    out.push_str("<section>\n<h2>Findings</h2>\n<p class=\"counts\">");
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];
    for severity in severities.into_iter().filter(|severity| count(*severity) > 0) {
        let _ = write!(out, "<span class=\"chip {severity}\">{} {severity}</span> ", count(severity));
    }
    out.push_str("</p>\n");
    for judged in findings.iter().take(most) {
        one(out, judged);
    }
    if findings.len() > most {
        let cut = findings.len() - most;
        let _ = writeln!(out, "<p>And {cut} more, which <code>--format json</code> lists.</p>");
    }
    out.push_str("</section>\n");
}

fn one(out: &mut String, judged: &Judged) {
    let text = neutral::page;
    let gates = if judged.gates { "<span class=\"chip no-go\">stops the launch</span>" } else { "" };
    let points = words::points(judged.points).map(|points| format!("<span class=\"points\">{points}</span>"));
    let _ = writeln!(
        out,
        "<article class=\"{severity}\">\n<h3><span class=\"chip {severity}\">{severity}</span> {message}</h3>\n\
         <p class=\"about\"><code>{id}</code> on {subject} {gates} {points}</p>",
        severity = judged.severity,
        message = text(&judged.finding.message),
        id = judged.check.id,
        subject = text(&judged.subject),
        points = points.unwrap_or_default(),
    );
    let finding = &judged.finding;
    let _ = writeln!(out, "<dl>");
    for place in finding.places.iter().take(PLACES) {
        let snippet = match place {
            Place::File { snippet: Some(snippet), .. } if !snippet.trim().is_empty() => {
                format!("<pre>{}</pre>", text(snippet.trim()))
            }
            _ => String::new(),
        };
        let _ = writeln!(out, "<dt>at<dd><code>{}</code>{snippet}</dd>", text(&words::place(place)));
    }
    if finding.places.len() > PLACES {
        let _ = writeln!(out, "<dt>at<dd>{} more places</dd>", finding.places.len() - PLACES);
    }
    for evidence in &finding.evidence {
        let _ = writeln!(out, "<dt>{}<dd><code>{}</code></dd>", text(&evidence.label), text(&evidence.value));
    }
    if !finding.remedy.text.is_empty() {
        let _ = writeln!(out, "<dt>fix<dd>{}</dd>", text(&finding.remedy.text));
    }
    if let Some(patch) = &finding.remedy.patch {
        let block = words::block(patch);
        let lines: Vec<String> = block.lines.iter().map(|line| text(&line.replace('\t', "    "))).collect();
        let _ = writeln!(
            out,
            "<dt>{}<dd>{}<pre>{}</pre></dd>",
            block.label,
            text(&block.caption),
            lines.join("\n")
        );
    }
    out.push_str("</dl>\n<details>\n<summary>What this means</summary>\n");
    help::render(out, &judged.check.help());
    out.push_str("</details>\n</article>\n");
}
