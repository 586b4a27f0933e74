//! Canaries: texts that prove whose page one is looking at.
//!
//! A token on both of the owner's pages that no other visitor's page has belongs to the owner. What
//! changes with every response (nonces, times) is on one of the two pages only and drops out.

use std::{collections::BTreeSet, fmt::Write as _};

use sha2::{Digest, Sha256};

/// Shortest token that is taken for a canary: shorter ones occur by chance.
const SHORTEST: usize = 8;
/// Longer runs are data (inlined images), not names.
const LONGEST: usize = 256;
/// Most tokens looked at in one page and most canaries kept.
const TOKENS: usize = 100_000;
const KEPT: usize = 32;

/// Finds the owner's tokens: in both `owner` pages and in none of the `others`. Sorted.
pub fn find<'a>(owner: [&'a str; 2], others: &[&str]) -> Vec<&'a str> {
    let [first, second] = owner.map(tokens);
    let foreign: Vec<BTreeSet<&str>> = others.iter().map(|page| tokens(page)).collect();
    let own = first.into_iter().filter(|token| second.contains(token));
    own.filter(|token| foreign.iter().all(|page| !page.contains(token))).take(KEPT).collect()
}

/// Does the page show this canary? Automatic ones must stand alone, declared ones may be phrases.
pub fn shows(page: &str, canary: &str) -> bool {
    !canary.is_empty() && page.contains(canary)
}

/// The name under which a canary may be written down.
pub fn hash(canary: &str) -> String {
    let mut hex = String::with_capacity(12);
    for byte in &Sha256::digest(canary.as_bytes())[..6] {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Runs of `[A-Za-z0-9_.+@-]` of 8 to 256 bytes.
fn tokens(page: &str) -> BTreeSet<&str> {
    let inside = |byte: char| byte.is_ascii_alphanumeric() || "_.+@-".contains(byte);
    page.split(|letter| !inside(letter))
        .filter(|token| (SHORTEST..=LONGEST).contains(&token.len()))
        .take(TOKENS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_only_the_owner_has() {
        let a1 = "<p>alice@example.test</p><i>nonce-11111111</i> shared-footer";
        let a2 = "<p>alice@example.test</p><i>nonce-22222222</i> shared-footer";
        let b = "<p>bob@example.test</p> shared-footer";
        assert_eq!(find([a1, a2], &[b, "please sign in"]), ["alice@example.test"]);
    }

    #[test]
    fn a_page_that_is_the_same_for_all_has_none() {
        let shell = "<div id=root></div><script src=application.js>";
        assert!(find([shell, shell], &[shell, shell]).is_empty());
    }

    #[test]
    fn short_and_endless_runs_are_no_canaries() {
        let page = format!("short {} x", "a".repeat(300));
        assert!(find([&page, &page], &[]).is_empty());
    }

    #[test]
    fn is_named_by_a_short_hash() {
        assert_eq!(hash("alice@example.test").len(), 12);
        assert_ne!(hash("alice@example.test"), hash("bob@example.test"));
    }
}
