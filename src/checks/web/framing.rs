//! The page may be framed by any site.
//!
//! A page inside a stranger's frame can be overlaid so that a visitor clicks what they do not see. `frame-ancestors`
//! of an enforced policy decides; `X-Frame-Options` with `DENY` or `SAMEORIGIN` serves older browsers;
//! `ALLOW-FROM` and anything else is ignored.
//!
//! ## Fix
//!
//! ```text
//! add_header Content-Security-Policy "frame-ancestors 'self'" always;
//! add_header X-Frame-Options SAMEORIGIN always;
//! ```
//!
//! ## References
//!
//! - <https://www.w3.org/TR/CSP3/#directive-frame-ancestors>
//! - <https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Frame-Options>

use crate::{
    checks::{Check, Context, Judge},
    engine::csp,
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Landing, Site},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/framing",
    title: "the page may be framed by any site",
    station: Station::Web,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("framing.rs"),
};

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    let page = match site.landing() {
        Ok(Landing::Page(page)) => page,
        Ok(Landing::None(why)) => return Verdict::not_applicable(why),
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let policies = page.headers_named("content-security-policy").flat_map(csp::parse);
    if policies.into_iter().any(|policy| policy.has("frame-ancestors")) {
        return Verdict::Pass;
    }
    let option = page.header("x-frame-options").unwrap_or_default().trim();
    if option.eq_ignore_ascii_case("deny") || option.eq_ignore_ascii_case("sameorigin") {
        return Verdict::Pass;
    }
    let said =
        if option.is_empty() { String::new() } else { format!(" (X-Frame-Options: {option} is ignored)") };
    Verdict::fail(
        Finding::new(format!("{} may be framed by any site{said}", page.url))
            .at(Place::url(context.subject))
            .fix("send Content-Security-Policy: frame-ancestors 'self' and X-Frame-Options: SAMEORIGIN")
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "add_header X-Frame-Options SAMEORIGIN always;".to_owned(),
            }),
    )
}
