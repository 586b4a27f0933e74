//! The TLSA records of a mail host fit none of the certificates it presents, or it presents none.
//!
//! Senders that follow DANE (Microsoft 365, most Postfix servers in Germany and the Netherlands, many authorities) do not deliver to such a host: the mail waits for days and comes back. It usually happens when a certificate was renewed with a new key and the DNS was not changed first.
//!
//! ## Fix
//!
//! Publish the record for the key in use now, and keep the old one until its TTL has passed; with the next key, publish first and install later:
//! ```text
//! _25._tcp.mx.example.com. TLSA 3 1 1 <SHA-256 of the public key>
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7672#section-3.1>
//! - <https://www.rfc-editor.org/rfc/rfc7671#section-8>

use super::{conclude, tlsa_sets};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        certificate::covers,
        dane::{Use, usable},
    },
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{MailServer, MailServers, Miss, Tlsa, TlsaSet},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dane-mismatch",
    title: "a TLSA record does not fit the certificate",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::Medium,
    judge: Judge::MailServers(judge),
    source: include_str!("dane_mismatch.rs"),
};

fn judge(servers: &MailServers, context: &Context<'_>) -> Verdict {
    let (sets, mut missed) = match tlsa_sets(servers, context) {
        Ok(sets) => sets,
        Err(early) => return early,
    };
    let (mut findings, mut looked) = (Vec::new(), false);
    for (server, set) in sets {
        match set.secure {
            Some(true) => {}
            Some(false) => continue,
            None => {
                missed = missed.or(Some(Miss::Unsupported(format!(
                    "whether DNSSEC proves {}: the resolver does not validate",
                    set.name
                ))));
                continue;
            }
        }
        let usable: Vec<&Tlsa> =
            set.records.iter().filter(|one| !matches!(usable(one), Use::None(_))).collect();
        if usable.is_empty() {
            continue;
        }
        looked = true;
        match fault(server, &usable, context) {
            Ok(Some(fault)) => findings.push(finding(server, set, &usable, &fault)),
            Ok(None) => {}
            Err(miss) => missed = missed.or(Some(miss)),
        }
    }
    if !looked && missed.is_none() {
        return Verdict::not_applicable("no TLSA record that senders use");
    }
    conclude(findings, missed)
}

/// Why senders with DANE do not deliver there.
fn fault(server: &MailServer, records: &[&Tlsa], context: &Context<'_>) -> Result<Option<String>, Miss> {
    let dialogue = server.dialogue.as_ref().map_err(Clone::clone)?;
    if dialogue.starttls.is_none() {
        return Ok(Some("offers no STARTTLS although it has TLSA records".to_owned()));
    }
    let secured = server.secured()?;
    let leaf = secured.leaf()?;
    if records.iter().any(|one| one.fits.is_none()) {
        return Err(Miss::NotAsked);
    }
    let fitting: Vec<&&Tlsa> = records.iter().filter(|one| one.fits == Some(true)).collect();
    if fitting.is_empty() {
        return Ok(Some("presents a certificate that fits none of its TLSA records".to_owned()));
    }
    // Names and dates count for an anchor and not for the server's own key (RFC 7672 section 3.1).
    if fitting.iter().any(|one| usable(one) == Use::Leaf) {
        return Ok(None);
    }
    let dated = leaf.not_before <= context.now && context.now <= leaf.not_after;
    Ok(match (covers(leaf, &server.host), dated) {
        (true, true) => None,
        (false, _) => {
            Some("presents a certificate for another name than its TLSA record of usage 2 needs".to_owned())
        }
        (true, false) => Some("presents a certificate that is out of date".to_owned()),
    })
}

fn finding(server: &MailServer, set: &TlsaSet, records: &[&Tlsa], fault: &str) -> Finding {
    let shown: Vec<String> = records.iter().map(|one| one.shown()).collect();
    let finding = Finding::new(format!("the mail host {} {fault}: senders that follow DANE do not deliver", server.host))
        .confidence(Confidence::High)
        .key(server.host.as_str())
        .at(Place::dns(&set.name, "TLSA"))
        .at(Place::endpoint(server.name()))
        .evidence("records", shown.join("\n"))
        .fix("publish the TLSA record of the key in use, and from now on publish the next key's record before installing it");
    match server.secured.got().and_then(|secured| secured.association.as_ref()) {
        Some(data) => finding.patch(Patch::Dns {
            name: set.name.clone(),
            record: "TLSA".to_owned(),
            values: vec![format!("3 1 1 {data}")],
        }),
        None => finding,
    }
}
