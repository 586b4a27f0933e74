//! The DS record at the parent promises signatures that the zone does not have.
//!
//! For everybody behind a validating resolver (Google, Cloudflare, Quad9 and most providers) the domain does not exist: no site, no mail. It happens when the DNS host was changed and the DS was left, or when keys were changed without the registrar.
//!
//! gonogo says so only where two independent looks agree: two of the zone's servers, or one server and the resolver's own refusal.
//!
//! ## Fix
//!
//! Publish the DS of the key that signs now at the registrar, or remove the DS until the zone is signed. Ask yourself:
//! ```text
//! dig example.com DS
//! dig @ns1.example.net example.com DNSKEY +dnssec
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc4035#section-5>
//! - <https://www.rfc-editor.org/rfc/rfc6781#section-4>

use super::{Early, signed};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Answer, Delegation, Miss, Rr, Seen, Signed},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/dnssec-bogus",
    title: "DNSSEC that does not verify",
    station: Station::Domain,
    severity: Severity::Critical,
    confidence: Confidence::Medium,
    judge: Judge::Delegation(judge),
    source: include_str!("dnssec_bogus.rs"),
};

fn judge(delegation: &Delegation, context: &Context<'_>) -> Verdict {
    decide(delegation, context).unwrap_or_else(|early| early)
}

fn decide(delegation: &Delegation, context: &Context<'_>) -> Early<Verdict> {
    let zone = &delegation.zone;
    let dnssec = signed(delegation)?;
    // A DS that nobody can check leaves the zone unsigned, not broken (RFC 4035 section 5.2).
    if !dnssec.ds.iter().any(|ds| matches!(ds.algorithm, 8 | 10 | 13..=15) && matches!(ds.digest, 1 | 2 | 4))
    {
        return Ok(Verdict::inconclusive(Miss::Unsupported(format!("the algorithms of the DS of {zone}"))));
    }
    let now = context.now.as_second();
    let looks: Vec<(&String, Option<String>)> = dnssec
        .servers
        .iter()
        .filter_map(|(server, signed)| Some((server, fault(signed.got()?, now))))
        .collect();
    let broken: Vec<&(&String, Option<String>)> = looks.iter().filter(|(_, fault)| fault.is_some()).collect();
    let Some((server, Some(why))) = broken.first() else {
        let missed = dnssec.servers.values().find_map(|signed| signed.as_ref().err());
        return Ok(missed.map_or(Verdict::Pass, |miss| Verdict::inconclusive(miss.clone())));
    };
    let refused = resolver_refuses(context);
    if broken.len() < 2 && !refused {
        let why = format!("one server alone shows it: {server}: {why}");
        return Ok(Verdict::inconclusive(Miss::Malformed(why)));
    }
    let finding = Finding::new(format!("{zone} is bogus to everybody who checks DNSSEC: {why}"))
        .at(Place::dns(zone, "DS"))
        .confidence(Confidence::High)
        .evidence("servers", broken.iter().map(|(server, _)| server.as_str()).collect::<Vec<_>>().join(", "))
        .evidence("DS", dnssec.ds.iter().map(|ds| format!("{} {} {}", ds.tag, ds.algorithm, ds.digest)).collect::<Vec<_>>().join(", "))
        .fix("Publish the DS of the key that signs now at the registrar, sign the zone again, or remove the DS.");
    Ok(Verdict::fail(if refused { finding.evidence("resolver", "SERVFAIL") } else { finding }))
}

fn fault(signed: &Signed, now: i64) -> Option<String> {
    let tags: Vec<String> = signed.keys.iter().map(ToString::to_string).collect();
    if signed.keys.is_empty() {
        Some("there is a DS at the parent, but the zone has no keys".to_owned())
    } else if !signed.ds_fits {
        Some(format!("no DS at the parent fits a key of the zone ({})", tags.join(", ")))
    } else if !signed.keys_signed {
        Some("the keys are not signed by the key that the DS names".to_owned())
    } else if !signed.soa_signed {
        Some("the signature of the SOA does not verify".to_owned())
    } else {
        signed.until.filter(|until| *until < now).map(|_| "its signatures have expired".to_owned())
    }
}

/// Does the resolver answer with SERVFAIL, as one that validates must?
fn resolver_refuses(context: &Context<'_>) -> bool {
    let zone = context.seen.zones.get(context.subject).and_then(Seen::got);
    let answer: Option<Result<&Answer<String>, &Miss>> =
        zone.map(|zone| zone.answers.answer(context.subject, Rr::Soa));
    matches!(answer, Some(Err(Miss::Denied(why))) if why.ends_with("Server Failure"))
}
