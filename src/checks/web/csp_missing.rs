//! The page has no enforced Content Security Policy.
//!
//! A policy is the second line when escaping fails somewhere: without one, injected markup runs as script with
//! the visitor's session. `Content-Security-Policy-Report-Only` reports and stops nothing.
//!
//! ## Fix
//!
//! Begin with report-only, mend what it reports, then enforce:
//! ```text
//! Content-Security-Policy: script-src 'nonce-{random}' 'strict-dynamic'; object-src 'none'; base-uri 'none'
//! ```
//!
//! ## References
//!
//! - <https://www.w3.org/TR/CSP3/>
//! - <https://web.dev/articles/strict-csp>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Landing, Site},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/csp-missing",
    title: "no Content Security Policy",
    station: Station::Web,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("csp_missing.rs"),
};

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    let page = match site.landing() {
        Ok(Landing::Page(page)) => page,
        Ok(Landing::None(why)) => return Verdict::not_applicable(why),
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if page.header("content-security-policy").is_some() {
        return Verdict::Pass;
    }
    match site.page.as_ref() {
        Ok(document) if !document.policies.is_empty() => return Verdict::Pass,
        Ok(_) => {}
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    }
    let report_only = page.header("content-security-policy-report-only").is_some();
    let what = if report_only {
        "has a Content Security Policy that only reports"
    } else {
        "has no Content Security Policy"
    };
    Verdict::fail(
        Finding::new(format!("{} {what}", page.url))
            .root("web/csp")
            .at(Place::url(context.subject))
            .evidence("report only", if report_only { "yes" } else { "no" })
            .fix("send a Content-Security-Policy that allows scripts by nonce or hash"),
    )
}
