//! A server's first flight, in portions as hostile as its bytes.
#![no_main]

use gonogo::engine::hello::{Progress, Reader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = Reader::default();
    for portion in bytes.chunks(1 + bytes.len() / 3) {
        if reader.feed(portion) != Progress::More {
            break;
        }
    }
    let _ = reader.flight();
});
