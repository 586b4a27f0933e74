//! A webhook handler in any of the languages that are understood.
#![no_main]

use gonogo::engine::handler::{looks_like_webhook, provider_named, providers, read};
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 4] = [
    "supabase/functions/stripe-webhook/index.ts",
    "app/api/webhooks/route.ts",
    "src/server.js",
    "api/hook.py",
];

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for path in PATHS {
        let _ = (looks_like_webhook(path, &text), read(path, &text));
    }
    let _ = (looks_like_webhook(&text, &text), provider_named(&text), providers().len());
});
