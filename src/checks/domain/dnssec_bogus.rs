//! The DS record at the parent promises signatures that the zone does not have.
//!
//! For everybody behind a validating resolver (Google, Cloudflare, Quad9 and most providers) the domain does not exist: no site, no mail. It happens when the DNS host was changed and the DS was left, or when keys were changed without the registrar.
//!
//! gonogo verifies the chain itself, from IANA's keys of the root or from those given with `--trust-anchor`, and says "bogus" only where two independent looks agree: two of the zone's servers, one server and what the resolver hands out unchecked (the CD bit), or one look and the resolver's own refusal (SERVFAIL).
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
    seen::{Answer, Chain, Delegation, Dnssec, Miss, Rr, Seen, Standing},
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
    let refused = resolver_refuses(dnssec, context);
    match dnssec.chain.got() {
        Some(Chain { standing: Standing::Insecure, at, why, .. }) => {
            return Ok(Verdict::not_applicable(format!("{at} {why}, so nobody checks {zone}")));
        }
        Some(Chain { standing: Standing::Bogus, at, why, .. }) => {
            let why = format!("{at} {why}");
            return Ok(if refused { bogus(zone, dnssec, &why, &[], refused) } else { alone(&why) });
        }
        _ => {}
    }
    let now = context.now.as_second();
    let looks: Vec<(&str, Option<String>)> = dnssec
        .servers
        .iter()
        .filter_map(|(server, signed)| Some((server.as_str(), signed.got()?.fault(now))))
        .collect();
    let broken: Vec<&str> =
        looks.iter().filter(|(_, fault)| fault.is_some()).map(|(server, _)| *server).collect();
    let Some((server, Some(why))) = looks.iter().find(|(_, fault)| fault.is_some()) else {
        return Ok(sound(dnssec));
    };
    let carried = dnssec.resolver.got().and_then(|resolved| resolved.unchecked.got()?.fault(now)).is_some();
    let agreed = broken.len() >= 2 || refused || (carried && broken.len() == looks.len());
    Ok(if agreed { bogus(zone, dnssec, why, &broken, refused) } else { alone(&format!("{server}: {why}")) })
}

/// No server shows a fault: a pass where somebody has verified the way down to the zone too.
fn sound(dnssec: &Dnssec) -> Verdict {
    let vouched = dnssec.resolver.got().is_some_and(|resolved| resolved.authentic);
    let missed = dnssec.servers.values().find_map(|signed| signed.as_ref().err());
    let unproven = dnssec.chain.as_ref().err().filter(|_| !vouched);
    match (missed, unproven) {
        (None, Some(Miss::Unsupported(why))) => Verdict::inconclusive(Miss::Unsupported(format!(
            "the zone's own signatures verify, but {why}, and the resolver does not vouch for it either: name the \
             keys of your root with --trust-anchor FILE, or a resolver that validates with --resolver IP:PORT"
        ))),
        (Some(miss), _) | (None, Some(miss)) => Verdict::inconclusive(miss.clone()),
        (None, None) => Verdict::Pass,
    }
}

fn alone(why: &str) -> Verdict {
    Verdict::inconclusive(Miss::Malformed(format!("one look alone shows it: {why}")))
}

fn bogus(zone: &str, dnssec: &Dnssec, why: &str, broken: &[&str], refused: bool) -> Verdict {
    let ds: Vec<String> =
        dnssec.ds.iter().map(|ds| format!("{} {} {}", ds.tag, ds.algorithm, ds.digest)).collect();
    let mut finding = Finding::new(format!("{zone} is bogus to everybody who checks DNSSEC: {why}"))
        .at(Place::dns(zone, "DS"))
        .confidence(Confidence::High)
        .root("dnssec")
        .evidence("DS", ds.join(", "))
        .fix(remedy(why));
    if !broken.is_empty() {
        finding = finding.evidence("servers", broken.join(", "));
    }
    if let Some(chain) = dnssec.chain.got() {
        finding = finding.evidence("verified from", format!("the trust anchor of {}", chain.anchor));
    }
    Verdict::fail(if refused { finding.evidence("resolver", "SERVFAIL") } else { finding })
}

fn remedy(why: &str) -> &'static str {
    if why.contains("no DS at") || why.contains("no keys") {
        "Publish the DS of the key that signs now at the registrar, or remove the DS there until the zone is signed."
    } else if why.contains("expired") || why.contains("not valid yet") {
        "Find out why the signer stopped (or whose clock is wrong) and sign the zone again; until then, remove the DS at the registrar."
    } else {
        "Sign the whole zone again with the key that the DS names; until then, remove the DS at the registrar."
    }
}

/// Does the resolver answer with SERVFAIL, as one that validates must, though it has the records?
fn resolver_refuses(dnssec: &Dnssec, context: &Context<'_>) -> bool {
    let resolved = dnssec.resolver.got();
    if resolved.is_some_and(|resolved| resolved.code == "SERVFAIL" && resolved.unchecked.got().is_some()) {
        return true;
    }
    let zone = context.seen.zones.get(context.subject).and_then(Seen::got);
    let answer: Option<Result<&Answer<String>, &Miss>> =
        zone.map(|zone| zone.answers.answer(context.subject, Rr::Soa));
    matches!(answer, Some(Err(Miss::Denied(why))) if why.ends_with("Server Failure"))
}
