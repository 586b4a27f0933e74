//! There is an MTA-STS policy, but no record that announces it.
//!
//! Senders look for the record first, so the policy has no effect: somebody believes that mail is protected.
//!
//! ## Fix
//!
//! Publish the record beside the policy:
//! ```text
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8461#section-3.1>

use super::{Early, announces_sts, txt};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mta-sts-unannounced",
    title: "an MTA-STS policy without a record",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mta_sts_unannounced.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    if announces_sts(mail, domain)? {
        return Ok(Verdict::Pass);
    }
    let host = format!("mta-sts.{domain}");
    let addresses = mail.answers.addresses(&host).map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    if addresses.is_empty() {
        return Ok(Verdict::not_applicable(format!("{host} has no address")));
    }
    if let Err(Miss::Refused(_)) = mail.policy.as_ref() {
        return Ok(Verdict::not_applicable(format!("{host} serves nothing over https")));
    }
    let policy = mail.policy.as_ref().map_err(|miss| Verdict::inconclusive(miss.clone()))?;
    // Under a wildcard, or on a host that answers everything, there is no policy to announce.
    if policy.status != 200 || policy.file.version.is_none() || policy.file.mode.as_deref() == Some("none") {
        return Ok(Verdict::Pass);
    }
    let name = format!("_mta-sts.{domain}");
    Ok(Verdict::fail(
        Finding::new(format!(
            "{} serves an MTA-STS policy, but {name} has no record that announces it",
            policy.url
        ))
        .at(Place::dns(&name, "TXT"))
        .fix(format!("Publish the TXT record \"v=STSv1; id=20260101\" at {name}."))
        .patch(txt(name, "v=STSv1; id=20260101")),
    ))
}
