//! The SPF record has a syntax error.
//!
//! One wrong character makes the whole record a permanent error: SPF then fails for every mail of the domain.
//!
//! ## Fix
//!
//! Correct the term at the column that is named. Networks need `ip4:` or `ip6:`, host names `include:` or `a:`, and terms are separated by spaces:
//! ```text
//! example.com. TXT "v=spf1 ip4:192.0.2.10 include:_spf.example.net ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-4.6>
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-12>

use super::{Early, get, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf::{self, SyntaxError},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-syntax",
    title: "a syntax error in the SPF record",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_syntax.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let records = spf::select(get(mail, domain, Rr::Txt)?);
    if records.is_empty() {
        return Ok(Verdict::not_applicable(format!("{domain} has no SPF record")));
    }
    Ok(Verdict::from_findings(records.iter().filter_map(|record| finding(domain, record)).collect()))
}

/// All errors of a record at once: who mends one of them publishes the next.
fn finding(domain: &str, record: &str) -> Option<Finding> {
    let errors = spf::errors_of(record);
    let ignored = ignored(record);
    let shown: Vec<String> = errors.iter().map(shown).collect();
    let message = match (errors.as_slice(), ignored.as_slice()) {
        ([], []) => return None,
        ([], [first, ..]) => format!(
            "the SPF record of {domain} says `{first}`, which receivers ignore: a mechanism takes `:`, not `=`"
        ),
        ([_], _) => format!("the SPF record of {domain} has an error at {}", shown.join("; ")),
        _ => format!("the SPF record of {domain} has {} errors: at {}", errors.len(), shown.join("; at ")),
    };
    let finding = Finding::new(message)
        .at(Place::dns(domain, "TXT"))
        .key(if errors.is_empty() { "ignored" } else { "" })
        .evidence("record", carets(record, &errors));
    let finding = if errors.is_empty() { finding.severity(Severity::High) } else { finding };
    if let Some(fixed) = spf::repair(record) {
        return Some(finding.fix(format!("Publish \"{fixed}\".")).patch(txt(domain, fixed)));
    }
    let columns: Vec<String> = errors.iter().map(|error| error.column.to_string()).collect();
    let noun = if columns.len() == 1 { "column" } else { "columns" };
    Some(finding.fix(format!("Correct the record at {noun} {}.", columns.join(", "))))
}

fn shown(error: &SyntaxError) -> String {
    let place = if error.term.is_empty() { String::new() } else { format!(" in `{}`", error.term) };
    format!("column {}{place}: {}", error.column, error.why)
}

/// The record, and below it a mark at each error that the evidence has room for.
fn carets(record: &str, errors: &[SyntaxError]) -> String {
    let mut marks = String::new();
    for error in errors.iter().filter(|error| error.column <= 450) {
        marks.push_str(&" ".repeat(error.column.saturating_sub(1 + marks.len())));
        marks.push('^');
    }
    format!("{record}\n{marks}").trim_end().to_owned()
}

/// Terms that the grammar takes for unknown modifiers, and people for mechanisms.
fn ignored(record: &str) -> Vec<&str> {
    let starts = ["include=", "ip4=", "ip6=", "a=", "mx=", "exists=", "ptr=", "all="];
    let is_meant = |word: &&str| starts.iter().any(|start| word.to_ascii_lowercase().starts_with(start));
    record.split(' ').filter(is_meant).collect()
}
