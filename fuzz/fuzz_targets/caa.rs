//! CAA records, and names of certificate authorities.
#![no_main]

use gonogo::{engine::caa, seen::escape};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let records: Vec<String> = text.lines().map(str::to_owned).chain([escape(bytes)]).collect();
    for record in &records {
        let _ = (caa::parse(record), caa::parse(&format!("0 issue \"{record}\"")));
    }
    let _ = (caa::policy(&records, false), caa::policy(&records, true));
    let _ = caa::organisation(&text).map(caa::issuer);
});
