//! A header tells the version of the server's software.
//!
//! A version is a shopping list of known holes: scanners collect them, and on the day of a new one the sites that
//! named it are first. Removing it mends no hole.
//!
//! ## Fix
//!
//! ```text
//! server_tokens off;              # nginx
//! ServerTokens Prod               # Apache
//! expose_php = Off                # php.ini
//! ```
//!
//! ## References
//!
//! - <https://owasp.org/www-project-secure-headers/#prevent-information-disclosure-via-http-headers>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Site,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/version-disclosure",
    title: "a header tells the software version",
    station: Station::Web,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("version_disclosure.rs"),
};

/// Headers that name software.
const TELLING: [&str; 6] =
    ["server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator", "x-runtime-version"];

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    let front = match site.front.as_ref() {
        Ok(front) => front,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let mut findings = Vec::new();
    for name in TELLING {
        if let Some(value) = front.header(name).filter(|value| has_version(value)) {
            findings.push(
                Finding::new(format!("the header {name} of {} tells a version: `{value}`", front.url))
                    .key(name)
                    .at(Place::url(context.subject))
                    .evidence(name, value)
                    .fix(format!("remove the version from the header {name}")),
            );
        }
    }
    match (findings.is_empty(), front.blocked()) {
        (true, Some(miss)) => Verdict::inconclusive(miss),
        _ => Verdict::from_findings(findings),
    }
}

/// A digit on each side of a dot, as in `nginx/1.22.1`.
fn has_version(value: &str) -> bool {
    value
        .as_bytes()
        .windows(3)
        .any(|three| three[0].is_ascii_digit() && three[1] == b'.' && three[2].is_ascii_digit())
}
