//! The DMARC record has an error.
//!
//! A record that does not begin with exactly `v=DMARC1` is no record; a policy that is not understood counts as `p=none`; broken report addresses get no reports.
//!
//! ## Fix
//!
//! Write the record as `name=value` pairs with `;` between them, `v=DMARC1` first:
//! ```text
//! _dmarc.example.com. TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.7>
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.8>

use super::{Early, dmarc_record, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::dmarc,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-syntax",
    title: "an error in the DMARC record",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_syntax.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let name = format!("_dmarc.{domain}");
    let records = get(mail, &name, Rr::Txt)?;
    let broken = records.iter().find(|text| dmarc::looks_like_dmarc(text) && !dmarc::is_dmarc(text));
    if let (Some(text), false) = (broken, records.iter().any(|text| dmarc::is_dmarc(text))) {
        return Ok(Verdict::fail(
            Finding::new(format!(
                "the text `{text}` at {name} does not begin with `v=DMARC1;`, so it is no DMARC record"
            ))
            .at(Place::dns(&name, "TXT"))
            .severity(Severity::Critical)
            .fix("Begin the record with `v=DMARC1;`, in this case and without quotes inside."),
        ));
    }
    let found = dmarc_record(mail, context)?;
    let at = format!("_dmarc.{}", found.domain);
    let missing_policy = found.record.tag("p").is_none();
    let mut wrong: Vec<(usize, String)> =
        found.record.errors.iter().map(|error| (error.column, error.why.clone())).collect();
    if missing_policy {
        wrong.push((9, "the policy `p=` is missing".to_owned()));
    }
    let findings = wrong.into_iter().map(|(column, why)| {
        Finding::new(format!("the DMARC record at {at} has an error at column {column}: {why}"))
            .at(Place::dns(&at, "TXT"))
            .key(why.as_str())
            .evidence("record", format!("{}\n{}^", found.text, " ".repeat(column.saturating_sub(1).min(900))))
            .fix(format!("Correct it: {why}."))
    });
    Ok(Verdict::from_findings(findings.collect()))
}
