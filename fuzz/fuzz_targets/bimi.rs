//! BIMI logos.
#![no_main]

use gonogo::engine::bimi;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = bimi::faults(bytes);
    let head: &[u8] = b"<svg version=\"1.2\" baseProfile=\"tiny-ps\" xmlns=\"http://www.w3.org/2000/svg\">";
    let _ = bimi::faults(&[head, bytes].concat());
});
