//! The question for a mail host's TLSA records is answered with an error.
//!
//! A sender that follows DANE asks it of every mail host whose addresses DNSSEC proves. While the answer is an error it cannot tell whether there are records, and must not send: the mail waits, and bounces after some days. Other senders notice nothing, so it stays unnoticed for long. Usual causes are a name server that gives wrong proofs that a name does not exist, and a firewall that drops record types it does not know.
//!
//! ## Fix
//!
//! Ask the question yourself, with and without verification, and mend or replace the name server:
//! ```text
//! dig +dnssec _25._tcp.mx.example.com TLSA
//! dig +cd _25._tcp.mx.example.com TLSA
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7672#section-2.1.2>
//! - <https://www.rfc-editor.org/rfc/rfc7672#section-2.2>

use super::conclude;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{MailServer, MailServers, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dane-denial",
    title: "the question for TLSA records fails",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::Medium,
    judge: Judge::MailServers(judge),
    source: include_str!("dane_denial.rs"),
};

fn judge(servers: &MailServers, context: &Context<'_>) -> Verdict {
    if servers.exchangers.is_empty() {
        return Verdict::not_applicable(format!("{} has no mail host", context.subject));
    }
    let (mut findings, mut missed) = (Vec::new(), None);
    for server in &servers.exchangers {
        match server.tlsa.as_ref() {
            Ok(_) => {}
            Err(Miss::Denied(why)) => match server.addresses_secure.as_ref() {
                Ok(Some(true)) => findings.push(finding(server, why)),
                // Nobody asks for TLSA records of a host whose addresses are not proven.
                Ok(Some(false)) => {}
                Ok(None) => missed = missed.or_else(|| Some(unproven(server))),
                Err(miss) => missed = missed.or_else(|| Some(miss.clone())),
            },
            Err(miss) => missed = missed.or_else(|| Some(miss.clone())),
        }
    }
    conclude(findings, missed)
}

fn finding(server: &MailServer, why: &str) -> Finding {
    let name = format!("_{}._tcp.{}", server.port, server.host);
    Finding::new(format!(
        "the resolver proves the addresses of {} and fails on its TLSA records, so senders that follow DANE cannot deliver",
        server.host
    ))
    .key(server.host.as_str())
    .at(Place::dns(&name, "TLSA"))
    .evidence("answer", why)
    .fix(format!(
        "Ask `dig +dnssec {name} TLSA` at each name server, and have the one mended that answers with an error or without proof."
    ))
}

fn unproven(server: &MailServer) -> Miss {
    Miss::Unsupported(format!(
        "whether DNSSEC proves the addresses of {}: the resolver does not validate",
        server.host
    ))
}
