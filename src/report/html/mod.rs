//! One HTML file to hand over: no script, nothing loaded from anywhere, readable when printed.

mod environments;
mod finding;
mod help;
mod page;

use std::fmt::Write as _;

use super::{checklist, neutral, words};
use crate::decide::{Assessment, Decision};

/// Findings written in full; a report with more is for a program.
const FINDINGS: usize = 1_000;
/// Entries of the lists at the end.
const ENTRIES: usize = 2_000;

pub(super) fn render(assessment: &Assessment) -> String {
    let title = format!("{} for {}", assessment.decision.id(), assessment.target.name);
    framed(&title, assessment, |out| {
        page::head(out, assessment);
        page::poll(out, assessment);
        finding::all(out, assessment, FINDINGS);
        environments::part(out, assessment);
        checklist::html(out, assessment);
        page::rest(out, assessment, ENTRIES);
    })
}

/// The table of environments × facts as a page of its own.
pub(super) fn environments(assessment: &Assessment) -> String {
    let title = format!("Environments of {}", assessment.target.name);
    framed(&title, assessment, |out| environments::whole(out, assessment, &title))
}

fn framed(title: &str, assessment: &Assessment, body: impl FnOnce(&mut String)) -> String {
    let mut out = String::with_capacity(64 * 1024);
    out.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // A file that somebody else's text went into loads and runs nothing.
    out.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n",
    );
    let _ = writeln!(out, "<title>{}</title>", neutral::page(title));
    let _ = writeln!(out, "<style>\n{}</style>\n</head>\n<body>", include_str!("style.css"));
    body(&mut out);
    let _ = writeln!(
        out,
        "<footer>Written by gonogo {} on {}. It says what could be seen from outside and in the repository at that \
         moment; what it could not see is listed as undecided.</footer>\n</body>\n</html>",
        env!("CARGO_PKG_VERSION"),
        words::moment(assessment.seen_at)
    );
    out
}

/// The class that colours a decision.
const fn tone(decision: Option<Decision>) -> &'static str {
    match decision {
        Some(Decision::Go) => "go",
        Some(Decision::NoGo) => "no-go",
        Some(Decision::Hold) => "hold",
        None => "none",
    }
}
