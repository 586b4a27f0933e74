//! The extended key usage does not allow a TLS server.
//!
//! Where a certificate lists its purposes, clients accept it as a server's only if `serverAuth` is among
//! them. A client or code-signing certificate in its place is refused.
//!
//! ## Fix
//!
//! Issue the certificate again for a server:
//! ```text
//! extendedKeyUsage = serverAuth
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-server-auth",
    title: "the certificate is not meant for a TLS server",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_server_auth.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    // Without the extension every purpose is allowed.
    let Some(purposes) = &leaf.extended_key_usage else { return Verdict::Pass };
    if purposes.iter().any(|purpose| purpose == "serverAuth" || purpose == "anyExtendedKeyUsage") {
        return Verdict::Pass;
    }
    let listed = purposes.join(", ");
    Verdict::fail(
        Finding::new(format!("the certificate of {} is for {listed}, not for a server", endpoint.host))
            .at(Place::endpoint(context.subject))
            .evidence("extended key usage", listed)
            .fix("issue the certificate again with extendedKeyUsage serverAuth"),
    )
}
