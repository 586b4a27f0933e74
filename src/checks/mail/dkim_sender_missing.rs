//! A sender is used, but none of the selectors that it always uses has a key.
//!
//! Its mail is not signed in your name. Forwarded mail then fails DMARC, and Gmail and Yahoo ask every bulk sender for DKIM.
//!
//! ## Fix
//!
//! Turn DKIM on at the sender and publish the records that it shows, for Microsoft 365 for example:
//! ```text
//! selector1._domainkey.example.com. CNAME selector1-example-com._domainkey.contoso.onmicrosoft.com.
//! selector2._domainkey.example.com. CNAME selector2-example-com._domainkey.contoso.onmicrosoft.com.
//! ```
//!
//! ## References
//!
//! - <https://learn.microsoft.com/defender-office-365/email-authentication-dkim-configure>
//! - <https://www.rfc-editor.org/rfc/rfc6376>

use super::{Early, conclude, traces, uses};
use crate::{
    checks::{Check, Context, Judge},
    engine::senders::{SenderKind, Trace, Used},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dkim-sender-missing",
    title: "a sender without its DKIM key",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Mail(judge),
    source: include_str!("dkim_sender_missing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    if !uses(mail, context)?.sends {
        return Ok(Verdict::not_applicable(format!("{domain} does not seem to send mail")));
    }
    let (gathered, used) = traces(mail, context);
    if gathered.no_keys {
        return Ok(Verdict::not_applicable("there is no DKIM key at all, which mail/dkim-missing judges"));
    }
    let mut missed = gathered.missed.clone();
    let mut findings = Vec::new();
    for one in &used {
        let sender = one.sender;
        // A forwarder signs with its own domain; an include or a verification alone proves no use.
        let sends = one.traces.iter().any(|trace| !matches!(trace, Trace::Verification(_) | Trace::Spf(_)));
        if !sends
            || !sender.fixed_selectors
            || sender.kind == SenderKind::Forwarding
            || sender.selectors.is_empty()
        {
            continue;
        }
        let has_key = sender.selectors.iter().any(|own| gathered.keys.iter().any(|(key, _)| key == own));
        let unanswered = sender.selectors.iter().find(|own| gathered.keyless.binary_search(own).is_err());
        match unanswered {
            _ if has_key => {}
            Some(own) => missed = missed.or_else(|| miss_of(mail, own, domain)),
            None => findings.push(
                Finding::new(format!(
                    "{domain} uses {}, but none of its DKIM selectors ({}) has a key",
                    sender.name,
                    sender.selectors.join(", ")
                ))
                .at(Place::dns(format!("{}._domainkey.{domain}", sender.selectors[0]), "TXT"))
                .key(sender.id.as_str())
                .confidence(confidence(one))
                .evidence(
                    "seen of it",
                    one.traces.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                )
                .fix(format!(
                    "Turn on DKIM for {domain} at {} and publish the records that it shows.",
                    sender.name
                )),
            ),
        }
    }
    Ok(conclude(findings, missed))
}

/// A return path on servers that several products share may be another one's.
fn confidence(used: &Used) -> Confidence {
    let only_bounces = used.traces.iter().all(|trace| matches!(trace, Trace::Bounce(_)));
    if used.sender.through.is_some() && only_bounces { Confidence::Low } else { Confidence::Medium }
}

fn miss_of(mail: &Mail, selector: &str, domain: &str) -> Option<crate::seen::Miss> {
    let name = format!("{selector}._domainkey.{domain}");
    mail.answers.get(&name, crate::seen::Rr::Txt).err().cloned()
}
