//! The certificate has no subject alternative name.
//!
//! Browsers have ignored the common name since 2017, Go and most libraries since 2020. A certificate that
//! names its host only there is a name mismatch for every client.
//!
//! ## Fix
//!
//! Issue the certificate again with the extension:
//! ```text
//! openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=example.com" \
//!   -addext "subjectAltName=DNS:example.com,DNS:www.example.com" -keyout key.pem -out cert.pem
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9525#section-2>
//! - <https://chromestatus.com/feature/4981025180483584>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-san",
    title: "the certificate has no subject alternative name",
    station: Station::Tls,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_san.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if !leaf.dns_names.is_empty() || !leaf.ip_addresses.is_empty() {
        return Verdict::Pass;
    }
    let named = leaf.common_name.as_ref().map_or_else(
        || "has no name at all".to_owned(),
        |name| format!("names {name} only in its common name, which clients ignore"),
    );
    Verdict::fail(
        Finding::new(format!("the certificate of {} {named}", endpoint.host))
            .at(Place::endpoint(context.subject))
            .evidence("subject", leaf.subject.clone())
            .fix(format!("issue the certificate again with subjectAltName=DNS:{}", endpoint.host)),
    )
}
