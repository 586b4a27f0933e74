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

use super::{Early, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf,
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
    let findings: Vec<Finding> = records
        .iter()
        .filter_map(|record| Some((record, spf::parse_text(record).err()?)))
        .map(|(record, error)| {
            let place = if error.term.is_empty() { String::new() } else { format!(" in `{}`", error.term) };
            Finding::new(format!(
                "the SPF record of {domain} has an error at column {}{place}: {}",
                error.column, error.why
            ))
            .at(Place::dns(domain, "TXT"))
            .evidence("record", format!("{record}\n{}^", " ".repeat(error.column.saturating_sub(1).min(900))))
            .fix(format!("Correct column {} of the record: {}.", error.column, error.why))
        })
        .collect();
    if records.is_empty() {
        return Ok(Verdict::not_applicable(format!("{domain} has no SPF record")));
    }
    Ok(Verdict::from_findings(findings))
}
