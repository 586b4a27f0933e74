//! Google, Yahoo and Microsoft ask every domain that sends to many people for SPF, DKIM and DMARC together.
//!
//! What is missing is found by checks of its own; this one says in a line whether the set is complete. Google and Microsoft mean whoever sends 5000 messages a day to their mailboxes. Reverse names of sending servers, and one-click unsubscription in marketing mail, show only in the messages themselves.
//!
//! ## Fix
//!
//! Publish an SPF record, a DKIM key of each sender and a DMARC record:
//! ```text
//! _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
//! ```
//!
//! ## References
//!
//! - <https://support.google.com/a/answer/81126>
//! - <https://senders.yahooinc.com/best-practices/>
//! - <https://techcommunity.microsoft.com/blog/microsoftdefenderforoffice365blog/strengthening-email-ecosystem-outlook%E2%80%99s-new-requirements-for-high%E2%80%90volume-senders/4399730>

use super::{Early, dmarc_record, get, return_path, selectors, traces, uses};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        senders::{Alignment, alignment},
        spf,
    },
    finding::{Confidence, Finding, Place, Severity},
    seen::{Answer, Mail, Miss, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/bulk-ready",
    title: "the rules for bulk senders are not met",
    station: Station::Mail,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    judge: Judge::Mail(judge),
    source: include_str!("bulk_ready.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    if !uses(mail, context)?.sends {
        return Ok(Verdict::not_applicable(format!("{domain} does not seem to send mail")));
    }
    let mut gaps = Vec::new();
    let own = spf::select(get(mail, domain, Rr::Txt)?).len();
    if own != 1 && return_path(mail, context).is_none() {
        gaps.push(if own == 0 { "no SPF record" } else { "more than one SPF record" });
    }
    let mut missed = None;
    let (keys, unanswered) = selectors(mail, context);
    if keys.is_empty() {
        let below = mail.answers.answer(&format!("_domainkey.{domain}"), Rr::Txt);
        match (unanswered, below) {
            (None, Ok(Answer::NoName)) => gaps.push("no DKIM key"),
            (Some(miss), _) => missed = Some(miss),
            (None, Err(miss)) => missed = Some(miss.clone()),
            (None, Ok(_)) => missed = Some(Miss::Unsupported("no known DKIM selector has a key".to_owned())),
        }
    }
    match dmarc_record(mail, context) {
        Ok(found) if found.record.policy.is_some() || !found.record.rua.is_empty() => {}
        Err(early @ Verdict::Inconclusive { .. }) => return Err(early),
        _ => gaps.push("no DMARC policy"),
    }
    let (gathered, used) = traces(mail, context);
    let unaligned: Vec<String> = used
        .iter()
        .filter(|one| matches!(alignment(one, &gathered.ground(domain)), Some(Alignment::Impossible { .. })))
        .map(|one| format!("mail of {} cannot align", one.sender.name))
        .collect();
    let mut gaps: Vec<String> = gaps.into_iter().map(str::to_owned).collect();
    gaps.extend(unaligned);
    if gaps.is_empty() {
        return Ok(missed.map_or(Verdict::Pass, Verdict::inconclusive));
    }
    Ok(Verdict::fail(
        Finding::new(format!(
            "{domain} does not meet the rules of Google, Yahoo and Microsoft for bulk senders: {}",
            gaps.join(", ")
        ))
        .at(Place::dns(domain, "TXT"))
        .fix("Publish what is missing before sending to many people."),
    ))
}
