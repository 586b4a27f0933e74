//! Archives of any bytes: bounded, and no panic.
#![no_main]

use gonogo::engine::archive;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for kind in [archive::Kind::Zip, archive::Kind::Tar] {
        for entry in archive::entries(kind, bytes, 64).unwrap_or_default() {
            let plain = entry.packed.plain(1 << 16);
            assert!(plain.is_none_or(|(plain, _)| plain.len() <= 1 << 16));
        }
    }
    assert!(archive::gunzip(bytes, 1 << 16).bytes.len() <= 1 << 16);
});
