//! The files of gitleaks that accept findings.
#![no_main]

use gonogo::engine::secrets::{ignored, reported};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    assert!(ignored(text).iter().all(|one| one.line > 0));
    let _ = reported(text);
});
