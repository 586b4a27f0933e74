//! The SPF record ends in `?all`, or without `all` and without `redirect`.
//!
//! Mail from servers that it does not list gets the result neutral, as if there were no record at all.
//!
//! ## Fix
//!
//! End the record in `~all`:
//! ```text
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-5.1>
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-4.7>

use super::{Early, policy, txt, without};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf::Qualifier,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-all-neutral",
    title: "SPF says nothing about other senders",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_all_neutral.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (text, record) = policy(mail, context)?;
    let (message, fixed) = match record.all() {
        Some((index, Qualifier::Neutral)) => {
            let term = record.terms.get(index).map_or("?all", |term| term.text.as_str());
            (format!("the SPF record of {domain} ends in `{term}`"), format!("{} ~all", without(&text, term)))
        }
        None if record.redirect().is_none() => (
            format!("the SPF record of {domain} has neither `all` nor `redirect`"),
            format!("{} ~all", text.trim_end()),
        ),
        _ => return Ok(Verdict::Pass),
    };
    Ok(Verdict::fail(
        Finding::new(format!("{message}, so it says nothing about senders that it does not list"))
            .at(Place::dns(domain, "TXT"))
            .evidence("record", text.as_str())
            .fix(format!("End the record in `~all`: \"{fixed}\"."))
            .patch(txt(domain, fixed)),
    ))
}
