//! A cookie's name begins with `__Host-` or `__Secure-`, and its attributes do not keep the promise.
//!
//! Browsers refuse a `__Host-` cookie that is not `Secure`, has a `Domain` or another path than `/`, and a
//! `__Secure-` cookie that is not `Secure`. The cookie is never set, so what depends on it fails.
//!
//! ## Fix
//!
//! ```text
//! Set-Cookie: __Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax
//! ```
//!
//! ## References
//!
//! - <https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3>

use crate::{
    checks::{Check, Context, Judge},
    engine::cookie::{self, Cookie},
    finding::{Confidence, Finding, Place, Severity},
    seen::Site,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/cookie-prefix",
    title: "a cookie breaks the promise of its name",
    station: Station::Web,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("cookie_prefix.rs"),
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
    let fault = cookie.prefix_fault()?;
    Some(
        Finding::new(format!("the cookie `{}` {fault}, so browsers refuse it", cookie.name))
            .key(cookie.name.clone())
            .at(Place::url(url))
            .evidence("cookie", cookie.name.clone())
            .fix(format!("set `{}` with Secure and Path=/ and without Domain", cookie.name)),
    )
}
