//! A TXT record looks like a key, a password or a connection string.
//!
//! Everybody can read it, and search engines for DNS keep it for years, also after it is removed.
//!
//! ## Fix
//!
//! Revoke the secret first, then remove the record.
//!
//! ## References
//!
//! - <https://cwe.mitre.org/data/definitions/200.html>

use std::sync::LazyLock;

use regex::Regex;
use sha2::{Digest, Sha256};

use super::{Early, alive, get};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/txt-secret",
    title: "a TXT record looks like a secret",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Zone(judge),
    source: include_str!("txt_secret.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let findings = get(zone, domain, Rr::Txt)?.iter().filter_map(|text| {
        let what = kind_of_secret(text)?;
        Some(
            Finding::new(format!("a TXT record of {domain} looks like {what}: {}", masked(text)))
                .at(Place::dns(domain, "TXT"))
                .key(what)
                .fix("Revoke the secret at its provider first, then remove the record."),
        )
    });
    Ok(Verdict::from_findings(findings.collect()))
}

/// Forms that nothing but a secret has.
fn kind_of_secret(text: &str) -> Option<&'static str> {
    PATTERNS.iter().find(|(pattern, _)| pattern.is_match(text)).map(|(_, what)| *what)
}

static PATTERNS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    [
        (r"\bAKIA[0-9A-Z]{16}\b", "an AWS access key"),
        (r"\b[sr]k_live_[0-9A-Za-z]{16,}", "a Stripe live key"),
        (r"\bgh[pousr]_[0-9A-Za-z]{36}\b", "a GitHub token"),
        (r"\bAIza[0-9A-Za-z_-]{35}\b", "a Google API key"),
        (r"\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}\b", "a SendGrid key"),
        (r"\bxox[abprs]-[0-9A-Za-z-]{20,}", "a Slack token"),
        (r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.", "a JSON Web Token"),
        (r"-----BEGIN [A-Z ]*PRIVATE KEY", "a private key"),
        (
            r"(?i)\b(postgres(ql)?|mysql|mongodb(\+srv)?|redis|amqp)://[^\s:@/]+:[^\s@/]{3,}@",
            "a connection string with a password",
        ),
        (r"(?i)\b(password|passwd|secret_key|api_?key|client_secret)\s*[:=]\s*\S{8,}", "a password or key"),
    ]
    .into_iter()
    .filter_map(|(pattern, what)| Some((Regex::new(pattern).ok()?, what)))
    .collect()
});

/// The first characters, the length and a hash: enough to find it, too little to use it.
fn masked(text: &str) -> String {
    let start: String = text.chars().take(6).collect();
    let digest = Sha256::digest(text.as_bytes());
    let hash: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{start}… ({} characters, sha256 {hash}…)", text.chars().count())
}
