//! The SPF record uses the `ptr` mechanism.
//!
//! It is slow and unreliable, RFC 7208 says that it should not be published, and some receivers skip or reject records that have it.
//!
//! ## Fix
//!
//! Replace `ptr` by the networks or the include of the sender:
//! ```text
//! example.com. TXT "v=spf1 ip4:192.0.2.10 ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-5.5>

use super::{Early, policy, txt, without};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf::Mechanism,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-ptr",
    title: "SPF uses ptr",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_ptr.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (text, record) = policy(mail, context)?;
    let findings = record.evaluated().filter(|(_, _, mechanism)| matches!(mechanism, Mechanism::Ptr(_))).map(
        |(term, ..)| {
            let fixed = without(&text, &term.text);
            Finding::new(format!("the SPF record of {domain} uses `{}`", term.text))
                .at(Place::dns(domain, "TXT"))
                .key(term.text.as_str())
                .evidence("record", text.as_str())
                .fix(format!("Replace `{}` by `ip4:`, `ip6:` or `include:` of the sender.", term.text))
                .patch(txt(domain, fixed))
        },
    );
    Ok(Verdict::from_findings(findings.collect()))
}
