//! The MTA-STS policy that the record announces cannot be fetched as the standard demands.
//!
//! Senders want it over https with a certificate that verifies for `mta-sts.<domain>`, with status 200, without a redirect and as `text/plain`. Otherwise they act as if there were no policy, or go on with an old one that may no longer fit your mail hosts.
//!
//! ## Fix
//!
//! Serve the policy itself at the address (no redirect), with a valid certificate for the host:
//! ```text
//! https://mta-sts.example.com/.well-known/mta-sts.txt
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8461#section-3.3>

use super::{Early, announces_sts};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/mta-sts-fetch",
    title: "the MTA-STS policy cannot be fetched",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("mta_sts_fetch.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    if !announces_sts(mail, domain)? {
        return Ok(Verdict::not_applicable(format!("{domain} has no MTA-STS record")));
    }
    let url = format!("https://mta-sts.{domain}/.well-known/mta-sts.txt");
    let (why, confidence) = match mail.policy.as_ref() {
        Ok(policy) => {
            let kind = policy.content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
            let why = match (policy.status, &policy.location) {
                (_, Some(location)) => format!("it redirects to {location}, which senders do not follow"),
                (200, None) if !kind.trim_start().starts_with("text/plain") => {
                    format!("its content type is `{kind}`, not text/plain")
                }
                (200, None) if policy.too_large => "it is larger than 64 KiB".to_owned(),
                (200, None) => return Ok(Verdict::Pass),
                (status, None) => format!("the server answers {status}"),
            };
            (why, Confidence::High)
        }
        Err(Miss::NoSuchName(host)) => (format!("{host} has no address"), Confidence::High),
        Err(Miss::Denied(why)) if is_certificate(why) => {
            (format!("the connection is not trusted: {why}"), Confidence::High)
        }
        Err(Miss::Refused(why)) => (format!("the connection is refused: {why}"), Confidence::Medium),
        Err(miss) => return Ok(Verdict::inconclusive(miss.clone())),
    };
    Ok(Verdict::fail(
        Finding::new(format!("the MTA-STS policy of {domain} cannot be used: {why}"))
            .at(Place::url(&url))
            .confidence(confidence)
            .fix(format!(
                "Serve the policy at {url} with status 200, as text/plain, under a valid certificate."
            )),
    ))
}

/// Did verification of the certificate fail, rather than the site refuse?
fn is_certificate(why: &str) -> bool {
    why.contains("certificate") || why.contains("alert")
}
