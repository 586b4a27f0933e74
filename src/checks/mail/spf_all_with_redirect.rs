//! The SPF record has both `all` and `redirect`.
//!
//! `redirect` is looked at only where nothing matched, and `all` always matches: the redirected policy is never used.
//!
//! ## Fix
//!
//! Remove `redirect=`, or remove `all` if the other domain's policy is what you want.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-6.1>

use super::{Early, policy, txt, without};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-all-with-redirect",
    title: "SPF redirect is ignored because of all",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_all_with_redirect.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (text, record) = policy(mail, context)?;
    let (Some(_), Some((term, _))) = (record.all(), record.redirect()) else { return Ok(Verdict::Pass) };
    let fixed = without(&text, &term.text);
    Ok(Verdict::fail(
        Finding::new(format!(
            "`{}` in the SPF record of {domain} is ignored because the record has `all`",
            term.text
        ))
        .at(Place::dns(domain, "TXT"))
        .evidence("record", text.as_str())
        .fix(format!("Remove `{}`: \"{fixed}\".", term.text))
        .patch(txt(domain, fixed)),
    ))
}
