//! MTA-STS policies.
#![no_main]

use gonogo::engine::mta_sts;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let _ = mta_sts::parse(&text);
    let _ = mta_sts::parse(&format!("version: STSv1\nmode: enforce\n{text}"));
});
