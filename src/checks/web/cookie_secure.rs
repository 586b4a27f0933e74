//! A session cookie is not `Secure`.
//!
//! Without `Secure` the browser sends the cookie over plain http too, for instance after a link or an image
//! with `http://`, and whoever listens has the session. Only cookies whose name says that they carry a
//! session are judged.
//!
//! ## Fix
//!
//! ```text
//! Set-Cookie: __Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6265#section-4.1.2.5>
//! - <https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie>

use crate::{
    checks::{Check, Context, Judge},
    engine::cookie::{self, Cookie},
    finding::{Confidence, Finding, Place, Severity},
    seen::Site,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/cookie-secure",
    title: "a session cookie is sent over plain http",
    station: Station::Web,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("cookie_secure.rs"),
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
    (cookie.is_session() && !cookie.secure).then(|| {
        Finding::new(format!("the session cookie `{}` is not Secure", cookie.name))
            .key(cookie.name.clone())
            .at(Place::url(url))
            .evidence("cookie", cookie.name.clone())
            .fix(format!("set `{}` with Secure; HttpOnly; SameSite=Lax", cookie.name))
    })
}
