//! The SPF record names a domain that nobody has registered.
//!
//! Whoever registers it decides who may send mail in your name, and such mail passes SPF and DMARC.
//!
//! ## Fix
//!
//! Remove the term at once.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-11.5>
//! - <https://cwe.mitre.org/data/definitions/350.html>

use super::{is_free, over_tree};
use crate::{
    checks::{Check, Context, Judge},
    engine::{name::purchasable, spf::Fetched},
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-takeover",
    title: "SPF trusts a domain that anybody can register",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_takeover.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    over_tree(mail, context, |tree| {
        let included = tree.nodes().into_iter().skip(1).filter_map(|node| match node.fetched {
            Fetched::Missing { exists: false } => Some((node.domain.clone(), node.via.clone())),
            _ => None,
        });
        included
            .chain(tree.voids.iter().cloned())
            .filter_map(|(name, term)| {
                let owner = purchasable(&name).filter(|owner| is_free(mail, owner))?;
                let domain = context.subject;
                Some(
                    Finding::new(format!(
                        "SPF of {domain} trusts `{term}`, and nobody has registered {owner}"
                    ))
                    .at(Place::dns(domain, "TXT"))
                    .key(name)
                    .root("spf-include")
                    .fix(format!(
                        "Remove `{term}` now: whoever registers {owner} can send mail as {domain}."
                    )),
                )
            })
            .collect()
    })
}
