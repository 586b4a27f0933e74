//! More than one DMARC record is published at one name.
//!
//! Receivers then use none of them: the domain has no policy, although it seems to have two.
//!
//! ## Fix
//!
//! Keep one record and delete the others.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.10>

use super::txt;
use crate::{
    checks::{Check, Context, Judge},
    engine::dmarc,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-multiple",
    title: "more than one DMARC record",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_multiple.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    let domain = context.subject;
    let walk = dmarc::walk(domain, &mail.answers);
    if let (Some((at, records)), None) = (walk.multiple.first(), &walk.applies) {
        let name = format!("_dmarc.{at}");
        let strictest = records.iter().max_by_key(|record| dmarc::parse(record).policy);
        let kept = strictest.cloned().unwrap_or_default();
        return Verdict::fail(
            Finding::new(format!(
                "{name} has {} DMARC records, so receivers use none of them",
                records.len()
            ))
            .at(Place::dns(&name, "TXT"))
            .evidence("records", records.join("\n"))
            .fix(format!("Keep one record, for example \"{kept}\", and delete the others."))
            .patch(txt(name, kept)),
        );
    }
    match walk.missed.or(walk.wanted.first().map(|_| Miss::NotAsked)) {
        Some(miss) => Verdict::inconclusive(miss),
        None => Verdict::Pass,
    }
}
