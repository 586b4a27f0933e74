//! Files that configure environments, as any text: bounded, no panic, and no value kept.
#![no_main]

use gonogo::{
    engine::env::{Gatherer, Searcher, gather, read_dotenv, tree},
    seen::Stage,
};
use libfuzzer_sys::fuzz_target;

/// One path for each reader.
const PATHS: &[&str] = &[
    ".env",
    ".env-cmdrc",
    ".runtimeconfig.json",
    ".firebaserc",
    "GoogleService-Info.plist",
    "lib/firebase_options.dart",
    "supabase/config.toml",
    "google-services.json",
    "firebase.json",
    "apphosting.yaml",
    "fly.toml",
    "vercel.json",
    "netlify.toml",
    "wrangler.jsonc",
    "render.yaml",
    "docker-compose.yml",
    "Dockerfile",
    ".github/workflows/a.yml",
    "codemagic.yaml",
    "android/app/build.gradle",
    "AndroidManifest.xml",
    "Info.plist",
    "pubspec.yaml",
    "next.config.js",
];

fuzz_target!(|text: &str| {
    let mut gatherer = Gatherer::default();
    for path in PATHS {
        gatherer.read(path, Stage::Any, text);
    }
    let searcher = Searcher::new(gatherer.names());
    let looks = ["a.ts", "a.dart", "a.py", "Makefile"]
        .map(|path| (path.to_owned(), Stage::Any, searcher.look(path, text)));
    gather(&mut gatherer, &searcher, looks.into(), false);
    let lines = text.lines().count() as u32 + 1;
    let seen = gatherer.finish();
    assert!(seen.facts.iter().all(|fact| fact.line >= 1 && fact.line <= lines));
    assert!(read_dotenv(text).iter().all(|entry| entry.line >= 1 && entry.line <= lines));
    let _ = (tree::read_yaml(text), tree::read_json(text), tree::read_toml(text));
});
