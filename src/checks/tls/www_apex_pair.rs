//! The host works, and the same name with (or without) `www.` answers with a certificate that does not cover it.
//!
//! People type both, and links use both. Whoever takes the other one sees a full-page warning in place of a redirect, because the certificate is shown before any redirect can be sent.
//!
//! ## Fix
//!
//! Have the certificate issued for both names, or give the other one its own:
//! ```text
//! certbot certonly -d example.com -d www.example.com
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9525>
//! - <https://letsencrypt.org/docs/faq/>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Endpoint, Sight},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/www-apex-pair",
    title: "the twin with or without www is not covered",
    station: Station::Tls,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Endpoint(judge),
    source: include_str!("www_apex_pair.rs"),
};

fn judge(endpoint: &Endpoint, context: &Context<'_>) -> Verdict {
    let twin = match endpoint.host.strip_prefix("www.") {
        Some(bare) => bare.to_owned(),
        None => format!("www.{}", endpoint.host),
    };
    let ways = match endpoint.ways.as_ref() {
        Ok(ways) => ways,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let fault = match ways.names.get(&twin).map(|sight| sight.as_ref()) {
        None => return Verdict::not_applicable(format!("{twin} is no twin of it, or is audited by itself")),
        Some(Err(miss)) => return Verdict::inconclusive(miss.clone()),
        Some(Ok(Sight::NoSuchName)) => return Verdict::not_applicable(format!("{twin} has no address")),
        Some(Ok(Sight::Closed)) => format!("{twin} refuses connections to port {}", endpoint.port),
        Some(Ok(Sight::Refused(_))) => format!("{twin} refuses the TLS handshake"),
        // Of one certificate for both whatever is wrong is said once.
        Some(Ok(Sight::Presented(presented)))
            if presented.covers && endpoint.leaf().is_ok_and(|leaf| leaf.sha256 == presented.sha256) =>
        {
            return Verdict::Pass;
        }
        Some(Ok(Sight::Presented(presented))) => match presented.fault() {
            Some(fault) => format!("{twin} presents {fault}"),
            None => return Verdict::Pass,
        },
    };
    let warned = matches!(ways.names.get(&twin).and_then(|sight| sight.got()), Some(Sight::Presented(_)));
    Verdict::fail(
        Finding::new(format!("{fault}: whoever types it does not get to {}", endpoint.host))
            .severity(if warned { Severity::High } else { Severity::Medium })
            .at(Place::endpoint(format!("{twin}:{}", endpoint.port)))
            .at(Place::endpoint(context.subject))
            .fix(format!("have a certificate issued that covers {twin} too, and redirect from there")),
    )
}
