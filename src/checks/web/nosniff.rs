//! The page does not switch content sniffing off.
//!
//! Without `X-Content-Type-Options: nosniff` a browser may take an uploaded text or image for a script or a
//! style sheet.
//!
//! ## Fix
//!
//! ```text
//! add_header X-Content-Type-Options nosniff always;
//! ```
//!
//! ## References
//!
//! - <https://fetch.spec.whatwg.org/#x-content-type-options-header>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Landing, Site},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/nosniff",
    title: "no X-Content-Type-Options",
    station: Station::Web,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("nosniff.rs"),
};

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    let page = match site.landing() {
        Ok(Landing::Page(page)) => page,
        Ok(Landing::None(why)) => return Verdict::not_applicable(why),
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let value = page.header("x-content-type-options").unwrap_or_default();
    // The first of a list counts.
    if value.split(',').next().unwrap_or_default().trim().eq_ignore_ascii_case("nosniff") {
        return Verdict::Pass;
    }
    Verdict::fail(
        Finding::new(format!("{} sends no X-Content-Type-Options: nosniff", page.url))
            .at(Place::url(context.subject))
            .evidence("x-content-type-options", if value.is_empty() { "absent" } else { value })
            .fix("send X-Content-Type-Options: nosniff with every answer")
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "add_header X-Content-Type-Options nosniff always;".to_owned(),
            }),
    )
}
