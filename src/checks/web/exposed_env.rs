//! An environment file can be fetched by anybody.
//!
//! Scanners ask every new host for `/.env` within minutes. What stands in it is the database, the mail and the
//! payment account. It happens when the web root is the project folder.
//!
//! ## Fix
//!
//! Serve only the public folder, refuse names with a leading dot, and **replace every secret of the file**: it has
//! been read.
//! ```text
//! root /srv/app/public;
//! location ~ /\.(?!well-known/) { return 404; }
//! ```
//!
//! ## References
//!
//! - <https://owasp.org/www-project-web-security-testing-guide/>
//! - <https://www.rfc-editor.org/rfc/rfc8615>

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
    id: "web/exposed-env",
    title: "an environment file is public",
    station: Station::Web,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("exposed_env.rs"),
};

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    exposed(site, context, "exposed-env", found)
}

fn found(rule: &Rule, exposure: &Exposure, site: &str) -> Finding {
    let names = exposure.names.join(", ");
    Finding::new(format!("{} is public and sets {}", rule.path, counted(exposure.names.len())))
        .severity(rule.severity)
        .key(rule.path.clone())
        .root("web/exposed-env")
        .at(Place::url(format!("{}{}", site.trim_end_matches('/'), rule.path)))
        .evidence("keys", names)
        .fix("serve only the public folder, and replace every secret the file holds")
}

fn counted(keys: usize) -> String {
    if keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") }
}
