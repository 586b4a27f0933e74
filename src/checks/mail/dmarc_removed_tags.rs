//! The DMARC record has tags that RFC 9989 removed: `pct`, `rf` or `ri`.
//!
//! Receivers ignore them. A record with `pct=10` that was meant to protect a tenth of the mail may now protect all of it, or none.
//!
//! ## Fix
//!
//! Remove the tags; use `t=y` where you meant a trial.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#appendix-C>

use super::{Early, dmarc_record, drop_tags, txt};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-removed-tags",
    title: "DMARC tags that no longer exist",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_removed_tags.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let found = dmarc_record(mail, context)?;
    let removed: Vec<&str> =
        ["pct", "rf", "ri"].into_iter().filter(|tag| found.record.tag(tag).is_some()).collect();
    // pct=100 was the default and changes nothing.
    let harmless = removed == ["pct"] && found.record.tag("pct").is_some_and(|tag| tag.value == "100");
    if removed.is_empty() || harmless {
        return Ok(Verdict::Pass);
    }
    let name = format!("_dmarc.{}", found.domain);
    let partial = found.record.tag("pct").is_some_and(|tag| tag.value != "100");
    let fixed = drop_tags(&found.text, &removed);
    Ok(Verdict::fail(
        Finding::new(format!(
            "the DMARC record at {name} has tags that receivers ignore: {}",
            removed.join(", ")
        ))
        .at(Place::dns(&name, "TXT"))
        .severity(if partial { Severity::Medium } else { Severity::Low })
        .evidence("record", found.text.as_str())
        .fix(format!("Publish \"{fixed}\" at {name}."))
        .patch(txt(name, fixed)),
    ))
}
