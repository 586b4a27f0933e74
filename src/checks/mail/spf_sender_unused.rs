//! The SPF record allows a sender of which there is no other trace.
//!
//! Each include costs lookups, of which receivers make ten, and lets every customer of that sender pass SPF in your name. An include that stayed after a move is worth nothing.
//!
//! ## Fix
//!
//! Remove the include once you know that nobody sends there any more:
//! ```text
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4>

use super::{Early, dmarc_record, policy, traces, tree, txt, unseen, uses, without};
use crate::{
    checks::{Check, Context, Judge},
    engine::senders::{Alignment, SenderKind, Trace, alignment},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-sender-unused",
    title: "SPF allows a sender that nothing else shows",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::Low,
    judge: Judge::Mail(judge),
    source: include_str!("spf_sender_unused.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (text, _) = policy(mail, context)?;
    let tree = tree(mail, context)?;
    let (gathered, used) = traces(mail, context);
    if let Some(miss) = unseen(&tree).or_else(|| gathered.missed.clone()) {
        return Ok(Verdict::inconclusive(miss));
    }
    // Where DMARC applies, mail/dmarc-alignment speaks of a sender whose mail must fail it.
    let told = dmarc_record(mail, context).is_ok() && uses(mail, context).is_ok_and(|uses| uses.sends);
    let ground = gathered.ground(domain);
    let findings = used.iter().filter(|one| {
        if told && matches!(alignment(one, &ground), Some(Alignment::Impossible { .. })) {
            return false;
        }
        let sender = one.sender;
        let asked = |own: &String| gathered.keyless.binary_search(own).is_ok();
        // Without a selector that could be asked, a missing key says nothing.
        let silent = gathered.no_keys
            || !sender.selectors.is_empty()
                && sender.selector_patterns.is_empty()
                && sender.selectors.iter().all(asked);
        let begun = sender.selectors.iter().any(|own| gathered.pending.contains(own));
        let elsewhere = sender.kind != SenderKind::Mailbox || !gathered.mx.is_empty();
        silent && elsewhere && !begun && one.traces.iter().all(|trace| matches!(trace, Trace::Spf(_)))
    });
    let findings = findings.filter_map(|one| {
        let Some(Trace::Spf(name)) = one.traces.first() else { return None };
        let node = tree.nodes().into_iter().find(|node| node.domain == *name)?;
        let term = node.via.as_str();
        let cost = 1 + node.total();
        let finding = Finding::new(format!(
            "the SPF record of {domain} allows {} (`{term}`), of which there is no mail host, key, return path or other record",
            one.sender.name
        ))
        .at(Place::dns(domain, "TXT"))
        .key(one.sender.id.as_str())
        .evidence("record", text.as_str())
        .evidence("lookups it costs", cost.to_string())
        .fix(format!("Remove `{term}` if nobody sends with {} any more.", one.sender.name));
        let own = text.split(' ').any(|word| word == term);
        Some(if own { finding.patch(txt(domain, without(&text, term))) } else { finding })
    });
    Ok(Verdict::from_findings(findings.collect()))
}
