//! DKIM key records.
#![no_main]

use gonogo::engine::dkim;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for start in ["", "v=DKIM1; p=", "v=DKIM1; k=ed25519; p=", "p="] {
        let text = format!("{start}{text}");
        let record = dkim::parse(&text);
        let _ = (dkim::is_key(&text), record.errors.len());
    }
});
