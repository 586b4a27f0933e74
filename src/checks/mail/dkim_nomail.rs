//! The domain has nothing to do with mail, and does not say that it signs nothing.
//!
//! SPF and DMARC refuse forged mail already. An empty key at every selector closes the last way: a key that somebody slips in, or one that was left behind, no longer vouches for anything.
//!
//! ## Fix
//!
//! Publish a wildcard with an empty key:
//! ```text
//! *._domainkey.example.com. TXT "v=DKIM1; p="
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6376#section-3.6.1>
//! - <https://www.rfc-editor.org/rfc/rfc4592#section-2.1>

use super::{Early, selectors, txt, uses};
use crate::{
    checks::{Check, Context, Judge},
    engine::dkim,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Answer, Mail, NO_SUCH_LABEL, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dkim-nomail",
    title: "a domain without mail does not deny its DKIM keys",
    station: Station::Mail,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dkim_nomail.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    if !uses(mail, context)?.refuses {
        return Ok(Verdict::not_applicable(format!("{domain} seems to use mail")));
    }
    let live = |text: &&str| dkim::parse(text).key != dkim::Key::Revoked;
    if let Some(found) = selectors(mail, context).0.iter().find(|found| found.txt.iter().any(live)) {
        let why = format!("{} has a key, so something signs mail after all", found.name);
        return Ok(Verdict::not_applicable(why));
    }
    let below = format!("_domainkey.{domain}");
    let missed = |miss: &crate::seen::Miss| Verdict::inconclusive(miss.clone());
    let answer = mail.answers.answer(&below, Rr::Txt).map_err(missed)?;
    // Above a wildcard there is at least an empty name (RFC 4592 section 2.2.2).
    if !matches!(answer, Answer::NoName) {
        let any = format!("{NO_SUCH_LABEL}.{below}");
        let answer = mail.answers.get(&any, Rr::Txt).map_err(missed)?;
        if answer.iter().any(|text| dkim::is_key(text)) {
            return Ok(Verdict::Pass);
        }
    }
    let (name, value) = (format!("*.{below}"), "v=DKIM1; p=");
    Ok(Verdict::fail(
        Finding::new(format!("{domain} does not use mail but lacks `{value}` at {name}"))
            .at(Place::dns(&name, "TXT"))
            .root("nomail")
            .fix(format!("Publish the TXT record \"{value}\" at {name}."))
            .patch(txt(&name, value)),
    ))
}
