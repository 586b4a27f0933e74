//! A signed-in visitor is given the page that a cache stored for an anonymous one.
//!
//! An anonymous visitor asked for a fresh URL first; the signed-in account then asked for the same
//! URL and was not shown its own page, although it is everywhere else. Nothing leaks, but signed-in
//! users see the login page or somebody's empty state until the entry ends.
//!
//! ## Fix
//!
//! Bypass the cache when the session cookie is present, and forbid storing on the route:
//! ```http
//! Cache-Control: private, no-store
//! ```

use super::{cache_word, private_no_store};
use crate::{
    checks::{Check, Context, Judge},
    engine::cache::{Shown, decisive_gap, shown},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Miss, Route, Step, Visitor},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "access/anonymous-entry-served",
    title: "anonymous page served to signed-in visitors",
    station: Station::Access,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Route(judge),
    source: include_str!("anonymous_entry_served.rs"),
};

fn judge(route: &Route, _context: &Context<'_>) -> Verdict {
    if let Some(miss) = decisive_gap(route) {
        return Verdict::inconclusive(miss);
    }
    let Some(answer) = route.answers(Step::Reverse, Visitor::Owner).next() else {
        let why = format!("{}: the visits are not complete", route.url);
        return Verdict::inconclusive(Miss::Unsupported(why));
    };
    if shown(route, answer) != Shown::Nothing {
        return Verdict::Pass;
    }
    let message = format!(
        "session `{}` is answered {} without its own page at {} after an anonymous visit to the same URL",
        route.owner, answer.status, route.url
    );
    Verdict::fail(
        Finding::new(message)
            .at(Place::url(&route.url))
            .evidence("cache", cache_word(answer))
            .fix("bypass the cache when the session cookie is present")
            .patch(private_no_store()),
    )
}
