//! A DKIM selector is a CNAME to a name without a key.
//!
//! Mail signed with it counts as unsigned; if the target can be claimed, a stranger can publish a key and sign as you.
//!
//! ## Fix
//!
//! Finish the set-up at the sender, or remove the CNAME if you no longer use it.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6376#section-3.6.2.1>

use super::{conclude, is_free};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        name::{End, chain, purchasable},
        takeover,
    },
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dkim-dangling",
    title: "a DKIM CNAME leads nowhere",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dkim_dangling.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    let (mut findings, mut missed) = (Vec::new(), None);
    for selector in &mail.selectors {
        let name = format!("{selector}._domainkey.{}", context.subject);
        let target = mail.answers.get(&name, Rr::Cname).ok().and_then(|targets| targets.first());
        match (mail.answers.get(&name, Rr::Txt), target) {
            (Ok([]), Some(target)) => findings.push(
                dangling(mail, &name, target)
                    .at(Place::dns(&name, "CNAME"))
                    .key(name.as_str())
                    .fix(format!("Finish the set-up at the sender, or remove the CNAME at {name}."))
                    .patch(Patch::DnsRemove { name, record: "CNAME".to_owned() }),
            ),
            (Err(miss), _) => missed = missed.or(Some(miss.clone())),
            _ => {}
        }
    }
    conclude(findings, missed)
}

/// A key that a stranger can publish signs in the domain's name.
fn dangling(mail: &Mail, name: &str, target: &str) -> Finding {
    let end = chain(target, &mail.answers);
    let free = purchasable(end.last()).filter(|owner| is_free(mail, owner));
    let service = takeover::service(end.last()).filter(|service| service.nxdomain && end.end == End::NoName);
    match (free, service) {
        (Some(owner), _) => Finding::new(format!(
            "the DKIM selector {name} is a CNAME to {target}, and nobody has registered {owner}"
        ))
        .severity(Severity::Critical),
        (None, Some(service)) => Finding::new(format!(
            "the DKIM selector {name} is a CNAME to {target}, which anybody can claim at {}",
            service.name
        ))
        .severity(Severity::Critical),
        _ => Finding::new(format!("the DKIM selector {name} is a CNAME to {target}, which has no key")),
    }
}
