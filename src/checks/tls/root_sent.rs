//! The chain includes the self-signed root.
//!
//! A client that trusts the root has it already, and one that does not will not believe a copy. Sending it
//! costs about a kilobyte in every handshake, and nothing else.
//!
//! ## Fix
//!
//! Remove the last certificate from the chain file.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2>

use crate::{
    checks::{Check, Context, Judge},
    engine::certificate::order,
    finding::{Confidence, Finding, Place, Severity},
    seen::Endpoint,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/root-sent",
    title: "the chain includes the root",
    station: Station::Tls,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("root_sent.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let chain = match endpoint.chain.as_ref() {
        Ok(chain) => chain,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let Some(root) = order(chain).root.and_then(|index| chain.get(index)) else { return Verdict::Pass };
    Verdict::fail(
        Finding::new(format!(
            "{} sends the root `{}`, which clients have already",
            endpoint.host, root.subject
        ))
        .at(Place::endpoint(context.subject))
        .evidence("root", root.subject.clone())
        .fix("remove the self-signed root from the chain file"),
    )
}
