//! A sender that is used is missing from the SPF record.
//!
//! It shows by its mail hosts, its DKIM key or its return path. Mail that is sent there fails SPF, and with a strict `all` or DMARC it is refused.
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

use super::{Early, policy, sends_nothing, traces, tree, txt, unseen};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        senders::{SenderKind, Trace, Used},
        spf::{Fetched, Mechanism},
    },
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-sender-missing",
    title: "SPF does not allow a sender that is used",
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
    // A verification record outlives the use; a mail host, a key or a return path does not.
    let (gathered, used) = traces(mail, context);
    if let Some(miss) = gathered.missed {
        return Ok(Verdict::inconclusive(miss));
    }
    let absent: Vec<&Used> = used
        .iter()
        .filter(|one| one.sender.needs_include() && !one.sender.is_allowed(&names))
        .filter(|one| one.traces.iter().any(|trace| is_use(one, trace)))
        .collect();
    let Some(first) = absent.first() else { return Ok(Verdict::Pass) };
    let includes: Vec<String> = absent
        .iter()
        .filter_map(|one| one.sender.spf.first())
        .map(|name| format!("include:{name}"))
        .collect();
    let traces: Vec<String> = absent
        .iter()
        .flat_map(|one| one.traces.iter().map(move |trace| format!("{}: {trace}", one.sender.name)))
        .collect();
    let who: Vec<&str> = absent.iter().map(|one| one.sender.name.as_str()).collect();
    let what = if first.traces.iter().any(|trace| matches!(trace, Trace::Mx(_))) {
        format!("the mailboxes of {domain} are at {}", who.join(" and "))
    } else {
        format!("{domain} sends with {}", who.join(" and "))
    };
    let fixed = text.replacen("v=spf1", &format!("v=spf1 {}", includes.join(" ")), 1);
    Ok(Verdict::fail(
        Finding::new(format!("{what}, which its SPF record does not allow"))
            .at(Place::dns(domain, "TXT"))
            .evidence("record", text.as_str())
            .evidence("seen", traces.join(", "))
            .fix(format!("Add `{}`: \"{fixed}\".", includes.join(" ")))
            .patch(txt(domain, fixed)),
    ))
}

/// A mailbox provider's host, or a sender's key or return path.
fn is_use(used: &Used, trace: &Trace) -> bool {
    match trace {
        Trace::Mx(_) => used.sender.kind == SenderKind::Mailbox,
        Trace::Key(_) | Trace::Bounce(_) => true,
        Trace::Spf(_) | Trace::Verification(_) => false,
    }
}
