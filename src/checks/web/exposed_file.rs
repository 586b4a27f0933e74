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

use crate::{
    checks::{Check, Context, Judge},
    engine::exposure::{self, Rule},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Exposure, Miss, Seen, Site},
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

const NAME: &str = "exposed-file";

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    let control = match site.control.as_ref() {
        Ok(control) => control,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let mut findings = Vec::new();
    let mut missed = None;
    for rule in exposure::rules().unwrap_or_default().iter().filter(|rule| rule.check == NAME) {
        match site.exposures.get(&rule.path).map(Seen::as_ref) {
            // A site that says the same to everything has exposed nothing.
            Some(Ok(exposure)) if exposure.matched && control.matched.contains(&rule.path) => {}
            Some(Ok(exposure)) if exposure.matched => findings.push(found(rule, exposure, context.subject)),
            Some(Ok(exposure)) => missed = missed.or_else(|| exposure.blocked.clone()),
            Some(Err(miss)) => missed = missed.or_else(|| Some(miss.clone())),
            None => missed = missed.or(Some(Miss::NotAsked)),
        }
    }
    // Where a gatekeeper answers for the whole site, a refused path proves nothing.
    match (findings.is_empty(), missed.or_else(|| site.gatekeeper())) {
        (true, Some(miss)) => Verdict::inconclusive(miss),
        _ => Verdict::from_findings(findings),
    }
}

fn found(rule: &Rule, exposure: &Exposure, site: &str) -> Finding {
    Finding::new(format!("{} is public: {}", rule.path, rule.what))
        .severity(rule.severity)
        .key(rule.path.clone())
        .at(Place::url(format!("{}{}", site.trim_end_matches('/'), rule.path)))
        .evidence("status", exposure.status.to_string())
        .fix(format!("remove {} from the web root or refuse it to strangers", rule.path))
}
