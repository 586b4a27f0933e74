//! More than one SPF record is published.
//!
//! Receivers treat two `v=spf1` records as a permanent error (RFC 7208 section 4.5): SPF then fails for every mail of the domain, whichever record would have allowed it.
//!
//! ## Fix
//!
//! Merge them into one record:
//! ```text
//! example.com. TXT "v=spf1 include:a.example include:b.example ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-4.5>
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-3.2>

use super::{Early, get, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-multiple",
    title: "more than one SPF record",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_multiple.rs"),
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
    if records.len() == 1 {
        return Ok(Verdict::Pass);
    }
    let merged = merged(&records);
    Ok(Verdict::fail(
        Finding::new(format!(
            "{domain} has {} SPF records, which receivers treat as a permanent error",
            records.len()
        ))
        .at(Place::dns(domain, "TXT"))
        .evidence("records", records.join("\n"))
        .fix(format!("Replace them by one record: \"{merged}\"."))
        .patch(txt(domain, merged)),
    ))
}

/// All mechanisms once, and the strictest `all`.
fn merged(records: &[&str]) -> String {
    let (mut terms, mut all) = (Vec::new(), "~all");
    for term in records.iter().flat_map(|record| record.split(' ').skip(1)).filter(|term| !term.is_empty()) {
        let bare = term.trim_start_matches(['+', '-', '~', '?']);
        if bare.eq_ignore_ascii_case("all") {
            all = if term.starts_with('-') { "-all" } else { all };
        } else if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms.push(all);
    format!("v=spf1 {}", terms.join(" "))
}
