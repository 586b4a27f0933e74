//! `Strict-Transport-Security` is switched off, too short or unreadable.
//!
//! `max-age=0` makes browsers forget the site; a header without a valid `max-age` is ignored as if it were not
//! there; and one of less than half a year leaves every occasional visitor unprotected again and again. Where
//! it is sent twice, browsers read the first.
//!
//! ## Fix
//!
//! ```text
//! add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6797#section-6.1>
//! - <https://hstspreload.org/>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Site,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/hsts-weak",
    title: "HSTS is switched off, too short or unreadable",
    station: Station::Web,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("hsts_weak.rs"),
};

/// Half a year of 180 days, in seconds.
const ENOUGH: u64 = 15_552_000;

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    let front = match site.front.as_ref() {
        Ok(front) => front,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let Some(value) = front.header("strict-transport-security") else {
        return match front.blocked() {
            Some(miss) => Verdict::inconclusive(miss),
            None => Verdict::not_applicable("there is none: see web/hsts-missing"),
        };
    };
    let (what, severity) = match max_age(value) {
        Some(0) => ("makes browsers forget it (max-age=0)".to_owned(), Severity::High),
        None => ("cannot be read, so browsers ignore it".to_owned(), Severity::High),
        Some(seconds) if seconds < ENOUGH => {
            (format!("lasts {seconds} seconds, which is under half a year"), Severity::Medium)
        }
        Some(_) => return Verdict::Pass,
    };
    Verdict::fail(
        Finding::new(format!("the Strict-Transport-Security header of {} {what}", front.url))
            .severity(severity)
            .root("web/hsts")
            .at(Place::url(context.subject))
            .evidence("strict-transport-security", value)
            .fix("send max-age=31536000; includeSubDomains"),
    )
}

/// RFC 6797 section 6.1: required once, as digits, perhaps quoted; a repeated directive voids all.
fn max_age(value: &str) -> Option<u64> {
    let mut found = None;
    for directive in value.split(';') {
        let (name, number) = directive.split_once('=').unwrap_or((directive, ""));
        if !name.trim().eq_ignore_ascii_case("max-age") {
            continue;
        }
        let digits = number.trim().trim_matches('"');
        let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if found.is_some() || !valid {
            return None;
        }
        found = Some(digits.parse().unwrap_or(u64::MAX));
    }
    found
}
