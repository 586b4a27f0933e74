//! The chain is out of order or holds certificates that do not belong to it.
//!
//! TLS 1.2 asks that each certificate certify the one before it. Browsers sort a shuffled chain; older
//! Android versions, Java clients and small devices do not, and refuse it. Surplus certificates cost a
//! round trip on every visit.
//!
//! ## Fix
//!
//! Write the file anew in this order: the server's certificate, the intermediate that issued it, the next.
//! ```text
//! cat cert.pem intermediate.pem > fullchain.pem
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc5246#section-7.4.2>
//! - <https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2>

use crate::{
    checks::{Check, Context, Judge},
    engine::certificate::order,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Certificate, Endpoint},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/chain-order",
    title: "the chain is out of order or holds strangers",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Endpoint(judge),
    source: include_str!("chain_order.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let chain = match endpoint.chain.as_ref() {
        Ok(chain) => chain,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let order = order(chain);
    let mut findings = Vec::new();
    if order.wrong {
        findings.push(
            Finding::new(format!(
                "the certificates of {} are not sent in the order of their path",
                endpoint.host
            ))
            .key("order"),
        );
    }
    if !order.surplus.is_empty() {
        let strangers: Vec<&str> = order.surplus.iter().map(|index| chain[*index].subject.as_str()).collect();
        findings.push(
            Finding::new(format!(
                "{} sends certificates that are not on its path: {}",
                endpoint.host,
                strangers.join(" · ")
            ))
            .key("surplus"),
        );
    }
    let finish = |finding: Finding| {
        finding
            .at(Place::endpoint(context.subject))
            .evidence("as sent", shown(chain))
            .fix("send the server's certificate first, then each issuer in turn, and nothing else")
    };
    Verdict::from_findings(findings.into_iter().map(finish).collect())
}

fn shown(chain: &[Certificate]) -> String {
    let subjects: Vec<&str> = chain.iter().map(|certificate| certificate.subject.as_str()).collect();
    subjects.join(" · ")
}
