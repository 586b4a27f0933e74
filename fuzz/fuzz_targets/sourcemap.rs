//! Source maps, their pointers and the links of a bundle.
#![no_main]

use gonogo::engine::{
    bundle::{self, Part},
    sourcemap,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = sourcemap::sources(bytes);
    let _ = sourcemap::pointer(bytes);
    let text = String::from_utf8_lossy(bytes);
    let Ok(root) = "https://a.example/x/app.js".parse() else { return };
    for part in [Part::Page, Part::Script, Part::Manifest] {
        assert!(bundle::links(part, &root, &root, &text).len() <= 1_000);
    }
    let _ = bundle::identities(&text);
});
