//! Any site may read answers that carry the visitor's session.
//!
//! The site repeats the `Origin` it is given (or takes `null`, or a name that merely begins like its own) and
//! allows credentials with it: a page of anybody's, opened by a signed-in visitor, can read and change their
//! data.
//!
//! ## Fix
//!
//! Compare the origin with a list of exact names, and send no `Access-Control-Allow-Credentials` to others:
//! ```text
//! const allowed = new Set(["https://app.example.com"]);
//! ```
//!
//! ## References
//!
//! - <https://portswigger.net/web-security/cors>
//! - <https://fetch.spec.whatwg.org/#http-cors-protocol>

use url::Url;

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{FOREIGN_ORIGIN, Miss, Seen, Site},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/cors-reflected",
    title: "any site may read answers with the visitor's session",
    station: Station::Web,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("cors_reflected.rs"),
};

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    let host = Url::parse(context.subject).ok().and_then(|url| url.host_str().map(str::to_owned));
    let mut findings = Vec::new();
    let mut missed = None;
    for (case, what, severity) in CASES {
        let answer = match site.cors.get(case).map(Seen::as_ref) {
            Some(Ok(answer)) => answer,
            Some(Err(miss)) => {
                missed.get_or_insert_with(|| miss.clone());
                continue;
            }
            None => {
                missed.get_or_insert(Miss::NotAsked);
                continue;
            }
        };
        let allowed = answer.header("access-control-allow-origin").unwrap_or_default().trim();
        let credentials =
            answer.header("access-control-allow-credentials").is_some_and(|value| value.trim() == "true");
        if credentials && is_trusted(case, allowed, host.as_deref().unwrap_or_default()) {
            findings.push(
                Finding::new(format!("{} allows {what} to read answers with credentials", answer.url))
                    .severity(severity)
                    .key(case)
                    .root("web/cors")
                    .at(Place::url(context.subject))
                    .evidence("request", case)
                    .evidence("access-control-allow-origin", allowed)
                    .fix("compare the origin with a list of exact names before allowing credentials"),
            );
        } else if let Some(miss) = answer.blocked() {
            missed.get_or_insert(miss);
        }
    }
    match (findings.is_empty(), missed) {
        (true, Some(miss)) => Verdict::inconclusive(miss),
        _ => Verdict::from_findings(findings),
    }
}

/// The question as it was asked, whom it stands for, and how bad a yes is.
const CASES: [(&str, &str, Severity); 4] = [
    ("GET foreign", "any origin", Severity::Critical),
    ("OPTIONS foreign", "any origin (by preflight)", Severity::Critical),
    ("GET null", "the origin null", Severity::High),
    ("GET lookalike", "origins that begin like its own", Severity::High),
];

/// Was the origin that was sent the one allowed? `*` is not: browsers refuse it with credentials.
fn is_trusted(case: &str, allowed: &str, host: &str) -> bool {
    match case {
        "GET null" => allowed == "null",
        "GET lookalike" => !host.is_empty() && allowed.starts_with(&format!("https://{host}.")),
        _ => allowed.eq_ignore_ascii_case(FOREIGN_ORIGIN),
    }
}
