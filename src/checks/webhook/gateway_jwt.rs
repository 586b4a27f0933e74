//! A gateway before the webhook asks for a token that the provider does not have.
//!
//! Supabase checks a JWT before a function unless `verify_jwt` is off for it. A payment provider sends
//! no JWT, so the gateway answers 401 and no event ever reaches the handler. This 401 is not
//! protection, it is a broken delivery.
//!
//! ## Fix
//!
//! Switch the gateway's check off for this function, and verify the provider's signature in it:
//! ```toml
//! [functions.stripe-webhook]
//! verify_jwt = false
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/functions/function-configuration>

use super::by_endpoint;
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Gateway, Miss, Observations, Probe, Seen, Webhook},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/gateway-jwt",
    title: "gateway refuses webhook deliveries",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Webhook, Kind::Probe], judge),
    source: include_str!("gateway_jwt.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_endpoint(seen, endpoint)
}

fn endpoint(subject: &str, webhook: Option<&Webhook>, probe: Option<&Seen<Probe>>) -> Verdict {
    let gateway = webhook.and_then(|webhook| webhook.gateway.as_ref());
    let live = probe.and_then(Seen::got);
    if let Some((status, name)) = live.and_then(refused) {
        return Verdict::fail(remedied(
            Finding::new(format!(
                "{subject} answers {status} by the gateway of {name}: no event can be delivered"
            ))
            .confidence(Confidence::High)
            .evidence("gateway", name)
            .evidence("status", status.to_string()),
            subject,
            gateway,
        ));
    }
    // The handler itself answered, so nothing stands before it.
    if live.is_some_and(|probe| probe.stopped.is_none() && probe.posts().any(|(_, reply)| reply.status < 500))
    {
        return Verdict::Pass;
    }
    match gateway {
        Some(gateway) => configured(subject, webhook, gateway),
        None => unknown(webhook, probe),
    }
}

fn refused(probe: &Probe) -> Option<(u16, String)> {
    probe.posts().find_map(|(_, reply)| Some((reply.status, reply.gateway.clone()?)))
}

fn configured(subject: &str, webhook: Option<&Webhook>, gateway: &Gateway) -> Verdict {
    let function = &gateway.function;
    if gateway.verify_jwt == Some(false) || gateway.deployed_without.is_some() {
        return Verdict::Pass;
    }
    let unsure = |why: String| Verdict::inconclusive(Miss::Unsupported(why));
    if webhook.is_none_or(|webhook| webhook.provider.as_deref().is_none_or(|id| id == "supabase")) {
        return unsure(format!(
            "it is not known whether the sender of `{function}` can add a JWT; declare `provider`"
        ));
    }
    let Some(config) = &gateway.config else {
        return unsure(format!("no supabase/config.toml says whether `{function}` is behind the JWT check"));
    };
    let state = if gateway.verify_jwt.is_some() { "is true" } else { "is not set and therefore true" };
    let message = format!("verify_jwt {state} for the webhook function `{function}` in {config}");
    let source =
        webhook.and_then(|webhook| webhook.handler.got()).map(|handler| Place::file(&handler.path, 1));
    Verdict::fail(remedied(Finding::new(message), subject, Some(gateway)).places(source))
}

fn unknown(webhook: Option<&Webhook>, probe: Option<&Seen<Probe>>) -> Verdict {
    if let Some(Err(miss)) = probe.map(Seen::as_ref)
        && !matches!(miss, Miss::NotConsented(_))
    {
        return Verdict::inconclusive(miss.clone());
    }
    if let Some(miss) = probe.and_then(Seen::got).and_then(|probe| probe.stopped.as_ref()) {
        return Verdict::inconclusive(miss.clone());
    }
    match webhook.map(|webhook| webhook.handler.as_ref()) {
        Some(Ok(handler)) => Verdict::not_applicable(format!("{} is not a Supabase function", handler.path)),
        Some(Err(miss)) => Verdict::inconclusive(miss.clone()),
        None => Verdict::inconclusive(Miss::NotAsked),
    }
}

fn remedied(finding: Finding, subject: &str, gateway: Option<&Gateway>) -> Finding {
    let finding = finding.root("webhook/gateway").key("gateway");
    let Some(gateway) = gateway else {
        return finding.at(Place::url(subject)).fix("let the provider's requests through to the handler");
    };
    let finding = match &gateway.config {
        Some(config) => finding.at(Place::file(config.clone(), gateway.line.unwrap_or(1))),
        None => finding,
    };
    let text = format!("[functions.{}]\nverify_jwt = false\n", gateway.function);
    finding
        .fix(format!("set `verify_jwt = false` for `{}` and verify the signature in it", gateway.function))
        .patch(Patch::Snippet { language: "toml".to_owned(), text })
}
