//! Checks of the station `domain`.

mod address_private;
mod address_stale;
mod apex_alias;
mod apex_mixed_hosts;
mod apex_no_address;
mod caa_contact;
mod caa_issuer;
mod caa_missing;
mod caa_parameters;
mod caa_syntax;
mod caa_unanswered;
mod caa_wildcard;
mod cname_chain;
mod cname_dangling;
mod cname_loop;
mod dnssec_algorithm;
mod dnssec_bogus;
mod dnssec_cds;
mod dnssec_denial;
mod dnssec_ds_digest;
mod dnssec_expiring;
mod dnssec_nsec3;
mod dnssec_servers_differ;
mod dnssec_unsigned;
mod glue_differs;
mod https_record;
mod idn_lookalike;
mod ipv6_missing;
mod no_such_domain;
mod ns_alias;
mod ns_edns;
mod ns_few;
mod ns_ipv6;
mod ns_lame;
mod ns_missing;
mod ns_one_network;
mod ns_parent_differs;
mod ns_private;
mod ns_takeover;
mod ns_tcp;
mod ns_unresolved;
mod open_recursion;
mod records_differ;
mod soa_missing;
mod soa_rname;
mod soa_serials;
mod soa_timers;
mod staging_public;
mod sub_delegation;
mod takeover;
mod ttl_extreme;
mod txt_dangling;
mod txt_secret;
mod wildcard;
mod wildcard_policy;
mod www_missing;
mod www_other_site;
mod zone_transfer;

use super::{Check, Context};
use crate::{
    engine::name::purchasable,
    finding::Patch,
    seen::{Answer, Delegation, Dnssec, Miss, Referral, Rr, Server, Zone},
    verdict::Verdict,
};

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &address_private::CHECK,
    &address_stale::CHECK,
    &apex_alias::CHECK,
    &apex_mixed_hosts::CHECK,
    &apex_no_address::CHECK,
    &caa_contact::CHECK,
    &caa_issuer::CHECK,
    &caa_missing::CHECK,
    &caa_parameters::CHECK,
    &caa_syntax::CHECK,
    &caa_unanswered::CHECK,
    &caa_wildcard::CHECK,
    &cname_chain::CHECK,
    &cname_dangling::CHECK,
    &cname_loop::CHECK,
    &dnssec_algorithm::CHECK,
    &dnssec_bogus::CHECK,
    &dnssec_cds::CHECK,
    &dnssec_denial::CHECK,
    &dnssec_ds_digest::CHECK,
    &dnssec_expiring::CHECK,
    &dnssec_nsec3::CHECK,
    &dnssec_servers_differ::CHECK,
    &dnssec_unsigned::CHECK,
    &glue_differs::CHECK,
    &https_record::CHECK,
    &idn_lookalike::CHECK,
    &ipv6_missing::CHECK,
    &no_such_domain::CHECK,
    &ns_alias::CHECK,
    &ns_edns::CHECK,
    &ns_few::CHECK,
    &ns_ipv6::CHECK,
    &ns_lame::CHECK,
    &ns_missing::CHECK,
    &ns_one_network::CHECK,
    &ns_parent_differs::CHECK,
    &ns_private::CHECK,
    &ns_takeover::CHECK,
    &ns_tcp::CHECK,
    &ns_unresolved::CHECK,
    &open_recursion::CHECK,
    &records_differ::CHECK,
    &soa_missing::CHECK,
    &soa_rname::CHECK,
    &soa_serials::CHECK,
    &soa_timers::CHECK,
    &staging_public::CHECK,
    &sub_delegation::CHECK,
    &takeover::CHECK,
    &ttl_extreme::CHECK,
    &txt_dangling::CHECK,
    &txt_secret::CHECK,
    &wildcard::CHECK,
    &wildcard_policy::CHECK,
    &www_missing::CHECK,
    &www_other_site::CHECK,
    &zone_transfer::CHECK,
];

/// A conclusion reached before the question itself arose.
type Early<T> = Result<T, Verdict>;

/// Does the domain exist at all? Where it does not, one check says so and the others have no question.
fn alive(zone: &Zone, domain: &str) -> Early<()> {
    let aliased = matches!(zone.answers.answer(domain, Rr::Cname), Ok(Answer::Records(_)));
    if !aliased && zone.answers.is_no_name(domain) {
        return Err(Verdict::not_applicable(format!("{domain} does not exist")));
    }
    Ok(())
}

