//! Realtime Database rules: read, compiled, and every witness put to the evaluator.
#![no_main]

use gonogo::engine::realtime::{Survey, compile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let rules = compile(&text);
    let survey = Survey::of(&rules, 1_790_000_000_000.0);
    for (.., reach) in survey.grants.iter().flat_map(|grant| &grant.reaches) {
        if let Some(witness) = reach.witness() {
            assert!(witness.holds(&rules));
            let _ = (witness.command(), witness.state());
        }
    }
});
