//! Replies of an SMTP server, in portions as hostile as their bytes.
#![no_main]

use gonogo::engine::smtp::Reader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = Reader::default();
    for portion in bytes.chunks(1 + bytes.len() / 5) {
        if reader.take(portion).is_err() {
            return;
        }
        while let Ok(Some(reply)) = reader.reply() {
            assert!(reply.lines.iter().all(|line| line.is_ascii()));
            let _ = reply.capabilities();
        }
    }
});
