//! The domain's mailboxes are at a provider that its SPF record does not allow.
//!
//! Mail that people write there fails SPF, and with a strict `all` or DMARC it is refused.
//!
//! ## Fix
//!
//! Add the include of the provider:
//! ```text
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-5.2>
//! - <https://support.google.com/a/answer/33786>

use super::{Early, hosts, policy, sends_nothing, tree, txt, unseen};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        senders::{SenderKind, by_mx},
        spf::{Fetched, Mechanism},
    },
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-sender-missing",
    title: "SPF does not allow the mailbox provider",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Mail(judge),
    source: include_str!("spf_sender_missing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let tree = tree(mail, context)?;
    let (text, record) = policy(mail, context)?;
    if let Some(miss) = unseen(&tree) {
        return Ok(Verdict::inconclusive(miss));
    }
    // Addresses and macros can stand for a provider in ways that are not seen here.
    let hidden = record.evaluated().any(|(_, _, mechanism)| {
        matches!(
            mechanism,
            Mechanism::Ip4(..) | Mechanism::Ip6(..) | Mechanism::Exists(_) | Mechanism::Ptr(_)
        )
    }) || tree.nodes().iter().any(|node| matches!(node.fetched, Fetched::Unknown));
    if hidden || sends_nothing(&text) {
        return Ok(Verdict::not_applicable("the record names addresses or macros, or allows nobody"));
    }
    let names: Vec<String> = tree.nodes().iter().skip(1).map(|node| node.domain.clone()).collect();
    let absent = hosts(mail, context)?.iter().filter_map(|mx| by_mx(&mx.host)).find(|sender| {
        sender.kind == SenderKind::Mailbox && !sender.spf.is_empty() && !sender.is_allowed(&names)
    });
    let (Some(sender), Some(include)) = (absent, absent.and_then(|sender| sender.spf.first())) else {
        return Ok(Verdict::Pass);
    };
    let fixed = text.replacen("v=spf1", &format!("v=spf1 include:{include}"), 1);
    Ok(Verdict::fail(
        Finding::new(format!(
            "the mailboxes of {domain} are at {}, which its SPF record does not allow",
            sender.name
        ))
        .at(Place::dns(domain, "TXT"))
        .evidence("record", text.as_str())
        .fix(format!("Add `include:{include}`: \"{fixed}\"."))
        .patch(txt(domain, fixed)),
    ))
}
