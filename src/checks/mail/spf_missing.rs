//! The domain has no SPF record.
//!
//! Gmail, Yahoo and Microsoft reject or junk mail from senders without SPF or DKIM, so sign-up and receipt mails do not arrive; and anybody can send mail in the domain's name.
//!
//! ## Fix
//!
//! Publish one TXT record that names your senders, or that nobody sends:
//! ```text
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! example.com. TXT "v=spf1 -all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-3>
//! - <https://support.google.com/a/answer/81126>

use std::collections::BTreeSet;

use super::{Early, get, hosts, return_path, txt, uses};
use crate::{
    checks::{Check, Context, Judge},
    engine::{name::registrable, senders::by_mx, spf},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-missing",
    title: "no SPF record",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_missing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let records = get(mail, domain, Rr::Txt)?;
    if !spf::select(records).is_empty() {
        return Ok(Verdict::Pass);
    }
    let uses = uses(mail, context)?;
    if let (false, Some(envelope)) = (uses.receives, return_path(mail, context)) {
        return Ok(Verdict::not_applicable(format!(
            "mail is sent from {envelope}, which has its own SPF record"
        )));
    }
    if !uses.sends && registrable(domain).is_some_and(|registered| registered != domain) {
        return Ok(Verdict::not_applicable(format!("the subdomain {domain} does not seem to send mail")));
    }
    let (record, severity) = if uses.sends {
        (proposed(mail, context), Severity::High)
    } else {
        ("v=spf1 -all".to_owned(), Severity::Medium)
    };
    let what = if uses.sends { "" } else { " although it does not seem to use mail" };
    Ok(Verdict::fail(
        Finding::new(format!("{domain} has no SPF record{what}"))
            .at(Place::dns(domain, "TXT"))
            .severity(severity)
            .evidence("TXT records", records.join("\n"))
            .fix(format!("Publish the TXT record \"{record}\" at {domain}."))
            .patch(txt(domain, record)),
    ))
}

/// A record for the senders that the MX hosts give away.
fn proposed(mail: &Mail, context: &Context<'_>) -> String {
    let hosts: Vec<String> = hosts(mail, context).unwrap_or_default().into_iter().map(|mx| mx.host).collect();
    let senders: BTreeSet<&str> = hosts
        .iter()
        .filter_map(|host| by_mx(host))
        .filter_map(|sender| Some(sender.spf.first()?.as_str()))
        .collect();
    let includes: Vec<String> = senders.into_iter().map(|name| format!("include:{name}")).collect();
    let terms = if includes.is_empty() { "mx".to_owned() } else { includes.join(" ") };
    format!("v=spf1 {terms} ~all")
}
