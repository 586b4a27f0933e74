//! The MX records name the hosts of two mailbox providers.
//!
//! That is a left-over of a move: part of the mail still goes to the old provider, where nobody reads it any more.
//!
//! ## Fix
//!
//! Remove the MX records of the provider that you left.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5321#section-5.1>

use std::collections::BTreeMap;

use super::{Early, hosts};
use crate::{
    checks::{Check, Context, Judge},
    engine::senders::{SenderKind, by_mx},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mx-mixed",
    title: "mail hosts of two mailbox providers",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Mail(judge),
    source: include_str!("mx_mixed.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let mut providers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for mx in hosts(mail, context)? {
        let known = by_mx(&mx.host)
            .filter(|sender| matches!(sender.kind, SenderKind::Mailbox | SenderKind::Forwarding));
        if let Some(sender) = known {
            providers.entry(&sender.name).or_default().push(mx.host);
        }
    }
    if providers.len() < 2 {
        return Ok(Verdict::Pass);
    }
    let names: Vec<&str> = providers.keys().copied().collect();
    let finding = Finding::new(format!("mail for {domain} goes to {}", names.join(" and to ")))
        .at(Place::dns(domain, "MX"))
        .fix("Remove the MX records of the provider that you left.");
    let with_hosts =
        providers.iter().fold(finding, |finding, (name, hosts)| finding.evidence(*name, hosts.join(", ")));
    Ok(Verdict::fail(with_hosts))
}
