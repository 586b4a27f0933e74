//! A server with TLS 1.3 does not mark its answers under older versions.
//!
//! A server that could have spoken TLS 1.3 writes so into the random value of an older answer, which is signed: a client notices that somebody on the way pushed the two down. Where the mark is missing, the protection is too. Usually some of the machines behind the name, or a box in front of them, end TLS with an older library.
//!
//! ## Fix
//!
//! End TLS with the same, current library everywhere behind the name.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8446#section-4.1.3>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::Version,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/downgrade-unmarked",
    title: "a downgrade from TLS 1.3 is not marked",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("downgrade_unmarked.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if offers.offers(Version::Tls13).is_none() {
        let miss = offers.missed(Version::Tls13);
        return miss.map_or_else(|| Verdict::not_applicable("TLS 1.3 is not offered"), Verdict::inconclusive);
    }
    let old = || offers.known().filter(|(version, _)| (Version::Ssl3..=Version::Tls12).contains(version));
    let bare: Vec<&str> = old()
        .filter(|(_, offered)| offered.marks_downgrade == Some(false))
        .map(|(version, _)| version.name())
        .collect();
    if bare.is_empty() {
        if let Some(miss) = offers.missed(Version::Tls12) {
            return Verdict::inconclusive(miss);
        }
        if old().any(|(_, offered)| offered.marks_downgrade.is_none()) {
            return Verdict::inconclusive(Miss::NotAsked);
        }
        return match old().next() {
            Some(_) => Verdict::Pass,
            None => Verdict::not_applicable("there is nothing to downgrade to"),
        };
    }
    let bare = bare.join(", ");
    Verdict::fail(
        Finding::new(format!(
            "{} offers TLS 1.3 and does not mark a downgrade to {bare}, so a client cannot notice one",
            context.subject
        ))
        .at(Place::endpoint(context.subject))
        .evidence("answers without the mark", bare)
        .fix("end TLS with the same, current library on every machine behind the name"),
    )
}
