//! The sender's address in production is on a domain that is not the product's own.
//!
//! Mail is accepted when SPF or DKIM vouch for the domain in the From address. Nobody can sign for
//! `gmail.com` but Google, and a provider's trial domain reaches only its own account: receipts and
//! password resets arrive in spam, or nowhere.
//!
//! ## Fix
//!
//! Send from a domain of the product, and publish the provider's records for it:
//! ```text
//! MAIL_FROM=Acme <hello@example.com>
//! ```
//!
//! ## References
//!
//! - <https://support.google.com/a/answer/81126>
//! - <https://resend.com/docs/dashboard/domains/introduction>

use super::{at, conclude, is_below, key, site_of};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/mail-sender-unaligned",
    title: "mail is sent from a domain that is not the product",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("mail_sender_unaligned.rs"),
};

fn judge(environments: &Environments, context: &Context<'_>) -> Verdict {
    let own: Vec<&str> = context.target.domains.iter().map(|domain| domain.name.as_str()).collect();
    let senders = environments
        .facts
        .iter()
        .filter(|fact| fact.is_sender() && matches!(fact.stage, Stage::Production | Stage::Any));
    let findings = senders.filter_map(|fact| {
        let Value::Mailbox(domain) = &fact.value else { return None };
        let (what, severity) = fault(domain, &own).filter(|(_, severity)| {
            // The default file holds for production only where nothing overrides it. What is written into
            // code holds everywhere, but mail that leaves through Gmail may well be from there.
            match (fact.code, fact.stage) {
                (true, _) => *severity != Severity::Medium,
                (false, Stage::Production) => true,
                (false, _) => *severity >= Severity::High,
            }
        })?;
        Some(
            Finding::new(if fact.code {
                format!("{} sends mail from {domain}, {what}", fact.path)
            } else {
                format!("{} in {} sends from {domain}, {what}", fact.name, fact.path)
            })
            .at(at(fact))
            .key(if fact.code { format!("{} {}", key(fact), fact.line) } else { key(fact) })
            .severity(if fact.stage == Stage::Production { severity } else { severity.min(Severity::Medium) })
            .fix(format!(
                "Set {} to an address on a domain of the product.",
                if fact.code { "the sender" } else { &fact.name }
            )),
        )
    });
    conclude(findings.collect(), environments)
}

fn fault(domain: &str, own: &[&str]) -> Option<(String, Severity)> {
    const TRIAL: &[&str] = &["resend.dev", "mailgun.org", "sandboxmail.io"];
    const FREE: &[&str] = &[
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "yahoo.com",
        "icloud.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "proton.me",
        "protonmail.com",
        "live.com",
        "yandex.ru",
        "mail.ru",
        "qq.com",
    ];
    if TRIAL.iter().any(|trial| is_below(domain, trial)) {
        return Some((
            "a provider's domain for trials, which reaches only its own account".to_owned(),
            Severity::High,
        ));
    }
    if FREE.contains(&domain) {
        return Some(("for which only its own servers may send".to_owned(), Severity::Medium));
    }
    let is_own = own.is_empty() || own.iter().any(|known| is_below(domain, site_of(known)));
    (!is_own).then(|| (format!("which is not among the audited domains: {}", own.join(", ")), Severity::Low))
}
