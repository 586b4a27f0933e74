//! A mail host of the domain does not offer STARTTLS, so every mail to it travels in the clear.
//!
//! Anybody on the way can read and change it, password resets included. Gmail marks mail from and to such servers with a red padlock; senders that follow an MTA-STS policy in mode `enforce`, or DANE, do not deliver at all.
//!
//! If port 25 cannot be reached from where the audit runs, which is common at cloud providers and at home, this is undecided: run it from a server that may send mail.
//!
//! ## Fix
//!
//! Give the server a certificate and switch STARTTLS on:
//! ```text
//! smtpd_tls_security_level = may
//! smtpd_tls_chain_files = /etc/ssl/private/mx.pem
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc3207>
//! - <https://www.postfix.org/TLS_README.html#server_enable>

use super::{conclude, sts_mode};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::MailServers,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/starttls-missing",
    title: "a mail host takes mail in the clear only",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::MailServers(judge),
    source: include_str!("starttls_missing.rs"),
};

fn judge(servers: &MailServers, context: &Context<'_>) -> Verdict {
    if servers.exchangers.is_empty() {
        return Verdict::not_applicable(format!("{} has no mail host", context.subject));
    }
    let enforced = sts_mode(context) == Some("enforce");
    let (mut findings, mut missed) = (Vec::new(), None);
    for server in &servers.exchangers {
        let dialogue = match server.dialogue.as_ref() {
            Ok(dialogue) => dialogue,
            Err(miss) => {
                missed = missed.or(Some(miss.clone()));
                continue;
            }
        };
        if dialogue.offers("STARTTLS") {
            continue;
        }
        let lost = if enforced { ", and its MTA-STS policy tells senders not to deliver then" } else { "" };
        findings.push(
            Finding::new(format!(
                "the mail host {} of {} offers no STARTTLS{lost}",
                server.host, context.subject
            ))
            .severity(if enforced { Severity::Critical } else { Severity::High })
            .confidence(Confidence::High)
            .key(server.host.as_str())
            .at(Place::endpoint(server.name()))
            .evidence("capabilities", dialogue.capabilities.join(", "))
            .fix("switch STARTTLS on in the mail server")
            .patch(Patch::Snippet {
                language: "postfix".to_owned(),
                text: "smtpd_tls_security_level = may\nsmtpd_tls_chain_files = /etc/ssl/private/mx.pem\n"
                    .to_owned(),
            }),
        );
    }
    conclude(findings, missed)
}
