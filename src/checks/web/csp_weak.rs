//! The Content Security Policy lets injected script run.
//!
//! `'unsafe-inline'` without a nonce or hash allows exactly what a policy is for; so does a source anybody can
//! serve from (`*`, `https:`, `data:`), and a policy without `script-src` or `default-src`. Where several
//! policies are sent, one that stops injected script is enough.
//!
//! ## Fix
//!
//! Replace the sources by a nonce per response:
//! ```text
//! Content-Security-Policy: script-src 'nonce-{random}' 'strict-dynamic'; object-src 'none'; base-uri 'none'
//! ```
//!
//! ## References
//!
//! - <https://web.dev/articles/strict-csp>
//! - <https://www.w3.org/TR/CSP3/#directive-script-src>

use crate::{
    checks::{Check, Context, Judge},
    engine::csp::{self, Weakness},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Landing, Site},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/csp-weak",
    title: "the Content Security Policy lets injected script run",
    station: Station::Web,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("csp_weak.rs"),
};

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    let page = match site.landing() {
        Ok(Landing::Page(page)) => page,
        Ok(Landing::None(why)) => return Verdict::not_applicable(why),
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let document = match site.page.as_ref() {
        Ok(document) => document,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let sent = page.headers_named("content-security-policy");
    let texts: Vec<&str> = sent.chain(document.policies.iter().map(String::as_str)).collect();
    if texts.is_empty() {
        return Verdict::not_applicable("there is none: see web/csp-missing");
    }
    let policies: Vec<_> = texts.iter().flat_map(|text| csp::parse(text)).collect();
    let what = match csp::weakness(&policies) {
        None if !policies.is_empty() => return Verdict::Pass,
        None | Some(Weakness::Unrestricted) => "does not restrict scripts at all".to_owned(),
        Some(Weakness::Inline) => "allows 'unsafe-inline' scripts without a nonce or hash".to_owned(),
        Some(Weakness::Open(source)) => format!("allows scripts from `{source}`"),
    };
    Verdict::fail(
        Finding::new(format!("the Content Security Policy of {} {what}", page.url))
            .root("web/csp")
            .at(Place::url(context.subject))
            .evidence("content-security-policy", without_nonces(texts.first().copied().unwrap_or_default()))
            .fix("allow scripts by nonce or hash with 'strict-dynamic', and drop the broad sources"),
    )
}

/// A nonce differs from answer to answer; a report must not.
fn without_nonces(policy: &str) -> String {
    let words = policy.split(' ').map(|word| if word.starts_with("'nonce-") { "'nonce-…'" } else { word });
    words.collect::<Vec<_>>().join(" ")
}
