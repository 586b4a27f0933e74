//! No DKIM key is published.
//!
//! Without a signature that fits the domain, forwarded mail fails DMARC, and Gmail and Yahoo refuse bulk mail. Keys live under selectors that only the sender knows: where none of the known ones has a key, gonogo says that it could not decide, unless the DNS shows that there is nothing below `_domainkey`.
//!
//! ## Fix
//!
//! Turn DKIM on at each sender and publish the records that it shows, for example:
//! ```text
//! google._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=..."
//! ```
//! If you use a selector that gonogo does not know, declare it in `gonogo.toml`.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6376#section-3.6.2.1>
//! - <https://www.rfc-editor.org/rfc/rfc8020>
//! - <https://support.google.com/a/answer/81126>

use super::{Early, selectors, uses};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Answer, Mail, Miss, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dkim-missing",
    title: "no DKIM key",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Mail(judge),
    source: include_str!("dkim_missing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (found, missed) = selectors(mail, context);
    if !found.is_empty() {
        return Ok(Verdict::Pass);
    }
    let uses = uses(mail, context)?;
    if !uses.sends {
        return Ok(Verdict::not_applicable(format!("{domain} does not seem to send mail")));
    }
    let below = format!("_domainkey.{domain}");
    let answer = mail.answers.answer(&below, Rr::Txt).map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    if let Some(miss) = missed {
        return Ok(Verdict::inconclusive(miss));
    }
    if !matches!(answer, Answer::NoName) {
        let tried = mail.selectors.join(", ");
        return Ok(Verdict::inconclusive(Miss::Unsupported(format!(
            "none of the known selectors has a key, others may: {tried}; declare yours in gonogo.toml"
        ))));
    }
    Ok(Verdict::fail(
        Finding::new(format!("{domain} has no DKIM key: nothing exists below {below}"))
            .at(Place::dns(below, "TXT"))
            .fix("Turn DKIM on at each mail provider and publish the records that it shows."),
    ))
}
