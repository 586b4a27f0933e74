//! The SPF record allows a network with a huge number of addresses.
//!
//! A prefix of `/15` or shorter covers whole hosting companies: any of their customers can send mail that passes SPF for the domain.
//!
//! ## Fix
//!
//! Name the addresses that send, or the include of the provider:
//! ```text
//! example.com. TXT "v=spf1 ip4:192.0.2.10 ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-5.6>

use super::{Early, policy};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf::{Mechanism, Qualifier},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-broad-ip",
    title: "SPF allows a huge network to send",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_broad_ip.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let (text, record) = policy(mail, context)?;
    let findings = record.evaluated().filter_map(|(term, qualifier, mechanism)| {
        let size = match mechanism {
            Mechanism::Ip4(_, prefix)
            | Mechanism::A { v4: prefix, .. }
            | Mechanism::Mx { v4: prefix, .. }
                if *prefix <= BROAD_V4 =>
            {
                format!("{} IPv4 addresses", 1_u64 << (32 - u32::from(*prefix)))
            }
            Mechanism::Ip6(_, prefix)
            | Mechanism::A { v6: prefix, .. }
            | Mechanism::Mx { v6: prefix, .. }
                if *prefix <= BROAD_V6 =>
            {
                format!("a /{prefix} of IPv6")
            }
            _ => return None,
        };
        (qualifier == Qualifier::Pass).then(|| {
            Finding::new(format!("`{}` in the SPF record of {domain} allows {size} to send", term.text))
                .at(Place::dns(domain, "TXT"))
                .key(term.text.as_str())
                .evidence("record", text.as_str())
                .fix(format!("Replace `{}` by the addresses that really send.", term.text))
        })
    });
    Ok(Verdict::from_findings(findings.collect()))
}

const BROAD_V4: u8 = 15;
const BROAD_V6: u8 = 31;
