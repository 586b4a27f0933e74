//! SPF is published in the retired record type.
//!
//! SPF had a record type of its own (type 99) until 2014. Receivers read TXT alone: a record that stands only there is no SPF at all, and one that stands in both is edited in one place and forgotten in the other. Asked where no TXT record is SPF, or a Sender ID record was left over.
//!
//! ## Fix
//!
//! Publish the record as TXT and remove the other:
//! ```text
//! example.com. TXT "v=spf1 include:_spf.google.com ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-3.1>

use super::{Early, get, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Miss, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-retired-type",
    title: "SPF in the retired record type",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_retired_type.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let current = !spf::select(get(mail, domain, Rr::Txt)?).is_empty();
    let old = match mail.answers.get(domain, Rr::Spf) {
        Ok(records) => records,
        Err(Miss::NotAsked) => {
            return Ok(Verdict::not_applicable(format!(
                "nothing points to a record of the old type at {domain}"
            )));
        }
        Err(miss) => return Ok(Verdict::inconclusive(miss.clone())),
    };
    let Some(record) = old.first() else { return Ok(Verdict::Pass) };
    let finding = if current {
        Finding::new(format!("{domain} has a record of the retired type SPF beside its TXT record"))
            .fix("Remove the record of type SPF; receivers read TXT alone.")
    } else {
        Finding::new(format!("{domain} has SPF in the retired record type alone, which nobody reads"))
            .root("spf-missing")
            .fix(format!(
                "Publish \"{record}\" as a TXT record at {domain} and remove the record of type SPF."
            ))
            .patch(txt(domain, record.as_str()))
    };
    Ok(Verdict::fail(finding.at(Place::dns(domain, "SPF")).evidence("record", record.as_str())))
}
