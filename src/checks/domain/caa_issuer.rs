//! The CAA records do not allow the authority that issued the certificate in use.
//!
//! Everything works until the certificate is renewed: the authority must refuse then, usually weeks after the change that caused it, and the site goes down when the old certificate ends.
//!
//! ## Fix
//!
//! Add the authority, for a wildcard certificate also under `issuewild` where you have such records:
//! ```text
//! example.com. CAA 0 issue "letsencrypt.org"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8659#section-4>
//! - <https://letsencrypt.org/docs/caa/>

use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::{
        caa::{self, Policy},
        name::{is_within, parent},
    },
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Answer, Certificate, Miss, Observations, Rr, Verification, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/caa-issuer",
    title: "CAA forbids the authority of the served certificate",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Zone, Kind::Endpoint], judge),
    source: include_str!("caa_issuer.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    seen.zones
        .iter()
        .map(|(domain, zone)| {
            let verdict = match zone.as_ref() {
                Ok(zone) => of_domain(domain, zone, seen),
                Err(miss) => Verdict::inconclusive(miss.clone()),
            };
            (domain.clone(), verdict)
        })
        .collect()
}

/// Judges every endpoint whose host lies below the domain, and below no nearer audited one.
fn of_domain(domain: &str, zone: &Zone, seen: &Observations) -> Verdict {
    let nearest = |host: &str| {
        let owners = seen.zones.keys().filter(|zone| is_within(host, zone));
        owners.max_by_key(|zone| zone.len()).is_some_and(|owner| owner == domain)
    };
    let (mut findings, mut missed, mut looked) = (Vec::new(), None, false);
    for (subject, endpoint) in &seen.endpoints {
        let host = subject.rsplit_once(':').map_or(subject.as_str(), |(host, _)| host);
        if !nearest(host) {
            continue;
        }
        let endpoint = match endpoint.as_ref() {
            Ok(endpoint) => endpoint,
            Err(miss) => {
                missed = missed.or(Some(miss.clone()));
                continue;
            }
        };
        // CAA binds public authorities; a certificate that nobody trusts has its own finding.
        if endpoint.trust.got().is_some_and(|trust| !trust.public || trust.in_time != Verification::Trusted) {
            continue;
        }
        let found = endpoint.leaf().and_then(|leaf| contradiction(domain, host, zone, leaf));
        match found {
            Ok(finding) => {
                looked = true;
                findings.extend(finding);
            }
            Err(miss) => missed = missed.or(Some(miss)),
        }
    }
    match missed {
        Some(miss) if findings.is_empty() => Verdict::inconclusive(miss),
        _ if looked => Verdict::from_findings(findings),
        _ => Verdict::not_applicable(format!("no certificate below {domain} was seen")),
    }
}

fn contradiction(domain: &str, host: &str, zone: &Zone, leaf: &Certificate) -> Result<Option<Finding>, Miss> {
    let (owner, records) = relevant(domain, host, zone)?;
    let wildcard = !leaf.dns_names.iter().any(|name| name == host);
    let Policy::Only(allowed) = caa::policy(records, wildcard) else { return Ok(None) };
    let organisation = caa::organisation(&leaf.issuer).unwrap_or_default();
    let Some(issuer) = caa::issuer(organisation) else {
        let why = format!("which CAA name belongs to the authority `{}`", leaf.issuer);
        return Err(Miss::Unsupported(why));
    };
    if issuer.domains.iter().any(|name| allowed.contains(name)) {
        return Ok(None);
    }
    let who = if allowed.is_empty() { "nobody".to_owned() } else { allowed.join(", ") };
    let tag = if wildcard && records.iter().any(|record| record.contains("issuewild")) {
        "issuewild"
    } else {
        "issue"
    };
    let mut values = records.to_vec();
    values.push(format!("0 {tag} \"{}\"", issuer.domains.first().map_or("", String::as_str)));
    Ok(Some(
        Finding::new(format!(
            "the certificate of {host} comes from {organisation}, but CAA at {owner} allows {who}"
        ))
        .at(Place::dns(&owner, "CAA"))
        .key(host)
        .confidence(Confidence::High)
        .evidence("records", records.join("\n"))
        .evidence("issuer", leaf.issuer.as_str())
        .fix(format!("Allow {organisation} in CAA at {owner}, or have the certificate issued by {who}."))
        .patch(Patch::Dns { name: owner, record: "CAA".to_owned(), values }),
    ))
}

/// The records that an authority finds climbing from the host (RFC 8659 section 3). Names between
/// the host and the domain were not asked: only a CAA record of their own could change the answer.
fn relevant<'a>(domain: &str, host: &str, zone: &'a Zone) -> Result<(String, &'a [String]), Miss> {
    let mut name = Some(host);
    while let Some(current) = name {
        match zone.answers.answer(current, Rr::Caa) {
            Ok(Answer::Records(records)) => return Ok((current.to_owned(), records)),
            Err(Miss::NotAsked) if current != domain && is_within(current, domain) => {}
            Err(Miss::NotAsked) => break,
            Err(miss) => return Err(miss.clone()),
            Ok(_) => {}
        }
        name = parent(current);
    }
    Ok((domain.to_owned(), &[]))
}
