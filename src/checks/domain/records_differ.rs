//! The name servers give different mail or TXT records.
//!
//! Which answer a receiver gets is chance: mail goes to the old host now and then, and SPF passes or fails by the hour. It happens when a zone is edited at one of two DNS hosts, or when a transfer stopped. Looked at where the serials of the zone differ.
//!
//! ## Fix
//!
//! Edit the zone in one place and let the others copy it, or make the same change at each host.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc1034#section-4.3.5>
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-4.4>

use std::collections::BTreeMap;

use super::{asked, conclude};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf,
    finding::{Confidence, Finding, Place, Severity},
    seen::Delegation,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/records-differ",
    title: "name servers that give different records",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Delegation(judge),
    source: include_str!("records_differ.rs"),
};

fn judge(delegation: &Delegation, context: &Context<'_>) -> Verdict {
    if let Err(early) = asked(delegation) {
        return early;
    }
    let domain = context.subject;
    let (mut findings, mut missed) = (Vec::new(), None);
    for (kind, servers) in &delegation.versions {
        // By what they say: those who say it.
        let mut said: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (server, records) in servers {
            match records.as_ref() {
                Ok(records) => said.entry(judged(kind, records)).or_default().push(server),
                Err(miss) => missed = missed.or(Some(miss.clone())),
            }
        }
        if said.len() < 2 {
            continue;
        }
        let what = if kind == "TXT" { "SPF record" } else { "mail hosts" };
        let mut finding = Finding::new(
            format!("the name servers of {} give different {what}s for {domain}", delegation.zone)
                .replace("hostss", "hosts"),
        )
        .at(Place::dns(domain, kind))
        .key(kind.as_str())
        .fix("Bring the zone to the same version on every name server.");
        for (text, servers) in &said {
            let text = if text.is_empty() { "none" } else { text };
            finding = finding.evidence(servers.join(", "), text);
        }
        findings.push(finding);
    }
    conclude(findings, missed)
}

/// What counts: of TXT records the SPF ones, for the others come and go.
fn judged(kind: &str, records: &[String]) -> String {
    if kind == "TXT" { spf::select(records).join("\n") } else { records.join(", ") }
}
