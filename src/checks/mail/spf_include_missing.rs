//! The SPF record includes or redirects to a domain without a usable SPF record.
//!
//! Receivers treat it as a permanent error: SPF fails for every mail that is not matched before that term.
//!
//! ## Fix
//!
//! Remove the include, or correct its name; the provider's documentation gives the exact one.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-5.2>
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-6.1>

use super::{get, over_tree, txt, without};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf::{Fetched, Node},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-include-missing",
    title: "SPF includes a domain without a usable SPF record",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_include_missing.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    over_tree(mail, context, |tree| {
        let nodes = tree.nodes().into_iter().skip(1);
        nodes
            .filter_map(|node| {
                let what = match &node.fetched {
                    Fetched::Missing { exists: true } => "has no SPF record",
                    Fetched::Missing { exists: false } => "does not exist",
                    Fetched::Multiple(_) => "has more than one SPF record",
                    Fetched::Broken(..) => "has an SPF record with a syntax error",
                    _ => return None,
                };
                Some(finding(mail, context, node, what))
            })
            .collect()
    })
}

fn finding(mail: &Mail, context: &Context<'_>, node: &Node, what: &str) -> Finding {
    let domain = context.subject;
    let finding = Finding::new(format!("SPF of {domain} uses `{}`, but {} {what}", node.via, node.domain))
        .at(Place::dns(domain, "TXT"))
        .key(node.via.as_str())
        .root("spf-include")
        .fix(format!("Remove or correct `{}`.", node.via));
    let own = get(mail, domain, Rr::Txt)
        .unwrap_or_default()
        .iter()
        .find(|txt| txt.split(' ').any(|word| word == node.via));
    match own {
        Some(record) => {
            finding.evidence("record", record.as_str()).patch(txt(domain, without(record, &node.via)))
        }
        None => finding,
    }
}
