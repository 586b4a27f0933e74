//! The files of gitleaks: those that accept findings, and its configuration.
#![no_main]

use gonogo::engine::secrets::{
    ignored,
    own::{Own, imported, is_foreign},
    reported,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    assert!(ignored(text).iter().all(|one| one.line > 0));
    let _ = reported(text);
    let _ = is_foreign(text);
    if let Ok(made) = imported(".gitleaks.toml", text) {
        // What was read compiles, or is marked as not applied.
        let own = Own::new(&made.rules).expect("rules that compile");
        let _ = own.scan(text.as_bytes());
    }
});
