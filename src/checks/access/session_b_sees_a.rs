//! One signed-in account is shown another account's texts.
//!
//! The second test account asked for the route under a URL of its own and was shown texts that
//! `gonogo.toml` declares as the first account's alone. Either the server does not filter by the
//! signed-in user, or a cache stores by route and not by session.
//!
//! ## Fix
//!
//! Filter by the signed-in user's id on the server (or by row level security), never by an id from
//! the URL or the body, and answer with `Cache-Control: private, no-store`.
//!
//! ## References
//!
//! - <https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/>

use super::cache_word;
use crate::{
    checks::{Check, Context, Judge},
    engine::cache::{Shown, decisive_gap, shown, shown_to_anyone},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Route, Step, Visitor},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "access/session-b-sees-a",
    title: "one account is shown another account's data",
    station: Station::Access,
    severity: Severity::Critical,
    // With one declared session it cannot be decided, which alone should not hold a launch.
    confidence: Confidence::Medium,
    judge: Judge::Route(judge),
    source: include_str!("session_b_sees_a.rs"),
};

fn judge(route: &Route, _context: &Context<'_>) -> Verdict {
    let Some(stranger) = &route.stranger else {
        let why = format!("{}: a second session is needed; declare another test account", route.url);
        return Verdict::inconclusive(Miss::Unsupported(why));
    };
    if !shown_to_anyone(route).is_empty() {
        return Verdict::not_applicable("anybody is shown the page, which access/shown-to-anyone reports");
    }
    let mut controls = route.answers(Step::Control, Visitor::Stranger);
    let Some(answer) = controls.find(|answer| shown(route, answer) == Shown::Page) else {
        return unseen(route, stranger);
    };
    let message = format!(
        "session `{stranger}` is shown a text of session `{}` alone at {} ({})",
        route.owner, route.url, answer.status
    );
    Verdict::fail(
        Finding::new(message)
            .at(Place::url(&route.url))
            .confidence(Confidence::High)
            .evidence("status", answer.status.to_string())
            .evidence("cache", cache_word(answer))
            .fix("filter by the signed-in user on the server, and forbid shared caches to store the page"),
    )
}

/// 403 and 404 are what an owner check answers; 401 and a redirect mean that nobody is signed in.
fn unseen(route: &Route, stranger: &str) -> Verdict {
    if let Some(miss) = decisive_gap(route) {
        return Verdict::inconclusive(miss);
    }
    let mut controls = route.answers(Step::Control, Visitor::Stranger);
    match controls.find(|answer| answer.status == 401 || (300..400).contains(&answer.status)) {
        Some(answer) => Verdict::inconclusive(Miss::Denied(format!(
            "session `{stranger}` was answered {} by {}; is it still signed in?",
            answer.status, route.url
        ))),
        None => Verdict::Pass,
    }
}
