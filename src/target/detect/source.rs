//! Sources told by what they show, not by their paths: webhook handlers, and what deals with payments.

use std::path::Path;

use super::read;
use crate::engine::handler::{backend::looks_like_backend, looks_like_webhook};

/// A handler longer than this is not a person's code.
const SOURCE: u64 = 512 << 10;
/// Most files opened, and most bytes read of all of them.
const FILES: usize = 6_000;
const BYTES: usize = 64 << 20;

/// Most sources that deal with payments: more are no product's.
const BACKENDS: usize = 80;

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// Handlers of webhooks.
    pub(super) handlers: Vec<String>,
    /// Sources that deal with payments or with an administrator's key.
    pub(super) backends: Vec<String>,
    /// Were all sources read?
    pub(super) all: bool,
}

/// The sources among `paths` (relative to `root`) that say something by themselves.
pub(super) fn search(root: &Path, paths: &[String]) -> Found {
    let (mut found, mut left) = (Found { all: true, ..Found::default() }, BYTES);
    for path in paths.iter().take(FILES) {
        let Some(text) = read(root, path, SOURCE) else { continue };
        let Some(rest) = left.checked_sub(text.len()) else { return Found { all: false, ..found } };
        left = rest;
        if looks_like_webhook(path, &text) {
            found.handlers.push(path.clone());
        }
        if found.backends.len() < BACKENDS && looks_like_backend(path, &text) {
            found.backends.push(path.clone());
        }
    }
    found.all = paths.len() <= FILES;
    found
}
