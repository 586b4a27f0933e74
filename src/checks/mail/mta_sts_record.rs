//! The MTA-STS record is broken, or there are several.
//!
//! Senders then behave as if there were none.
//!
//! ## Fix
//!
//! Publish exactly one record; the id has up to 32 letters and digits:
//! ```text
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8461#section-3.1>

use super::{Early, get, txt};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mta-sts-record",
    title: "a broken MTA-STS record",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mta_sts_record.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let name = format!("_mta-sts.{domain}");
    let records: Vec<&String> = get(mail, &name, Rr::Txt)?
        .iter()
        .filter(|text| text.to_ascii_lowercase().starts_with("v=sts"))
        .collect();
    let why = match records.as_slice() {
        [] => return Ok(Verdict::not_applicable(format!("{domain} has no MTA-STS record"))),
        [one] if !one.starts_with("v=STSv1") => "it does not begin with `v=STSv1`",
        [one] if !has_id(one) => "its `id` is not 1 to 32 letters and digits",
        [_] => return Ok(Verdict::Pass),
        _ => "there are several",
    };
    Ok(Verdict::fail(
        Finding::new(format!("the MTA-STS record at {name} is not valid: {why}"))
            .at(Place::dns(&name, "TXT"))
            .evidence("records", records.into_iter().cloned().collect::<Vec<_>>().join("\n"))
            .fix(format!("Publish one record like \"v=STSv1; id=20260101\" at {name}."))
            .patch(txt(name, "v=STSv1; id=20260101")),
    ))
}

fn has_id(record: &str) -> bool {
    let id = record.split(';').find_map(|part| part.trim().strip_prefix("id="));
    id.map(str::trim)
        .is_some_and(|id| (1..=32).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
