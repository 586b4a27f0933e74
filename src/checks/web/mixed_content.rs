//! The page loads content over plain http.
//!
//! Browsers block scripts, styles and frames that an https page loads over http, so part of the page is broken;
//! where they do not, whoever is on the way decides what runs. A form that posts to http sends in the clear what
//! was typed. Images are upgraded by current browsers and only weigh little.
//!
//! ## Fix
//!
//! Write the references with `https://`, or let the browser do it:
//! ```text
//! Content-Security-Policy: upgrade-insecure-requests
//! ```
//!
//! ## References
//!
//! - <https://www.w3.org/TR/mixed-content/>
//! - <https://www.w3.org/TR/upgrade-insecure-requests/>

use crate::{
    checks::{Check, Context, Judge},
    engine::csp,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Insecure, Landing, Miss, Site},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/mixed-content",
    title: "the page loads content over plain http",
    station: Station::Web,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("mixed_content.rs"),
};

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    let page = match site.landing() {
        Ok(Landing::Page(page)) => page,
        Ok(Landing::None(why)) => return Verdict::not_applicable(why),
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if !page.url.starts_with("https:") {
        return Verdict::not_applicable("the page itself is served over http");
    }
    let document = match site.page.as_ref() {
        Ok(document) => document,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let sent = page.headers_named("content-security-policy");
    let mut policies = sent.chain(document.policies.iter().map(String::as_str)).flat_map(csp::parse);
    if policies.any(|policy| policy.has("upgrade-insecure-requests")) {
        return Verdict::Pass;
    }
    let findings: Vec<Finding> =
        document.insecure.iter().take(20).map(|one| found(one, context.subject)).collect();
    if findings.is_empty() && document.cut {
        return Verdict::inconclusive(Miss::Unsupported("the page is longer than 1 MiB".to_owned()));
    }
    Verdict::from_findings(findings)
}

fn found(one: &Insecure, site: &str) -> Finding {
    let (verb, severity) = match one.element.as_str() {
        "form" => ("posts to", Severity::High),
        _ if one.active => ("loads", Severity::High),
        _ => ("shows", Severity::Low),
    };
    Finding::new(format!("a <{}> of the front page {verb} {} over plain http", one.element, one.url))
        .severity(severity)
        .key(format!("{} {}", one.element, one.url))
        .at(Place::url(site))
        .evidence("url", one.url.clone())
        .fix("write the reference with https://")
}
