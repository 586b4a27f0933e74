//! A file or page that is meant for operators can be fetched by anybody.
//!
//! Dumps, credentials, status and debug pages found at well-known paths. Each is reported only if the answer is
//! what the file itself would be.
//!
//! ## Fix
//!
//! Remove the file from the web root, or let only the operators' network reach the page:
//! ```text
//! location = /server-status { allow 10.0.0.0/8; deny all; }
//! ```
//!
//! ## References
//!
//! - <https://owasp.org/www-project-web-security-testing-guide/>

use super::exposed;
use crate::{
    checks::{Check, Context, Judge},
    engine::exposure::Rule,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Exposure, Site},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/exposed-file",
    title: "a file or page for operators is public",
    station: Station::Web,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("exposed_file.rs"),
};

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    exposed(site, context, "exposed-file", found)
}

fn found(rule: &Rule, exposure: &Exposure, site: &str) -> Finding {
    Finding::new(format!("{} is public: {}", rule.path, rule.what))
        .severity(rule.severity)
        .key(rule.path.clone())
        .at(Place::url(format!("{}{}", site.trim_end_matches('/'), rule.path)))
        .evidence("status", exposure.status.to_string())
        .fix(format!("remove {} from the web root or refuse it to strangers", rule.path))
}
