//! A function writes a row that the request names, with the service role key, and asks nobody who calls.
//!
//! The service role passes all row level security, so the function itself must say who may do what. The
//! gateway's JWT check does not: the public `anon` key is a valid JWT, and every visitor has it.
//!
//! ## Fix
//!
//! Ask who calls, and compare:
//! ```ts
//! const { data: { user } } = await admin.auth.getUser(token);
//! if (!user) return new Response("unauthorized", { status: 401 });
//! await admin.from("profiles").update(changes).eq("id", user.id);
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/functions/auth>

use super::place_of;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Backend,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/caller-not-checked",
    title: "an administrator's key is used for whoever asks",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Backend(judge),
    source: include_str!("caller_not_checked.rs"),
};

fn judge(backend: &Backend, _context: &Context<'_>) -> Verdict {
    let Some(gateway) = backend.gateway else {
        return Verdict::not_applicable(format!("{} is no Supabase function", backend.path));
    };
    // With the gateway's check a caller still needs a key, though one that every visitor has.
    let severity = if gateway { Severity::Medium } else { Severity::High };
    let findings = backend.unasked.iter().map(|spot| {
        let path = &backend.path;
        Finding::new(format!(
            "{path}:{}: {} with the service role key, and nothing asks who calls",
            spot.line, spot.what
        ))
        .severity(severity)
        .at(place_of(path, spot))
        .key(format!("{path}\n{}", spot.what))
        .evidence("verify_jwt", gateway.to_string())
        .fix("ask `auth.getUser(token)` who calls and take the id from its answer")
    });
    Verdict::from_findings(findings.collect())
}
