//! The stable name of a finding.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::finding::{Finding, Place};

/// 128 bits of SHA-256 over check, subject and key, in hexadecimal. Lines, messages and commits
/// are left out, so that a finding keeps its name when the code around it moves.
pub fn fingerprint(check: &str, subject: &str, finding: &Finding) -> String {
    let mut hash = Sha256::new();
    for part in ["gonogo-1", check, subject, key(finding)] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut hex = String::with_capacity(32);
    for byte in &hash.finalize()[..16] {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn key(finding: &Finding) -> &str {
    if !finding.key.is_empty() {
        return &finding.key;
    }
    match finding.places.first() {
        Some(Place::File { path, .. } | Place::Commit { path, .. }) => path,
        Some(Place::Dns { name, .. }) => name,
        Some(Place::Url { url }) => url,
        Some(Place::Endpoint { endpoint }) => endpoint,
        None => "",
    }
}
