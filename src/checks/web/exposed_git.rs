//! The `.git` folder can be fetched by anybody.
//!
//! From `HEAD` and `config` the whole repository can be downloaded: the source with its history, and every secret
//! that was ever committed. It happens when a checkout is the web root.
//!
//! ## Fix
//!
//! Deploy without `.git`, and refuse names with a leading dot:
//! ```text
//! location ~ /\.(?!well-known/) { return 404; }
//! ```
//! Replace the secrets that the history holds.
//!
//! ## References
//!
//! - <https://owasp.org/www-project-web-security-testing-guide/>
//! - <https://git-scm.com/docs/gitrepository-layout>

use crate::{
    checks::{Check, Context, Judge},
    engine::exposure::{self, Rule},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Exposure, Miss, Seen, Site},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/exposed-git",
    title: "the git repository is public",
    station: Station::Web,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("exposed_git.rs"),
};

const NAME: &str = "exposed-git";

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
    Finding::new(format!("{} is public, so the repository can be downloaded", rule.path))
        .severity(rule.severity)
        .key(rule.path.clone())
        .root("web/exposed-git")
        .at(Place::url(format!("{}{}", site.trim_end_matches('/'), rule.path)))
        .evidence("status", exposure.status.to_string())
        .fix("deploy without the .git folder, refuse paths with a leading dot, and replace leaked secrets")
}
