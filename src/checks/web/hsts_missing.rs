//! The site sends no `Strict-Transport-Security`.
//!
//! Without it every visit that begins with a typed name begins over http, where a redirect to https can be
//! replaced by anything. With it a browser that has seen the site once never asks over http again.
//!
//! ## Fix
//!
//! ```text
//! add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
//! ```
//! Begin with a small `max-age` if subdomains are not on https yet.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6797>
//! - <https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Strict-Transport-Security>

use url::Url;

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Site,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/hsts-missing",
    title: "no HSTS",
    station: Station::Web,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("hsts_missing.rs"),
};

const HSTS: &str = "strict-transport-security";

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    let front = match site.front.as_ref() {
        Ok(front) => front,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    if !front.url.starts_with("https:") {
        return Verdict::not_applicable("the site is declared with http");
    }
    let literal = Url::parse(&front.url).is_ok_and(|url| url.domain().is_none());
    if literal {
        return Verdict::not_applicable("HSTS does not apply to IP addresses (RFC 6797 section 8.1.1)");
    }
    if front.header(HSTS).is_some() {
        return Verdict::Pass;
    }
    // A gatekeeper's page does not carry the site's headers.
    if let Some(miss) = front.blocked() {
        return Verdict::inconclusive(miss);
    }
    Verdict::fail(
        Finding::new(format!("{} sends no Strict-Transport-Security header", front.url))
            .root("web/hsts")
            .at(Place::url(context.subject))
            .evidence("status", front.status.to_string())
            .fix(
                "send Strict-Transport-Security: max-age=31536000; includeSubDomains with every https answer",
            )
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "add_header Strict-Transport-Security \"max-age=31536000; includeSubDomains\" always;"
                    .to_owned(),
            }),
    )
}
