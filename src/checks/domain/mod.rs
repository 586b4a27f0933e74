//! Checks of the station `domain`.

mod address_private;
mod apex_alias;
mod apex_no_address;
mod caa_missing;
mod caa_syntax;
mod caa_unanswered;
mod cname_chain;
mod cname_dangling;
mod cname_loop;
mod ipv6_missing;
mod no_such_domain;
mod ns_alias;
mod ns_few;
mod ns_missing;
mod ns_one_network;
mod ns_private;
mod ns_takeover;
mod ns_unresolved;
mod soa_missing;
mod soa_timers;
mod txt_secret;
mod wildcard;
mod wildcard_policy;
mod www_missing;

use super::{Check, Context};
use crate::{
    engine::name::purchasable,
    seen::{Answer, Miss, Rr, Zone},
    verdict::Verdict,
};

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &address_private::CHECK,
    &apex_alias::CHECK,
    &apex_no_address::CHECK,
    &caa_missing::CHECK,
    &caa_syntax::CHECK,
    &caa_unanswered::CHECK,
    &cname_chain::CHECK,
    &cname_dangling::CHECK,
    &cname_loop::CHECK,
    &ipv6_missing::CHECK,
    &no_such_domain::CHECK,
    &ns_alias::CHECK,
    &ns_few::CHECK,
    &ns_missing::CHECK,
    &ns_one_network::CHECK,
    &ns_private::CHECK,
    &ns_takeover::CHECK,
    &ns_unresolved::CHECK,
    &soa_missing::CHECK,
    &soa_timers::CHECK,
    &txt_secret::CHECK,
    &wildcard::CHECK,
    &wildcard_policy::CHECK,
    &www_missing::CHECK,
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
