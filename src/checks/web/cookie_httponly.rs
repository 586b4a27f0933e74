//! A session cookie is not `HttpOnly`.
//!
//! A script injected anywhere on the site can read such a cookie and send it away: the session is then used from
//! elsewhere. Only cookies whose name says that they carry a session are judged; tokens against request
//! forgery must be readable. Supabase's browser client reads its own session cookie, so that one weighs less.
//!
//! ## Fix
//!
//! ```text
//! Set-Cookie: __Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6265#section-4.1.2.6>
//! - <https://owasp.org/www-community/HttpOnly>

use crate::{
    checks::{Check, Context, Judge},
    engine::cookie::{self, Cookie},
    finding::{Confidence, Finding, Place, Severity},
    seen::Site,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/cookie-httponly",
    title: "a session cookie is readable by scripts",
    station: Station::Web,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("cookie_httponly.rs"),
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
    if !cookie.is_session() || cookie.http_only {
        return None;
    }
    let by_design = cookie.is_read_by_its_own_script();
    Some(
        Finding::new(format!("the session cookie `{}` is readable by scripts (no HttpOnly)", cookie.name))
            .severity(if by_design { Severity::Low } else { Severity::High })
            .key(cookie.name.clone())
            .at(Place::url(url))
            .evidence("cookie", cookie.name.clone())
            .fix(format!("set `{}` with HttpOnly", cookie.name)),
    )
}
