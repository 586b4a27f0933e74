//! The SPF record ends in `+all` or `all`.
//!
//! It tells every receiver that any server may send mail in the domain's name, and so makes phishing mail pass.
//!
//! ## Fix
//!
//! End the record in `~all`, or in `-all` once DMARC reports show that nothing is missing:
//! ```text
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-5.1>

use super::{Early, policy, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf::Qualifier,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-all-pass",
    title: "SPF allows the whole Internet to send",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_all_pass.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (text, record) = policy(mail, context)?;
    let Some((index, Qualifier::Pass)) = record.all() else { return Ok(Verdict::Pass) };
    let term = record.terms.get(index).map_or("all", |term| term.text.as_str());
    let words = text.split(' ').map(|word| if word == term { "~all" } else { word });
    let fixed = words.collect::<Vec<_>>().join(" ");
    Ok(Verdict::fail(
        Finding::new(format!(
            "the SPF record of {domain} contains `{term}`, so any server may send in its name"
        ))
        .at(Place::dns(domain, "TXT"))
        .evidence("record", text.as_str())
        .fix(format!("Replace `{term}` by `~all`: \"{fixed}\"."))
        .patch(txt(domain, fixed)),
    ))
}
