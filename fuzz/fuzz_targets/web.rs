//! What a site sends: cookies, policies, cache headers, pages, traces and exposed files.
#![no_main]

use gonogo::engine::{cache, canary, cookie, csp, exposure, page};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 7] =
    ["cache-control", "cdn-cache-control", "vary", "cf-cache-status", "age", "x-cache", "set-cookie"];

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Some(cookie) = cookie::parse(&text) {
        let _ = (cookie.is_session(), cookie.is_read_by_its_own_script(), cookie.prefix_fault());
    }
    let policies = csp::parse(&text);
    let _ = (csp::weakness(&policies), policies.iter().any(|policy| policy.has("frame-ancestors")));

    let headers: Vec<(String, String)> = text
        .lines()
        .zip(NAMES.iter().cycle())
        .map(|(line, name)| match line.split_once(": ") {
            Some((name, value)) => (name.to_ascii_lowercase(), value.to_owned()),
            None => ((*name).to_owned(), line.to_owned()),
        })
        .collect();
    let control = cache::control(&headers, "cache-control");
    let _ = (control.forbids_sharing(), control.always_asks(), cache::allows_shared_storage(&headers));
    let _ = (cache::served(&headers), cache::behind_cloudflare(&headers));
    let _ = (cache::challenge(&headers), cache::named_cookies(&headers));

    let read = page::read(&text, true);
    for policy in &read.policies {
        let _ = csp::parse(policy);
    }
    let _ = page::trace(&text);
    for rule in exposure::rules().into_iter().flatten() {
        let _ = (rule.matches(&text), rule.names(&text));
    }
    let (first, second) = text.split_at(text.floor_char_boundary(text.len() / 2));
    for found in canary::find([first, second], &[&text[..text.floor_char_boundary(40)]]) {
        assert!(canary::shows(&text, found));
        let _ = canary::hash(found);
    }
});
