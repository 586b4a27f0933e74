//! No post-quantum key exchange is offered.
//!
//! Traffic that is recorded today can be decrypted once there is a large quantum computer. Browsers and CDNs have used
//! X25519MLKEM768 since 2024; a server gets it from OpenSSL 3.5, BoringSSL, Go 1.24 or a CDN in front. Not a hole, but
//! worth planning where data must stay secret for years.
//!
//! ## Fix
//!
//! With OpenSSL 3.5 or newer:
//! ```text
//! ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1:secp384r1;
//! ```
//!
//! ## References
//!
//! - <https://csrc.nist.gov/pubs/fips/203/final>
//! - <https://datatracker.ietf.org/doc/draft-ietf-tls-ecdhe-mlkem/>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::{Version, is_post_quantum},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-post-quantum",
    title: "no post-quantum key exchange is offered",
    station: Station::Tls,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_post_quantum.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if offers.groups.iter().any(|name| is_post_quantum(name)) {
        return Verdict::Pass;
    }
    if offers.offers(Version::Tls13).is_none() {
        let why = "TLS 1.3 alone has such groups: see tls/no-tls13";
        return offers
            .missed(Version::Tls13)
            .map_or_else(|| Verdict::not_applicable(why), Verdict::inconclusive);
    }
    if let Some(miss) = &offers.groups_cut {
        return Verdict::inconclusive(miss.clone());
    }
    let groups = offers.groups.join(", ");
    Verdict::fail(
        Finding::new(format!("{} offers no post-quantum key exchange, only {groups}", context.subject))
            .at(Place::endpoint(context.subject))
            .evidence("groups", groups)
            .fix("upgrade to a TLS library with X25519MLKEM768 and put that group first")
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1:secp384r1;".to_owned(),
            }),
    )
}
