//! The only post-quantum key exchange is the Kyber draft, which clients no longer speak.
//!
//! X25519Kyber768Draft00 was an experiment. Browsers dropped it at the end of 2024 for X25519MLKEM768, the standard, which is not compatible: whoever thinks that this server protects recorded traffic is mistaken.
//!
//! ## Fix
//!
//! Upgrade to a library with ML-KEM (OpenSSL 3.5, Go 1.24, BoringSSL) and name the group:
//! ```text
//! ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1:secp384r1;
//! ```
//!
//! ## References
//!
//! - <https://datatracker.ietf.org/doc/draft-ietf-tls-ecdhe-mlkem/>
//! - <https://security.googleblog.com/2024/09/a-new-path-for-kyber-on-web.html>

use crate::{
    checks::{Check, Context, Judge},
    engine::hello::{Version, is_post_quantum},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/kyber-draft",
    title: "the post-quantum group is a draft",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("kyber_draft.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if offers.groups.iter().any(|name| is_post_quantum(name)) {
        return Verdict::Pass;
    }
    if !offers.groups.iter().any(|name| name == "X25519Kyber768Draft00") {
        let miss = offers.groups_cut.clone().or_else(|| offers.missed(Version::Tls13));
        return miss.map_or(Verdict::Pass, Verdict::inconclusive);
    }
    if let Some(miss) = &offers.groups_cut {
        return Verdict::inconclusive(miss.clone());
    }
    Verdict::fail(
        Finding::new(format!(
            "{} offers X25519Kyber768Draft00, which clients no longer speak, and no X25519MLKEM768",
            context.subject
        ))
        .at(Place::endpoint(context.subject))
        .evidence("groups", offers.groups.join(", "))
        .fix("upgrade to a TLS library with X25519MLKEM768"),
    )
}
