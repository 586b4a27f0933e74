//! A wildcard covers more than one owner's names.
//!
//! A wildcard stands for one whole label below a name of one's own. Over a public suffix (`*.co.uk`), over two
//! labels or inside a label (`w*.example.com`) it is refused by clients, and a CA that gives one out is not
//! following the rules.
//!
//! ## Fix
//!
//! List the names that are served, or use a wildcard directly below the registered domain:
//! ```text
//! certbot certonly -d example.com -d "*.example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9525#section-6.3>
//! - <https://cabforum.org/working-groups/server/baseline-requirements/requirements/>

use crate::{
    checks::{Check, Context, Judge},
    engine::certificate::is_overbroad,
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/wildcard-too-broad",
    title: "a wildcard is too broad",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("wildcard_too_broad.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let leaf = match endpoint.leaf() {
        Ok(leaf) => leaf,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let findings = leaf.dns_names.iter().filter(|name| is_overbroad(name)).take(10).map(|name| {
        Finding::new(format!("the certificate of {} is for the wildcard `{name}`", endpoint.host))
            .severity(severity(name))
            .key(name.clone())
            .at(Place::endpoint(context.subject))
            .evidence("subject alternative name", name.clone())
            .fix("list the names that are served, or put the wildcard directly below the registered domain")
    });
    Verdict::from_findings(findings.collect())
}

/// Browsers do not match a wildcard over a whole public suffix at all.
fn severity(pattern: &str) -> Severity {
    match pattern.strip_prefix("*.") {
        Some(suffix) if !suffix.contains('*') => Severity::High,
        _ => Severity::Medium,
    }
}
