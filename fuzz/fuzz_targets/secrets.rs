//! The matcher over any bytes; no snippet may show a value it found.
#![no_main]

use gonogo::engine::secrets::{Locator, RULES, applies, fingerprint, is_example, scan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let scan = scan(bytes);
    let mut locator = Locator::new(bytes);
    for hit in &scan.hits {
        let value = &bytes[hit.span.clone()];
        let place = locator.locate(&hit.span);
        let snippet = scan.snippet(bytes, &place.around);
        let shown =
            std::str::from_utf8(value).is_ok_and(|value| value.len() >= 16 && snippet.contains(value));
        assert!(!shown, "a snippet shows the value of {}", hit.rule.id);
        assert!(!snippet.chars().any(char::is_control), "a snippet has controls");
        let _ = fingerprint(value);
    }
    let path = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let _ = (is_example(&path), RULES.iter().filter(|rule| applies(rule, &path)).count());
});
