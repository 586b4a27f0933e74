//! Storage rules: whatever the text is, there is a matrix, and every witness holds.
#![no_main]

use gonogo::engine::firestore::{Analysis, storage::matrix};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let analysis = Analysis::of(text);
    for row in matrix(&analysis, 1_790_000_000_000_000_000) {
        assert!(row.witnesses.iter().all(|witness| witness.holds(&analysis.compiled)));
    }
});
