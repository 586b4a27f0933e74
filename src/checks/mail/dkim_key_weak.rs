//! An RSA key for DKIM is too short.
//!
//! Verifiers must not accept keys under 1024 bits, so such mail counts as unsigned; keys of 1024 bits are within reach of a well-funded attacker and RFC 8301 asks for 2048.
//!
//! ## Fix
//!
//! Make a key of 2048 bits at the sender, publish it under a new selector, switch, and then revoke the old one.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8301#section-3.2>

use super::over_keys;
use crate::{
    checks::{Check, Context, Judge},
    engine::dkim::Key,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dkim-key-weak",
    title: "a DKIM key is too short",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dkim_key_weak.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    over_keys(mail, context, |name, key, _| {
        let Key::Rsa(bits) = key.key else { return None };
        if bits >= 2048 {
            return None;
        }
        let (what, severity) = if bits < 1024 {
            ("which verifiers must not accept", Severity::Critical)
        } else {
            ("2048 are recommended", Severity::Low)
        };
        Some(
            Finding::new(format!("the DKIM key at {name} has {bits} bits, {what}"))
                .at(Place::dns(name, "TXT"))
                .key(name)
                .severity(severity)
                .fix("Make a key of 2048 bits at the sender and publish it under a new selector."),
        )
    })
}
