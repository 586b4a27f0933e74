//! A DKIM key record cannot be read.
//!
//! Every mail signed with this selector counts as unsigned. The usual cause is a key that was cut at 255 characters or pasted with quotes or line breaks.
//!
//! ## Fix
//!
//! Copy the record from the sender again; split a long value into several strings of at most 255 characters, which DNS joins:
//! ```text
//! s1._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=MIIB..." "...IDAQAB"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6376#section-3.6.1>

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
    id: "mail/dkim-key-broken",
    title: "a DKIM record is broken",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dkim_key_broken.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    over_keys(mail, context, |name, key, _| {
        if key.errors.is_empty() {
            return None;
        }
        let severity = if key.key == Key::Unreadable { Severity::Critical } else { Severity::Medium };
        Some(
            Finding::new(format!("the DKIM record at {name} is broken: {}", key.errors.join("; ")))
                .at(Place::dns(name, "TXT"))
                .key(name)
                .severity(severity)
                .fix("Copy the record from the sender again, in strings of at most 255 characters."),
        )
    })
}
