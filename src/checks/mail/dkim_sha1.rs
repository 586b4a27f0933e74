//! A DKIM record allows only the hash SHA-1.
//!
//! Verifiers must not accept SHA-1 any more, and signatures with SHA-256 are not allowed by the record: no signature is valid.
//!
//! ## Fix
//!
//! Remove `h=sha1` from the record, or write `h=sha256`.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8301#section-3.1>

use super::over_keys;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dkim-sha1",
    title: "DKIM allows SHA-1 only",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dkim_sha1.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    over_keys(mail, context, |name, key, _| {
        if key.hashes.is_empty() || key.hashes.iter().any(|hash| hash == "sha256") {
            return None;
        }
        Some(
            Finding::new(format!("the DKIM record at {name} allows only {}", key.hashes.join(", ")))
                .at(Place::dns(name, "TXT"))
                .key(name)
                .fix("Publish the record without `h=`."),
        )
    })
}
