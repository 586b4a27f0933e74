//! A mail host lists STARTTLS and then turns the command or the handshake down.
//!
//! Most senders then deliver in the clear, some not at all. The server has usually lost its certificate or key file, or speaks versions that no current client does.
//!
//! ## Fix
//!
//! Look into the log of the mail server while you try:
//! ```text
//! openssl s_client -starttls smtp -connect mx.example.com:25 </dev/null
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc3207#section-4>

use super::{conclude, each, sts_mode, unreached};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{MailServer, MailServers, Miss, Refusal},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/starttls-refused",
    title: "a mail host offers STARTTLS and cannot do it",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::MailServers], |seen, context| each(seen, context, judge)),
    source: include_str!("starttls_refused.rs"),
};

fn judge(servers: &MailServers, context: &Context<'_>) -> Verdict {
    if let Some(early) = unreached(servers, context) {
        return early;
    }
    let enforced = sts_mode(context) == Some("enforce");
    let (mut findings, mut missed) = (Vec::new(), None);
    for server in servers.exchangers.iter().chain(&servers.submission) {
        match fault(server) {
            Ok(None) => {}
            Err(miss) => missed = missed.or(Some(miss)),
            Ok(Some(fault)) => findings.push(
                Finding::new(format!("the mail server {} offers TLS, and {fault}", server.name()))
                    .severity(if enforced { Severity::Critical } else { Severity::High })
                    .confidence(Confidence::High)
                    .key(server.name())
                    .at(Place::endpoint(server.name()))
                    .fix("repair the certificate, key or TLS versions of the mail server"),
            ),
        }
    }
    conclude(findings, missed)
}

/// What went wrong for certain; a miss where nobody knows.
fn fault(server: &MailServer) -> Result<Option<String>, Miss> {
    // A server that could not be talked to is told about elsewhere.
    let Ok(dialogue) = server.dialogue.as_ref() else { return Ok(None) };
    match dialogue.starttls {
        Some(220) => {}
        Some(code) => return Ok(Some(format!("answers STARTTLS with {code}"))),
        None if server.port == 465 => {}
        None => return Ok(None),
    }
    let secured = server.secured.as_ref().map_err(Clone::clone)?;
    Ok(match &secured.refusal {
        None => None,
        Some(Refusal::Alert(name)) => Some(format!("refuses the handshake with the alert {name}")),
        Some(Refusal::OldVersion) => Some("speaks no TLS 1.2 or 1.3".to_owned()),
        Some(Refusal::PlainHttp) => Some("speaks HTTP in place of TLS".to_owned()),
    })
}
