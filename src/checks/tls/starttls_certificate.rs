//! The certificate of a mail host is expired, untrusted, or for another name.
//!
//! Between servers TLS is opportunistic, so most mail still comes through, unprotected against anybody who can stand in the middle. With an MTA-STS policy in mode `enforce`, senders such as Gmail and Outlook do not deliver: mail is lost. On submission ports people's mail programs show a warning or refuse.
//!
//! ## Fix
//!
//! Give the mail server a certificate of a public authority for the name in the MX record, and renew it automatically:
//! ```text
//! certbot certonly --standalone -d mx.example.com --deploy-hook 'systemctl reload postfix'
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8461#section-4.2>
//! - <https://www.rfc-editor.org/rfc/rfc8314#section-3>

use super::{conclude, each, sts_mode, unreached};
use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::{certificate::covers, dane},
    finding::{Confidence, Finding, Place, Severity},
    seen::{MailServer, MailServers, Miss, Secured, Verification},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/starttls-certificate",
    title: "a mail server presents a certificate that does not verify",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::MailServers], |seen, context| each(seen, context, judge)),
    source: include_str!("starttls_certificate.rs"),
};

fn judge(servers: &MailServers, context: &Context<'_>) -> Verdict {
    if let Some(early) = unreached(servers, context) {
        return early;
    }
    let (mut findings, mut missed, mut looked) = (Vec::new(), None, false);
    for server in servers.exchangers.iter().chain(&servers.submission) {
        // No dialogue and no STARTTLS are told about elsewhere; so is a refused handshake.
        let Some(secured) = server.dialogue.got().map(|_| &server.secured) else { continue };
        let secured = match secured.as_ref() {
            Ok(secured) if secured.refusal.is_none() => secured,
            Ok(_) | Err(Miss::NotAsked) => continue,
            Err(miss) => {
                missed = missed.or(Some(miss.clone()));
                continue;
            }
        };
        looked = true;
        match fault(server, secured, context) {
            Ok(Some(fault)) => findings.extend(finding(server, secured, &fault, context)),
            Ok(None) => {}
            Err(miss) => missed = missed.or(Some(miss)),
        }
    }
    if !looked && missed.is_none() {
        return Verdict::not_applicable("no mail server completed a handshake");
    }
    conclude(findings, missed)
}

fn fault(server: &MailServer, secured: &Secured, context: &Context<'_>) -> Result<Option<String>, Miss> {
    let leaf = secured.leaf()?;
    let trust = secured.trust.as_ref().map_err(Clone::clone)?;
    Ok(if context.now > leaf.not_after {
        Some(format!("expired on {}", leaf.not_after))
    } else if !covers(leaf, &server.host) {
        let names = leaf.dns_names.join(", ");
        Some(format!("is for {}", if names.is_empty() { "no name at all" } else { &names }))
    } else if trust.now != Verification::Trusted {
        Some(if leaf.self_issued { "is self-signed" } else { "leads to no trusted root" }.to_owned())
    } else {
        None
    })
}

fn finding(server: &MailServer, secured: &Secured, fault: &str, context: &Context<'_>) -> Option<Finding> {
    let submission = server.port != 25;
    // Usable TLSA records take the place of names and authorities (RFC 7672 section 3.1).
    let pinned = server.tlsa.got().is_some_and(|set| {
        set.secure == Some(true)
            && set.records.iter().any(|one| !matches!(dane::usable(one), dane::Use::None(_)))
    });
    let mode = sts_mode(context);
    if pinned && !submission && mode != Some("enforce") {
        return None;
    }
    let (severity, so) = match mode {
        _ if submission => (Severity::High, "mail programs warn or refuse"),
        Some("enforce") => (Severity::Critical, "senders that follow the MTA-STS policy do not deliver"),
        Some("testing") => (Severity::Medium, "its MTA-STS policy cannot be enforced"),
        _ => (Severity::Low, "an attacker in the middle goes unnoticed"),
    };
    Some(
        Finding::new(format!("the certificate of the mail server {} {fault}: {so}", server.name()))
            .severity(severity)
            .key(server.name())
            .at(Place::endpoint(server.name()))
            .evidence("issuer", secured.leaf().map_or_else(|_| String::new(), |leaf| leaf.issuer.clone()))
            .evidence("MTA-STS mode", mode.unwrap_or("none"))
            .fix(format!(
                "install a certificate of a public authority for {} and renew it automatically",
                server.host
            )),
    )
}
