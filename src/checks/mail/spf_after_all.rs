//! Mechanisms stand after `all` in the SPF record.
//!
//! Nothing after `all` is ever looked at: the senders named there fail SPF.
//!
//! ## Fix
//!
//! Move `all` to the end:
//! ```text
//! example.com. TXT "v=spf1 include:_spf.google.com include:amazonses.com ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-5.1>

use super::{Early, policy, txt, without};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf::Kind,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-after-all",
    title: "SPF terms after all are ignored",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_after_all.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (text, record) = policy(mail, context)?;
    let Some((index, _)) = record.all() else { return Ok(Verdict::Pass) };
    let (before, after) = record.terms.split_at(index + 1);
    let ignored: Vec<&str> = after
        .iter()
        .filter(|term| matches!(term.kind, Kind::Mechanism(..)))
        .map(|term| term.text.as_str())
        .collect();
    if ignored.is_empty() {
        return Ok(Verdict::Pass);
    }
    let all = before.last().map_or("~all", |term| term.text.as_str());
    let fixed = format!("{} {all}", without(&text, all));
    Ok(Verdict::fail(
        Finding::new(format!(
            "`{}` in the SPF record of {domain} stands after `{all}` and is ignored",
            ignored.join(" ")
        ))
        .at(Place::dns(domain, "TXT"))
        .evidence("record", text.as_str())
        .fix(format!("Move `{all}` to the end: \"{fixed}\"."))
        .patch(txt(domain, fixed)),
    ))
}
