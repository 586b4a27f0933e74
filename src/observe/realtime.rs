//! Reads the rules of a Realtime Database, and what `firebase.json` says about rules files.

use super::{Local, firestore};
use crate::{
    plan::Touch,
    seen::{RealtimeRules, Seen},
};

/// Far above what the database takes.
const LIMIT: u64 = 1 << 20;

pub(super) fn observe(files: &Local, path: &str) -> Seen<RealtimeRules> {
    let firebase = firestore::nearest(files, path).map(|path| firestore::config(files, &path));
    files.read_text(path, LIMIT).map(|text| RealtimeRules::new(text, firebase)).into()
}

pub(super) fn touches(path: &str) -> Vec<Touch> {
    let config = "firebase.json beside or above it".to_owned();
    vec![
        Touch::File { path: path.to_owned(), why: "Realtime Database rules".into() },
        Touch::File { path: config, why: "which rules are deployed".into() },
    ]
}
