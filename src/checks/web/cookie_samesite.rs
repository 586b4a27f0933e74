//! A session cookie has no `SameSite`, or `None` without `Secure`.
//!
//! Chrome takes a missing `SameSite` for `Lax`; Firefox and Safari do not, so another site can act in the
//! visitor's name there. `SameSite=None` without `Secure` is refused by browsers: the cookie is never set.
//!
//! ## Fix
//!
//! ```text
//! Set-Cookie: __Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax
//! ```
//!
//! ## References
//!
//! - <https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#samesitesamesite-value>
//! - <https://web.dev/articles/samesite-cookies-explained>

use crate::{
    checks::{Check, Context, Judge},
    engine::cookie::{self, Cookie, SameSite},
    finding::{Confidence, Finding, Place, Severity},
    seen::Site,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/cookie-samesite",
    title: "a session cookie has no SameSite",
    station: Station::Web,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("cookie_samesite.rs"),
};

fn judge(site: &Site, _context: &Context<'_>) -> Verdict {
    let mut findings = Vec::new();
    for answer in site.answers() {
        for header in answer.headers_named("set-cookie") {
            if let Some(cookie) = cookie::parse(header).filter(|cookie| !cookie.removed) {
                findings.extend(fault(&cookie, &answer.url));
            }
        }
    }
    findings.sort_by(|a, b| a.key.cmp(&b.key));
    findings.dedup_by(|a, b| a.key == b.key);
    match (findings.is_empty(), site.landing()) {
        // What was not seen may set cookies too.
        (true, Err(miss)) => Verdict::inconclusive(miss),
        _ => Verdict::from_findings(findings),
    }
}

fn fault(cookie: &Cookie, url: &str) -> Option<Finding> {
    let (what, severity) = match cookie.same_site {
        Some(SameSite::None) if !cookie.secure => {
            ("is SameSite=None without Secure, so browsers refuse it", Severity::Medium)
        }
        None if cookie.is_session() => ("has no SameSite", Severity::Low),
        _ => return None,
    };
    Some(
        Finding::new(format!("the cookie `{}` {what}", cookie.name))
            .severity(severity)
            .key(cookie.name.clone())
            .at(Place::url(url))
            .evidence("cookie", cookie.name.clone())
            .fix(format!("set `{}` with SameSite=Lax, or with SameSite=None; Secure", cookie.name)),
    )
}
