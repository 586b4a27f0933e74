//! Checks of the station `access`.

mod anonymous_entry_served;
mod cached_across_sessions;
mod hit_without_canary;
mod not_private_no_store;
mod public_on_private;
mod session_b_sees_a;
mod set_cookie_cached;
mod shown_to_anyone;
mod vary_cookie_behind_cloudflare;

use super::Check;
use crate::{
    engine::cache::{Served, served},
    finding::Patch,
    seen::RouteAnswer,
};

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &anonymous_entry_served::CHECK,
    &cached_across_sessions::CHECK,
    &hit_without_canary::CHECK,
    &not_private_no_store::CHECK,
    &public_on_private::CHECK,
    &session_b_sees_a::CHECK,
    &set_cookie_cached::CHECK,
    &shown_to_anyone::CHECK,
    &vary_cookie_behind_cloudflare::CHECK,
];

/// Findings about an answer that caches may store have one cause: its header.
const CACHEABLE: &str = "access/cacheable";

/// The header that every private answer needs.
fn private_no_store() -> Patch {
    Patch::Snippet { language: "http".to_owned(), text: "Cache-Control: private, no-store\n".to_owned() }
}

/// What a cache said of this answer, for evidence.
fn cache_word(answer: &RouteAnswer) -> String {
    match served(&answer.headers) {
        Served::SharedCache(said) => said,
        Served::Origin => "the cache says it asked the origin".to_owned(),
        Served::Unsaid => "no header tells of a cache".to_owned(),
    }
}

/// The answer's `cache-control`, for messages.
fn cache_control(answer: &RouteAnswer) -> String {
    match answer.header("cache-control") {
        Some(value) => format!("`cache-control: {value}`"),
        None => "no cache-control".to_owned(),
    }
}
