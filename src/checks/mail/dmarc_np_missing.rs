//! The DMARC record says nothing of subdomains that do not exist, and what applies to them is weaker than `reject`.
//!
//! Nobody sends mail from a subdomain without records, so nothing is lost by refusing such mail, also while the policy for the real subdomains is still being raised. Without `np` the policy for subdomains applies, or else the one of the domain (RFC 9989 section 4.7).
//!
//! ## Fix
//!
//! Add `np=reject`. A subdomain counts as one that does not exist if it has neither A nor AAAA nor MX records, so give those that send mail one of them first:
//! ```text
//! _dmarc.example.com. TXT "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.7>

use super::{Early, dmarc_record, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::dmarc::Policy,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-np-missing",
    title: "DMARC leaves subdomains that do not exist open",
    station: Station::Mail,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_np_missing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let found = dmarc_record(mail, context)?;
    let record = &found.record;
    let name = format!("_dmarc.{}", found.domain);
    let (tag, applied) = match (record.policy, record.subdomains) {
        (None | Some(Policy::None), _) => {
            return Ok(Verdict::not_applicable(format!(
                "{name} refuses nothing yet: see mail/dmarc-policy-none"
            )));
        }
        (Some(policy), Some(below)) if below < policy => {
            let why = format!("sp is weaker than p at {name}: see mail/dmarc-subdomain-weaker");
            return Ok(Verdict::not_applicable(why));
        }
        (_, Some(policy)) => ("sp", policy),
        (Some(policy), None) => ("p", policy),
    };
    if record.tag("np").is_some() || applied == Policy::Reject {
        return Ok(Verdict::Pass);
    }
    let fixed = format!("{}; np=reject", found.text.trim_end_matches([';', ' ']));
    Ok(Verdict::fail(
        Finding::new(format!(
            "the DMARC record at {name} has no np, so {tag}={} applies to subdomains that do not exist",
            applied.id()
        ))
        .at(Place::dns(&name, "TXT"))
        .evidence("record", found.text.as_str())
        .fix(format!("Publish \"{fixed}\" at {name}."))
        .patch(txt(&name, fixed)),
    ))
}
