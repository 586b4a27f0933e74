//! Several key records stand at one DKIM selector.
//!
//! What a verifier does then is undefined: signatures fail at random.
//!
//! ## Fix
//!
//! Delete all but the record that the sender shows.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6376#section-3.6.2.2>

use super::{conclude, selectors};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dkim-multiple",
    title: "several DKIM records at one selector",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dkim_multiple.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    let (found, missed) = selectors(mail, context);
    let none = found.is_empty();
    let several = found.into_iter().filter(|selector| selector.txt.len() > 1);
    let findings: Vec<Finding> = several
        .map(|selector| {
            Finding::new(format!("{} has {} DKIM records", selector.name, selector.txt.len()))
                .at(Place::dns(&selector.name, "TXT"))
                .key(selector.name)
                .fix("Delete all but the record that the sender shows.")
        })
        .collect();
    match missed {
        None if none => Verdict::not_applicable("no DKIM key was found"),
        missed => conclude(findings, missed),
    }
}
