//! A DKIM record has an empty key, which means that the key is revoked.
//!
//! That is right for a while after a key was changed. If a sender still uses the selector, its mail counts as unsigned.
//!
//! ## Fix
//!
//! Remove the record some weeks after the change, or publish the new key.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6376#section-3.6.1>

use super::over_keys;
use crate::{
    checks::{Check, Context, Judge},
    engine::dkim::Key,
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dkim-revoked",
    title: "a DKIM key is revoked",
    station: Station::Mail,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dkim_revoked.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    over_keys(mail, context, |name, key, _| {
        (key.key == Key::Revoked).then(|| {
            Finding::new(format!("the DKIM key at {name} is revoked (`p=` is empty)"))
                .at(Place::dns(name, "TXT"))
                .key(name)
                .fix(format!("Remove {name} if no sender uses it any more, or publish the new key."))
                .patch(Patch::DnsRemove { name: name.to_owned(), record: "TXT".to_owned() })
        })
    })
}
