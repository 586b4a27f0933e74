//! Cloudflare speaks to the server without checking it, or caches what it should not.
//!
//! With "flexible" the last part of the way is in the clear, whatever the padlock says; with "full" anybody
//! between the two may show any certificate. A rule that caches everything shows one customer's page to the
//! next.
//!
//! ## Fix
//!
//! Set SSL/TLS to Full (strict), and let cache rules match static files alone.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/ssl/origin-configuration/ssl-modes/>
//! - <https://developers.cloudflare.com/cache/how-to/cache-rules/>

use super::{by_account, other_provider};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Account, CloudflareAccount, Observations},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/cloudflare-settings",
    title: "the CDN weakens what is behind it",
    station: Station::Ops,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account], judge),
    source: include_str!("cloudflare_settings.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_account(seen, "cloudflare", |account| {
        let Account::Cloudflare(account) = account else { return other_provider() };
        let findings = faults(account);
        let missed = [account.ssl.as_ref().err(), account.cache_everything.as_ref().err()]
            .into_iter()
            .flatten()
            .next();
        match missed.filter(|_| findings.is_empty()) {
            Some(miss) => Verdict::inconclusive(miss.clone()),
            None => Verdict::from_findings(findings),
        }
    })
}

fn faults(account: &CloudflareAccount) -> Vec<Finding> {
    let finding = |key: &str, message: String, severity: Severity| {
        Finding::new(message)
            .at(Place::url(format!("https://dash.cloudflare.com/?to=/:account/{}", account.zone)))
            .key(key.to_owned())
            .severity(severity)
            .fix("set SSL/TLS to Full (strict), and cache static files alone")
    };
    let mut findings = Vec::new();
    match account.ssl.as_ref().map(String::as_str) {
        Ok(mode @ ("off" | "flexible")) => {
            let message = format!("the SSL mode is `{mode}`: requests reach the server behind in the clear");
            findings.push(finding("ssl", message, Severity::High));
        }
        Ok("full") => {
            let message =
                "the SSL mode is `full`: the certificate of the server behind is not checked".to_owned();
            findings.push(finding("ssl", message, Severity::Medium));
        }
        _ => {}
    }
    if account.development_mode.as_ref() == Ok(&true) {
        findings.push(finding(
            "development",
            "development mode is on: nothing is cached".to_owned(),
            Severity::Low,
        ));
    }
    if account.always_use_https.as_ref() == Ok(&false) {
        findings.push(finding("https", "visitors are not led to HTTPS by the CDN".to_owned(), Severity::Low));
    }
    if let Ok(version @ ("1.0" | "1.1")) = account.min_tls_version.as_ref().map(String::as_str) {
        findings.push(finding("tls", format!("TLS {version} is still accepted"), Severity::Low));
    }
    for rule in
        account.cache_everything.as_ref().into_iter().flatten().filter(|rule| matches_pages(&rule.matches))
    {
        let message = format!("a rule caches everything that matches `{}`", rule.matches);
        findings.push(finding(&rule.matches, message, Severity::Medium));
    }
    findings
}

/// A rule about static files alone is meant.
fn matches_pages(expression: &str) -> bool {
    let lower = expression.to_ascii_lowercase();
    ![
        "/static",
        "/assets",
        "/_next/static",
        "/images",
        "/img",
        "/fonts",
        "extension in",
        ".js",
        ".css",
        ".png",
        ".jpg",
        "/media",
    ]
    .iter()
    .any(|part| lower.contains(part))
}
