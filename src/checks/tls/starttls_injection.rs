//! The mail server keeps what it received in the clear behind STARTTLS and carries it out inside TLS.
//!
//! Somebody in the middle can put commands of his own in front of the client's: the beginning of a mail whose end is then the victim's login or message. The buffer must be thrown away when TLS begins (CVE-2011-0411 and, ten years later, NO STARTTLS). The probe is a NOOP, which changes nothing.
//!
//! ## Fix
//!
//! Update the mail server; Postfix has been safe since 2.8. Content filters in front of it count too.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc3207#section-4.2>
//! - <https://nostarttls.secvuln.info/>
//! - <https://www.postfix.org/CVE-2011-0411.html>

use super::{conclude, each, unreached};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{MailServers, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/starttls-injection",
    title: "a mail server acts on commands sent before TLS",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::MailServers], |seen, context| each(seen, context, judge)),
    source: include_str!("starttls_injection.rs"),
};

fn judge(servers: &MailServers, context: &Context<'_>) -> Verdict {
    if let Some(early) = unreached(servers, context) {
        return early;
    }
    let (mut findings, mut missed, mut looked) = (Vec::new(), None, false);
    for server in servers.exchangers.iter().chain(&servers.submission) {
        match server.injected.as_ref() {
            Ok(false) => looked = true,
            Ok(true) => findings.push(
                Finding::new(format!(
                    "the mail server {} carried out a command that was sent before TLS began",
                    server.name()
                ))
                .confidence(Confidence::High)
                .key(server.name())
                .at(Place::endpoint(server.name()))
                .evidence("sent", "STARTTLS, NOOP")
                .evidence("reply in TLS", "250")
                .fix("update the mail server, and any content filter in front of it"),
            ),
            Err(Miss::NotAsked) => {}
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    if findings.is_empty() && missed.is_none() && !looked {
        return Verdict::not_applicable("no mail server of the domain's own offers TLS");
    }
    conclude(findings, missed)
}
