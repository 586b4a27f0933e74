//! A webhook endpoint acknowledges events that nobody signed.
//!
//! Anyone who knows the address can report a payment that was never made. Seen from outside, the
//! endpoint answered 2xx to an inert event without a valid signature: it acknowledges unverified
//! events. Whether it also acts on them is for its source to show. Seen from the source, the handler
//! reads the body and neither verifies a signature nor compares a secret.
//!
//! ## Fix
//!
//! Verify the signature over the raw body before anything else, and answer 400 when it fails:
//! ```ts
//! const signature = request.headers.get("stripe-signature");
//! if (!signature) return new Response("bad request", { status: 400 });
//! const raw = await request.text();
//! const event = await stripe.webhooks.constructEventAsync(raw, signature, secret);
//! ```
//!
//! ## References
//!
//! - <https://docs.stripe.com/webhooks#verify-events>
//! - <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use super::{UNVERIFIED, by_endpoint, place};
use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::handler::provider,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Handler, Miss, Observations, Probe, Reply, Seen, Sent, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/unsigned-accepted",
    title: "webhook acknowledges unverified events",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Webhook, Kind::Probe], judge),
    source: include_str!("unsigned_accepted.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_endpoint(seen, |subject, webhook, probe| {
        let source = webhook.map_or(Source::Unknown(Miss::NotAsked), source);
        let live = probe.map_or(Live::Unknown(Miss::NotAsked), live);
        decide(subject, webhook, &source, &live)
    })
}

/// What the handler's source says about verification.
enum Source<'a> {
    Verifies,
    Open(&'a Handler),
    Absent(&'a Handler),
    Unknown(Miss),
}

/// What the endpoint's answers say about it.
enum Live {
    Accepts(Sent, u16),
    /// 401 or 403 by the handler itself.
    Refuses,
    /// 400, which a handler that only validates the event's shape answers too.
    BadRequest,
    Unknown(Miss),
}

fn source(webhook: &Webhook) -> Source<'_> {
    let handler = match webhook.handler.as_ref() {
        Ok(handler) => handler,
        Err(miss) => return Source::Unknown(miss.clone()),
    };
    let unsigned =
        webhook.provider.as_deref().and_then(provider).is_some_and(|known| known.headers.is_empty());
    let unguarded = handler.unverified.first();
    if !handler.fail_open.is_empty() && unguarded.is_none() {
        return Source::Open(handler);
    }
    if handler.unfinished {
        return Source::Unknown(super::too_tangled(handler));
    }
    let some_verify =
        [&handler.verified, &handler.compared, &handler.delegated].iter().any(|met| !met.is_empty());
    if some_verify && !handler.unverified.is_empty() && handler.authenticated.is_empty() {
        return Source::Absent(handler);
    }
    if !handler.verified.is_empty() || (unsigned && !handler.compared.is_empty()) {
        return Source::Verifies;
    }
    let unclear = |spot: &crate::seen::Spot, what: &str| {
        Source::Unknown(Miss::Unsupported(format!("{}:{}: {what} `{}`", handler.path, spot.line, spot.what)))
    };
    if let Some(spot) = handler.delegated.first() {
        return unclear(spot, "verification may be in another file:");
    }
    if let Some(spot) = handler.compared.first() {
        return unclear(spot, "a secret is compared, no signature is verified:");
    }
    if handler.reads_body.is_empty() {
        let why = format!("{}: no place was recognised where it reads the request", handler.path);
        return Source::Unknown(Miss::Unsupported(why));
    }
    if let Some(spot) = handler.authenticated.first() {
        return unclear(spot, "a signed-in user is asked for, no signature is verified:");
    }
    if is_anybodys(webhook) && (handler.unverified.is_empty() || handler.writes.is_empty()) {
        let why = format!("{}: nothing in it tells whose events it takes", handler.path);
        return Source::Unknown(Miss::Unsupported(why));
    }
    Source::Absent(handler)
}

/// Nothing tells whose events these are; but for the name of a webhook nothing says that they are events.
fn is_anybodys(webhook: &Webhook) -> bool {
    webhook.provider.is_none() && webhook.handler.got().is_some_and(|handler| handler.event_types.is_empty())
}

