//! An SPF record stands where no receiver looks for it.
//!
//! It is at `_spf` or `_dmarc`, or its text begins with a quote, a space or a wrong version, while the domain itself has no SPF record.
//!
//! ## Fix
//!
//! Publish the record at the domain itself, beginning with `v=spf1`:
//! ```text
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-3>
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-4.5>

use super::{Early, conclude, get, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-wrong-location",
    title: "an SPF record where nobody looks",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_wrong_location.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let records = get(mail, domain, Rr::Txt)?;
    if !spf::select(records).is_empty() {
        return Ok(Verdict::Pass);
    }
    let (mut found, mut missed) = (Vec::new(), None);
    for label in ["", "_spf.", "_dmarc."] {
        let name = format!("{label}{domain}");
        match mail.answers.get(&name, Rr::Txt) {
            Ok(records) => found
                .extend(records.iter().filter(|text| looks_like_spf(text)).map(|text| (name.clone(), text))),
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    let findings = found.into_iter().map(|(name, text)| {
        let start = text.to_ascii_lowercase().find("spf1").map_or(0, |at| at + 4);
        let fixed = format!("v=spf1{}", text.get(start..).unwrap_or_default().trim_end_matches(['"', ' ']));
        Finding::new(format!(
            "the text `{text}` at {name} is meant as SPF, but receivers do not read it there as SPF"
        ))
        .at(Place::dns(&name, "TXT"))
        .key(name)
        .root("spf-missing")
        .fix(format!("Publish \"{fixed}\" at {domain} and remove the other text."))
        .patch(txt(domain, fixed))
    });
    Ok(conclude(findings.collect(), missed))
}

fn looks_like_spf(text: &str) -> bool {
    let start: String = text.chars().filter(|letter| !" \"'\\".contains(*letter)).take(6).collect();
    start.eq_ignore_ascii_case("v=spf1") || start.eq_ignore_ascii_case("v=spf")
}
