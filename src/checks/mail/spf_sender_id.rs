//! A Sender ID record (`spf2.0`) is left over.
//!
//! Sender ID was given up in 2012; nobody reads the record, and people who edit it believe that they changed SPF.
//!
//! ## Fix
//!
//! Remove the record; keep the one that begins with `v=spf1`:
//! ```text
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6686>

use super::{Early, get};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-sender-id",
    title: "a left-over Sender ID record",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_sender_id.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let old =
        get(mail, domain, Rr::Txt)?.iter().filter(|text| text.to_ascii_lowercase().starts_with("spf2.0"));
    let findings = old.map(|text| {
        Finding::new(format!("{domain} still has a Sender ID record, which nobody reads"))
            .at(Place::dns(domain, "TXT"))
            .key(text.as_str())
            .evidence("record", text.as_str())
            .fix("Remove the record that begins with `spf2.0`.")
    });
    Ok(Verdict::from_findings(findings.collect()))
}
