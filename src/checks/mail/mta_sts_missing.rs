//! The domain has no MTA-STS record.
//!
//! Without MTA-STS (or DANE) an attacker in the network path can make senders deliver its mail without encryption. It stops no launch.
//!
//! ## Fix
//!
//! Publish a policy at `https://mta-sts.example.com/.well-known/mta-sts.txt` and then the record:
//! ```text
//! _mta-sts.example.com. TXT "v=STSv1; id=20260101"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8461>

use super::{Early, get, hosts};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mta-sts-missing",
    title: "no MTA-STS record",
    station: Station::Mail,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mta_sts_missing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    hosts(mail, context)?;
    let name = format!("_mta-sts.{domain}");
    if get(mail, &name, Rr::Txt)?.iter().any(|text| text.to_ascii_lowercase().starts_with("v=sts")) {
        return Ok(Verdict::Pass);
    }
    Ok(Verdict::fail(
        Finding::new(format!("{domain} receives mail and has no MTA-STS record"))
            .at(Place::dns(&name, "TXT"))
            .fix(format!(
                "Publish an MTA-STS policy, and then a record like \"v=STSv1; id=20260101\" at {name}."
            )),
    ))
}
