//! The domain has MTA-STS but no TLS-RPT record.
//!
//! When the policy and the mail hosts disagree, senders stop delivering, and without reports nobody tells you.
//!
//! ## Fix
//!
//! Publish an address for the reports:
//! ```text
//! _smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8460#section-3>

use super::{Early, get, txt};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/tls-rpt-missing",
    title: "MTA-STS without TLS-RPT",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("tls_rpt_missing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let sts = get(mail, &format!("_mta-sts.{domain}"), Rr::Txt)?;
    if !sts.iter().any(|text| text.to_ascii_lowercase().starts_with("v=sts")) {
        return Ok(Verdict::not_applicable(format!("{domain} has no MTA-STS record")));
    }
    let name = format!("_smtp._tls.{domain}");
    if get(mail, &name, Rr::Txt)?.iter().any(|text| text.to_ascii_lowercase().starts_with("v=tlsrpt")) {
        return Ok(Verdict::Pass);
    }
    let fixed = format!("v=TLSRPTv1; rua=mailto:tls@{domain}");
    Ok(Verdict::fail(
        Finding::new(format!("{domain} has MTA-STS but no TLS-RPT record"))
            .at(Place::dns(&name, "TXT"))
            .fix(format!("Publish the TXT record \"{fixed}\" at {name}."))
            .patch(txt(name, fixed)),
    ))
}
