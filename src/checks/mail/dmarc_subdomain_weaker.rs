//! The DMARC policy for subdomains is weaker than that for the domain.
//!
//! Forgers then simply write `@billing.example.com`, which no customer can tell from the real thing.
//!
//! ## Fix
//!
//! Remove `sp` and `np`, or set them to the policy of the domain:
//! ```text
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; sp=reject; np=reject"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.7>

use super::{Early, dmarc_record, drop_tags, txt};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-subdomain-weaker",
    title: "DMARC is weaker for subdomains",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_subdomain_weaker.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let found = dmarc_record(mail, context)?;
    let record = &found.record;
    let name = format!("_dmarc.{}", found.domain);
    let Some(policy) = record.policy else { return Ok(Verdict::Pass) };
    let weaker = [("sp", record.subdomains), ("np", record.nonexistent.or(record.subdomains))];
    let findings: Vec<Finding> = weaker
        .into_iter()
        .filter(|(tag, _)| record.tag(tag).is_some())
        .filter_map(|(tag, own)| Some((tag, own.filter(|own| *own < policy)?)))
        .map(|(tag, own)| {
            let fixed = drop_tags(&found.text, &["sp", "np"]);
            let missing = if tag == "sp" && record.nonexistent.is_none() {
                ", also for subdomains that do not exist"
            } else {
                ""
            };
            Finding::new(format!(
                "the DMARC record at {name} says {tag}={} below p={}{missing}",
                own.id(),
                policy.id()
            ))
            .at(Place::dns(&name, "TXT"))
            .key(tag)
            .evidence("record", found.text.as_str())
            .fix(format!("Publish \"{fixed}\" at {name}."))
            .patch(txt(&name, fixed))
        })
        .collect();
    Ok(Verdict::from_findings(findings))
}
