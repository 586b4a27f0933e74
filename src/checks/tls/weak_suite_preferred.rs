//! The server prefers a weak suite although it has strong ones.
//!
//! It insists on its own order, and a suite that is broken, obsolete or without forward secrecy stands first: every client that
//! still offers that suite gets it, however modern the client is.
//!
//! ## Fix
//!
//! Put the strong suites first, or leave the choice to the client once only strong ones are left:
//! ```text
//! ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
//! ssl_prefer_server_ciphers off;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9325#section-4.2>
//! - <https://ssl-config.mozilla.org/>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::{Cipher, Exchange, Suite, Version},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Endpoint, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/weak-suite-preferred",
    title: "a weak suite is preferred to a strong one",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("weak_suite_preferred.rs"),
};

const SUITES: &str = "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
                      ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;";

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let mut found = Vec::new();
    for (version, offered) in offers.known().filter(|(version, _)| Version::BEFORE_13.contains(version)) {
        let mut suites = offered.known_suites();
        let Some(first) = suites.next().filter(|first| is_weak(*first)) else { continue };
        let Some(better) = suites.find(|suite| !is_weak(*suite)) else { continue };
        match offered.own_order {
            Some(true) => found.push((version, first, better)),
            Some(false) => {}
            None => {
                return Verdict::inconclusive(Miss::Refused(format!(
                    "{}, its order of suites",
                    context.subject
                )));
            }
        }
    }
    if found.is_empty() {
        return offers.missed(Version::Tls12).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    let findings = found.into_iter().map(|(version, first, better)| {
        Finding::new(format!("under {version} {} prefers {} to {}", context.subject, first.name, better.name))
            .key(version.name())
            .root("tls/suites")
            .at(Place::endpoint(context.subject))
            .evidence("first choice", first.name)
            .fix("put the suites with ECDHE and AEAD first, and remove the weak ones")
            .patch(Patch::Snippet { language: "nginx".to_owned(), text: SUITES.to_owned() })
    });
    Verdict::Fail(findings.collect())
}

fn is_weak(suite: Suite) -> bool {
    let sound = matches!(suite.exchange(), Exchange::Ecdhe | Exchange::Dhe);
    !sound || !matches!(suite.cipher(), Cipher::Cbc | Cipher::Aead)
}
