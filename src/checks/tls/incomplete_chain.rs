//! The server sends its certificate without the intermediate that issued it.
//!
//! Desktop browsers may mend this by fetching or remembering the intermediate; phones, `curl`, webhooks of
//! payment providers and most libraries do not, and fail. So it works for the developer and not for the
//! customer. The usual cause is `cert.pem` configured where `fullchain.pem` belongs.
//!
//! ## Fix
//!
//! Serve the whole chain without the root:
//! ```text
//! ssl_certificate     /etc/letsencrypt/live/example.com/fullchain.pem;
//! ssl_certificate_key /etc/letsencrypt/live/example.com/privkey.pem;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2>
//! - <https://nginx.org/en/docs/http/configuring_https_servers.html#chains>

use crate::{
    checks::{Check, Context, Judge},
    engine::certificate::{Diagnosis, diagnose},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/incomplete-chain",
    title: "the server does not send its intermediate certificate",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("incomplete_chain.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (chain, trust) = match (endpoint.chain.as_ref(), endpoint.trust.as_ref()) {
        (Ok(chain), Ok(trust)) => (chain, trust),
        (Err(miss), _) | (_, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    let Diagnosis::MissingIntermediate(issuer) = diagnose(chain, trust, context.now) else {
        return Verdict::Pass;
    };
    Verdict::fail(
        Finding::new(format!(
            "{} sends only its own certificate; its issuer `{issuer}` is neither sent nor a trusted root",
            endpoint.host
        ))
        .root("tls/trust")
        .at(Place::endpoint(context.subject))
        .evidence("issuer", issuer)
        .evidence("certificates sent", chain.len().to_string())
        .fix("serve the full chain: the certificate followed by its intermediates")
        .patch(Patch::Snippet {
            language: "nginx".to_owned(),
            text: format!("ssl_certificate /etc/letsencrypt/live/{}/fullchain.pem;", endpoint.host),
        }),
    )
}
