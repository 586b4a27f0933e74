//! Webhook handlers whose path does not say so: told by what their source shows.

use std::path::Path;

use super::read;
use crate::engine::handler::looks_like_webhook;

/// A handler longer than this is not a person's code.
const SOURCE: u64 = 512 << 10;
/// Most files opened, and most bytes read of all of them.
const FILES: usize = 6_000;
const BYTES: usize = 64 << 20;

/// The sources among `paths` (relative to `root`) that handle webhooks, and whether all were read.
pub(super) fn handlers(root: &Path, paths: &[String]) -> (Vec<String>, bool) {
    let (mut found, mut left) = (Vec::new(), BYTES);
    for path in paths.iter().take(FILES) {
        let Some(text) = read(root, path, SOURCE) else { continue };
        let Some(rest) = left.checked_sub(text.len()) else { return (found, false) };
        left = rest;
        if looks_like_webhook(path, &text) {
            found.push(path.clone());
        }
    }
    (found, paths.len() <= FILES)
}
