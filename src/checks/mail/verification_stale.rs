//! A TXT record proves the domain to a sender of which there is no other trace.
//!
//! Such a record lets whoever holds the account there go on using the domain, also after you left. It is harmless while the account is yours, and forgotten when the account is not. Only services that leave other traces where they are in use are judged.
//!
//! ## Fix
//!
//! Remove the domain at the service first, then the record:
//! ```text
//! example.com. TXT "zoho-verification=…" (remove)
//! ```
//!
//! ## References
//!
//! - <https://datatracker.ietf.org/doc/draft-ietf-dnsop-domain-verification-techniques/>

use super::{Early, conclude, get, traces};
use crate::{
    checks::{Check, Context, Judge},
    engine::senders::{SenderKind, Trace},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/verification-stale",
    title: "a verification record of a sender that is not used",
    station: Station::Mail,
    severity: Severity::Info,
    confidence: Confidence::Low,
    judge: Judge::Mail(judge),
    source: include_str!("verification_stale.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    get(mail, domain, Rr::Txt)?;
    let (gathered, used) = traces(mail, context);
    let asked = |own: &String| gathered.keyless.binary_search(own).is_ok();
    let findings = used.iter().filter_map(|one| {
        let sender = one.sender;
        let [Trace::Verification(start)] = one.traces.as_slice() else { return None };
        // What verifies a domain for other purposes too (sign-in, devices) proves no mail.
        let mail_alone = !["MS=ms", "apple-domain=", "firebase=", "stripe-verification="].contains(&start.as_str());
        let keyless = gathered.no_keys
            || !sender.selectors.is_empty() && sender.selector_patterns.is_empty() && sender.selectors.iter().all(asked);
        let elsewhere = sender.kind != SenderKind::Mailbox || !gathered.mx.is_empty();
        (mail_alone && keyless && elsewhere).then(|| {
            Finding::new(format!(
                "a TXT record of {domain} (`{start}…`) proves it to {}, of which there is no mail host, key, return path or SPF include",
                sender.name
            ))
            .at(Place::dns(domain, "TXT"))
            .key(sender.id.as_str())
            .fix(format!("If {} is not used any more, remove the domain there and then the record.", sender.name))
        })
    });
    Ok(conclude(findings.collect(), gathered.missed.clone()))
}