/// The zone that the domain lies in, and its name servers.
fn servers<'a>(zone: &'a Zone, context: &Context<'_>) -> Early<(String, &'a [String])> {
    let domain = context.subject;
    alive(zone, domain)?;
    let own = get(zone, domain, Rr::Ns)?;
    match purchasable(domain) {
        Some(registered) if own.is_empty() && registered != domain => {
            let servers = get(zone, &registered, Rr::Ns)?;
            Ok((registered, servers))
        }
        _ => Ok((domain.to_owned(), own)),
    }
}

/// The records, or the verdict that they could not be had.
fn get<'a>(zone: &'a Zone, name: &str, rr: Rr) -> Early<&'a [String]> {
    zone.answers.get(name, rr).map_err(|miss| Verdict::inconclusive(miss.clone()))
}

/// Is it the name that somebody registered, and not a name below it?
fn is_registered_name(domain: &str) -> bool {
    purchasable(domain).is_none_or(|registered| registered == domain)
}

/// The names of the domain that visitors type: itself, and `www` where that is usual.
fn visited(domain: &str) -> Vec<String> {
    let mut names = vec![domain.to_owned()];
    if is_registered_name(domain) {
        names.push(format!("www.{domain}"));
    }
    names
}

/// The verdict on several names: what was found, else the first miss, else a pass.
fn conclude(findings: Vec<crate::finding::Finding>, missed: Option<Miss>) -> Verdict {
    match missed {
        Some(miss) if findings.is_empty() => Verdict::inconclusive(miss),
        _ => Verdict::from_findings(findings),
    }
}

/// The name servers that were asked directly; an early verdict where none answered.
fn asked(delegation: &Delegation) -> Early<&[Server]> {
    let zone = &delegation.zone;
    if let (true, Some(referral)) = (delegation.servers.is_empty(), delegation.referral.got()) {
        let why = if referral.servers.is_empty() {
            "is not delegated"
        } else {
            "has no name server with an address"
        };
        return Err(Verdict::not_applicable(format!("{zone} {why}")));
    }
    let heard = delegation.servers.iter().any(|server| server.reply().is_some());
    match unheard(&delegation.servers) {
        _ if heard => Ok(&delegation.servers),
        Some(miss) => Err(Verdict::inconclusive(miss)),
        None => Err(Verdict::inconclusive(Miss::NotAsked)),
    }
}

/// Why the first server that said nothing said nothing.
fn unheard(servers: &[Server]) -> Option<Miss> {
    let silent = servers.iter().find(|server| server.reply().is_none())?;
    silent.udp.as_ref().err().cloned()
}

/// The NS set without one of them.
fn ns_without(name: &str, servers: &[String], gone: &str) -> Patch {
    let values = servers.iter().filter(|server| *server != gone).map(|server| format!("{server}."));
    Patch::Dns { name: name.to_owned(), record: "NS".to_owned(), values: values.collect() }
}

/// What the parent hands out; an early verdict where it hands out nothing of its own.
fn delegated(delegation: &Delegation) -> Early<&Referral> {
    let referral = delegation.referral.as_ref().map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    let (zone, parent) = (&delegation.zone, &delegation.parent);
    if referral.shared {
        let why =
            format!("the servers of {parent} serve {zone} too, so what they hand out is the zone itself");
        return Err(Verdict::not_applicable(why));
    }
    if referral.servers.is_empty() {
        return Err(Verdict::not_applicable(format!("{parent} does not delegate {zone}")));
    }
    Ok(referral)
}

/// The names whose CNAMEs were followed.
fn followed(zone: &Zone, domain: &str) -> Vec<String> {
    let mut names = visited(domain);
    names.extend(zone.names.iter().filter(|name| !names.contains(name)).cloned().collect::<Vec<_>>());
    names
}

/// What is known of DNSSEC; an early verdict where the parent has no DS.
fn signed_by_parent(delegation: &Delegation) -> Early<&Dnssec> {
    let dnssec = delegation.dnssec.as_ref().map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    if dnssec.ds.is_empty() {
        return Err(Verdict::not_applicable(format!("{} is not signed", delegation.zone)));
    }
    Ok(dnssec)
}

/// What is known of the signatures; an early verdict where there are none or nobody handed them out.
fn signed(delegation: &Delegation) -> Early<&Dnssec> {
    let dnssec = signed_by_parent(delegation)?;
    if dnssec.servers.is_empty() {
        return Err(Verdict::inconclusive(unheard(&delegation.servers).unwrap_or(Miss::NotAsked)));
    }
    Ok(dnssec)
}
