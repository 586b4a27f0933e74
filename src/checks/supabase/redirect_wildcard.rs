//! Sign-in links may lead to any host.
//!
//! A redirect address with a wildcard in its host lets an attacker send the victim's session to a
//! site of their own: `https://*.vercel.app` is everybody's, and `**` matches everything.
//!
//! ## Fix
//!
//! List the exact addresses; for previews, name your own team's prefix:
//! ```toml
//! [auth]
//! additional_redirect_urls = ["https://app.example.com/auth/callback"]
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/auth/redirect-urls>

use super::at_setting;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/redirect-wildcard",
    title: "sign-in may redirect to any host",
    station: Station::Supabase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("redirect_wildcard.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let Some(config) = &database.config else {
        return Verdict::not_applicable("no supabase/config.toml beside the migrations");
    };
    if let Some(miss) = &config.missed {
        return Verdict::inconclusive(miss.clone());
    }
    let Some(setting) = database.setting("auth.additional_redirect_urls") else { return Verdict::Pass };
    let place = at_setting(database, setting);
    let wild = setting.values.iter().filter(|url| is_anybodys(url));
    let findings = wild.map(|url| {
        Finding::new(format!("sign-in may redirect to {url}, which hosts of others match"))
            .at(place.clone())
            .evidence("additional_redirect_urls", url.as_str())
            .key(url.clone())
            .fix("List exact addresses of your own hosts.")
    });
    Verdict::from_findings(findings.collect())
}

/// Where everybody can have a host.
const SHARED: &[&str] =
    &["vercel.app", "netlify.app", "web.app", "pages.dev", "herokuapp.com", "onrender.com", "github.io"];

/// A wildcard in the host that is not below a domain of one's own. Ports and paths may vary, and a
/// prefix (`https://*-team.vercel.app`) narrows it to one's own previews.
fn is_anybodys(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?']).next().unwrap_or(rest);
    if host.starts_with("localhost") || host.starts_with("127.") {
        return false;
    }
    let Some(below) = host.strip_prefix("**.").or_else(|| host.strip_prefix("*.")) else {
        return host == "*" || host == "**";
    };
    SHARED.contains(&below) || !below.contains('.') || below.contains('*')
}
