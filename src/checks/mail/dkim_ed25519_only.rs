//! All DKIM keys that were found are Ed25519 keys.
//!
//! Many receivers verify RSA only, and for them the mail is unsigned.
//!
//! ## Fix
//!
//! Sign with an RSA key of 2048 bits as well, under a selector of its own.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8463#section-3>

use super::selectors;
use crate::{
    checks::{Check, Context, Judge},
    engine::dkim::{Key, parse},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dkim-ed25519-only",
    title: "DKIM has Ed25519 keys only",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Mail(judge),
    source: include_str!("dkim_ed25519_only.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    let (found, missed) = selectors(mail, context);
    let keys: Vec<Key> = found.iter().flat_map(|selector| &selector.txt).map(|txt| parse(txt).key).collect();
    let verifiable = keys.iter().any(|key| matches!(key, Key::Rsa(_)));
    match missed {
        _ if verifiable => Verdict::Pass,
        Some(miss) => Verdict::inconclusive(miss),
        None if !keys.contains(&Key::Ed25519) => Verdict::not_applicable("no Ed25519 key was found"),
        None => Verdict::fail(
            Finding::new(format!("{} has DKIM keys of type Ed25519 only", context.subject))
                .at(Place::dns(format!("_domainkey.{}", context.subject), "TXT"))
                .fix("Sign with an RSA key of 2048 bits as well, under a selector of its own."),
        ),
    }
}
