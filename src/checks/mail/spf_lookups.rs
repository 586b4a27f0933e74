//! The SPF record needs more than ten DNS lookups.
//!
//! Receivers stop at ten and treat the record as a permanent error, so mail of the senders at its end fails SPF, depending on which include matches first.
//!
//! ## Fix
//!
//! Remove includes of senders you no longer use; replace `a` and `mx` by `ip4:` and `ip6:`; move bulk senders to a subdomain with its own record.
//! ```text
//! example.com.      TXT "v=spf1 include:_spf.google.com ~all"
//! news.example.com. TXT "v=spf1 include:servers.mcsv.net ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4>

use super::{over_tree, unseen};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf::MAX_LOOKUPS,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-lookups",
    title: "the SPF record needs more than ten lookups",
    station: Station::Mail,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_lookups.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    over_tree(mail, context, |tree| {
        if tree.lookups <= MAX_LOOKUPS {
            return Vec::new();
        }
        let domain = context.subject;
        let mut costs: Vec<(usize, &str)> =
            tree.root.children.iter().map(|node| (1 + node.total(), node.via.as_str())).collect();
        costs.sort_by(|a, b| b.cmp(a));
        let dearest: Vec<String> =
            costs.iter().take(3).map(|(cost, term)| format!("{term} costs {cost}")).collect();
        let at_least = if tree.cut || unseen(tree).is_some() { "at least " } else { "" };
        vec![
            Finding::new(format!(
                "the SPF record of {domain} needs {at_least}{} DNS lookups, more than the {MAX_LOOKUPS} that receivers make",
                tree.lookups
            ))
            .at(Place::dns(domain, "TXT"))
            .evidence("lookups", tree.outline())
            .evidence("costs", dearest.join(", "))
            .fix(format!("Save {}: remove what you no longer use ({}).", match tree.lookups - MAX_LOOKUPS { 1 => "one lookup".to_owned(), more => format!("{more} lookups") }, dearest.join(", "))),
        ]
    })
}
