//! The certificate does not cover the host's name.
//!
//! Clients compare the host with the subject alternative names and with nothing else; a certificate for
//! another name stops every visitor with a warning. The usual causes: a virtual host without its own
//! certificate falls back to the default one, `www` or the apex was forgotten, or a wildcard is expected to
//! cover two labels.
//!
//! ## Fix
//!
//! Issue a certificate that lists the name, and let the server choose it by SNI:
//! ```text
//! certbot --nginx -d example.com -d www.example.com
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9525#section-6.3>

use crate::{
    checks::{Check, Context, Judge},
    engine::certificate::covers,
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/name-mismatch",
    title: "the certificate does not cover the host",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("name_mismatch.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if leaf.dns_names.is_empty() && leaf.ip_addresses.is_empty() {
        return Verdict::not_applicable("it has no subject alternative name: see tls/no-san");
    }
    if covers(leaf, &endpoint.host) {
        return Verdict::Pass;
    }
    let listed: Vec<&str> =
        leaf.dns_names.iter().chain(&leaf.ip_addresses).take(10).map(String::as_str).collect();
    let listed = listed.join(", ");
    Verdict::fail(
        Finding::new(format!("the certificate is for {listed}, not for {}", endpoint.host))
            .at(Place::endpoint(context.subject))
            .evidence("subject alternative names", listed)
            .evidence("subject", leaf.subject.clone())
            .fix(format!(
                "issue a certificate that lists {} and let the server choose it by SNI",
                endpoint.host
            )),
    )
}