fn live(probe: &Seen<Probe>) -> Live {
    let probe = match probe.as_ref() {
        Ok(probe) => probe,
        Err(miss) => return Live::Unknown(miss.clone()),
    };
    if let Some((sent, reply)) = probe.posts().find(|(_, reply)| (200..300).contains(&reply.status)) {
        return Live::Accepts(sent, reply.status);
    }
    let replies: Vec<&Reply> = probe.posts().map(|(_, reply)| reply).collect();
    let all = |statuses: &[u16]| {
        !replies.is_empty()
            && replies.iter().all(|reply| reply.gateway.is_none() && statuses.contains(&reply.status))
    };
    match &probe.stopped {
        Some(miss) => Live::Unknown(miss.clone()),
        None if all(&[401, 403]) => Live::Refuses,
        None if all(&[400, 401, 403]) => Live::BadRequest,
        None => Live::Unknown(Miss::Unsupported(format!("the answers of {} do not tell", probe.url))),
    }
}

/// Both kinds of evidence make one finding.
fn decide(subject: &str, webhook: Option<&Webhook>, source: &Source<'_>, live: &Live) -> Verdict {
    match (source, live) {
        (_, Live::Accepts(sent, status)) => Verdict::fail(accepted(subject, *sent, *status, source)),
        (_, Live::Refuses) | (Source::Verifies, _) | (Source::Unknown(_), Live::BadRequest) => Verdict::Pass,
        (Source::Open(_), _) => {
            Verdict::not_applicable("the handler can skip its verification, which webhook/fails-open reports")
        }
        (Source::Absent(handler), Live::BadRequest) => Verdict::inconclusive(Miss::Unsupported(format!(
            "{} verifies nothing that was recognised, yet {subject} answers 400",
            handler.path
        ))),
        (Source::Absent(handler), Live::Unknown(_)) => Verdict::fail(absent(webhook, handler)),
        // Whoever wants to ask the endpoint must know why it was not asked.
        (Source::Unknown(_), Live::Unknown(miss @ Miss::NotConsented(why)))
            if why.contains("active.proof") =>
        {
            Verdict::inconclusive(miss.clone())
        }
        (Source::Unknown(miss), Live::Unknown(Miss::NotAsked | Miss::NotConsented(_))) => {
            Verdict::inconclusive(miss.clone())
        }
        (Source::Unknown(_), Live::Unknown(miss)) => Verdict::inconclusive(miss.clone()),
    }
}

fn accepted(subject: &str, sent: Sent, status: u16, source: &Source<'_>) -> Finding {
    let message = format!("{subject} answers {status} to {sent}: it acknowledges unverified events");
    let finding = Finding::new(message)
        .root(UNVERIFIED)
        .evidence("sent", sent.to_string())
        .evidence("status", status.to_string())
        .fix("verify the signature over the raw body before anything else, and answer 400 when it fails");
    match source {
        Source::Open(handler) => {
            let spots = handler.fail_open.iter().map(|spot| place(handler, spot));
            finding
                .places(spots)
                .severity(Severity::Critical)
                .evidence("source", handler.fail_open[0].what.clone())
        }
        Source::Absent(handler) => finding
            .places(handler.reads_body.first().map(|spot| place(handler, spot)))
            .severity(Severity::Critical)
            .evidence("source", "no verification was recognised in the handler"),
        Source::Verifies | Source::Unknown(_) => finding.at(Place::url(subject)),
    }
}

fn absent(webhook: Option<&Webhook>, handler: &Handler) -> Finding {
    let known = webhook.and_then(|webhook| webhook.provider.as_deref()).and_then(provider);
    let some_verify = handler.verified.len() + handler.compared.len() + handler.delegated.len() > 0;
    let message = match handler.unverified.first().filter(|_| some_verify) {
        Some(spot) => format!(
            "{}:{}: the handler `{}` reads the request and verifies no signature, others in the file do",
            handler.path, spot.line, spot.what
        ),
        None => format!("{} reads the request and verifies no signature", handler.path),
    };
    let spots = if some_verify { &handler.unverified } else { &handler.reads_body };
    let shown = if some_verify { spots.len() } else { 1 };
    let finding = Finding::new(message)
        .root(UNVERIFIED)
        .confidence(Confidence::Medium)
        .places(spots.iter().take(shown).map(|spot| place(handler, spot)));
    let anybodys = webhook.is_some_and(is_anybodys);
    let finding = if anybodys { finding.severity(Severity::Medium) } else { finding };
    match known {
        Some(known) => finding.evidence("signature", known.algorithm.clone()).fix(format!(
            "verify what {} signs over the raw body before anything else ({})",
            known.name, known.docs
        )),
        None => finding.fix("verify the provider's signature over the raw body before anything else"),
    }
}
