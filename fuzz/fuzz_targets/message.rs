//! The header of a message that somebody gave.
#![no_main]

use gonogo::engine::message;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let message = message::parse(bytes);
    assert!(message.from.len() <= 20 && message.signatures.len() <= 20 && message.results.len() <= 20);
    for name in message.from.iter().chain(&message.return_path) {
        assert!(name.len() <= 253 && name.bytes().all(|byte| byte.is_ascii_graphic()));
    }
    let _ = (message.is_useful(), message.selectors("example.com"));
});
