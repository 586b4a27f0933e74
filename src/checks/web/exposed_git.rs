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
    id: "web/exposed-git",
    title: "the git repository is public",
    station: Station::Web,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("exposed_git.rs"),
};

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    exposed(site, context, "exposed-git", found)
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
