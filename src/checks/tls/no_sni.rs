//! A client that sends no server name (SNI) gets a certificate for something else.
//!
//! Every browser sends the name. Old embedded clients, some monitoring probes and some webhook senders do not: they fail. The default certificate also tells everybody who scans the address what else runs there.
//!
//! ## Fix
//!
//! Make the site the default of its listener, or refuse handshakes without a name if nobody needs them:
//! ```text
//! listen 443 ssl default_server;
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6066#section-3>
//! - <https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_reject_handshake>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Sight},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/no-sni",
    title: "clients without a server name get another certificate",
    station: Station::Tls,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("no_sni.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let (leaf, ways) = match (endpoint.leaf(), endpoint.ways.as_ref()) {
        (Ok(leaf), Ok(ways)) => (leaf, ways),
        (Err(miss), _) => return Verdict::inconclusive(miss),
        (_, Err(miss)) => return Verdict::inconclusive(miss.clone()),
    };
    if endpoint.host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok() {
        return Verdict::not_applicable("an address has no server name");
    }
    let presented = match ways.unnamed.as_ref() {
        Ok(Sight::Presented(presented)) => presented,
        // A refusal is a choice that more and more servers make.
        Ok(Sight::Refused(_) | Sight::Closed | Sight::NoSuchName) => return Verdict::Pass,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    if presented.covers || leaf.sha256 == presented.sha256 {
        return Verdict::Pass;
    }
    let names =
        if presented.names.is_empty() { "no name at all".to_owned() } else { presented.names.join(", ") };
    Verdict::fail(
        Finding::new(format!("without a server name, {} presents a certificate for {names}", endpoint.host))
            .at(Place::endpoint(context.subject))
            .evidence("SHA-256", presented.sha256.clone())
            .fix("make the site the default of its listener, or refuse handshakes without a server name"),
    )
}
