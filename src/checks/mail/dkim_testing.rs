//! A DKIM record says `t=y`.
//!
//! Verifiers must treat mail signed with it no differently from unsigned mail, so the signature protects nothing.
//!
//! ## Fix
//!
//! Remove `t=y` from the record.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6376#section-3.6.1>

use super::{over_keys, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::dkim::Key,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dkim-testing",
    title: "DKIM is in testing mode",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dkim_testing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    over_keys(mail, context, |name, key, text| {
        if !key.testing || key.key == Key::Revoked {
            return None;
        }
        let kept: Vec<&str> = text.split(';').filter(|part| !part.trim_start().starts_with("t=")).collect();
        Some(
            Finding::new(format!("the DKIM record at {name} says t=y, so its signatures count for nothing"))
                .at(Place::dns(name, "TXT"))
                .key(name)
                .fix("Publish the record without `t=y`.")
                .patch(txt(name, kept.join(";"))),
        )
    })
}
