//! The subdomain for bounces has no SPF record, although a sender uses it.
//!
//! Receivers check SPF for the envelope's domain, which here is the subdomain. Without a record there SPF does not pass, Amazon SES does not accept the return path, and DMARC hangs on DKIM alone.
//!
//! ## Fix
//!
//! Publish the record that the sender shows for the subdomain:
//! ```text
//! send.example.com. TXT "v=spf1 include:amazonses.com ~all"
//! ```
//!
//! ## References
//!
//! - <https://docs.aws.amazon.com/ses/latest/dg/mail-from.html>
//! - <https://resend.com/docs/dashboard/domains/introduction>

use super::{Early, get, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::{senders::SEND, spf},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Answer, Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-return-path",
    title: "a return path without SPF",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_return_path.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let name = format!("{SEND}.{domain}");
    let texts = mail.answers.answer(&name, Rr::Txt).map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    let absent = || Verdict::not_applicable(format!("{name} is not a return path"));
    if matches!(texts, Answer::NoName) {
        return Ok(absent());
    }
    let hosts = get(mail, &name, Rr::Mx)?;
    let Some(bounces) =
        hosts.iter().find(|mx| mx.contains("feedback-smtp.") && mx.ends_with("amazonses.com"))
    else {
        return Ok(absent());
    };
    if !spf::select(texts.records()).is_empty() {
        return Ok(Verdict::Pass);
    }
    let fixed = "v=spf1 include:amazonses.com ~all";
    Ok(Verdict::fail(
        Finding::new(format!("{name} takes the bounces of Amazon SES but has no SPF record"))
            .at(Place::dns(&name, "TXT"))
            .evidence("MX", bounces.as_str())
            .fix(format!("Publish the TXT record \"{fixed}\" at {name}."))
            .patch(txt(name, fixed)),
    ))
}
