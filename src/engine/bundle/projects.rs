//! The projects that client code names: public by design, and telling which environment it is.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

/// A public value, under the name that an environment would give it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Identity {
    pub name: &'static str,
    pub value: String,
    /// Of the text, in bytes.
    pub at: usize,
}

/// Most values of one text.
const MOST: usize = 20;

const KINDS: &[(&str, &str)] = &[
    ("FIREBASE_PROJECT_ID", r#"\bprojectId\\?["']?\s{0,2}:\s{0,2}\\?["']([a-z][a-z0-9-]{4,29})\\?["']"#),
    ("SUPABASE_URL", r"\b(https://[a-z]{20}\.supabase\.co)\b"),
    ("SUPABASE_ANON_KEY", r"\b(sb_publishable_[A-Za-z0-9_-]{31})\b"),
    ("SUPABASE_ANON_KEY", r"\b(eyJ[A-Za-z0-9_-]{10,200}\.eyJ[A-Za-z0-9_-]{10,800}\.[A-Za-z0-9_-]{20,120})"),
    ("STRIPE_PUBLISHABLE_KEY", r"\b(pk_(?:live|test)_[0-9A-Za-z]{24,247})\b"),
];

/// Everything of the kinds above, sorted, each value once.
pub fn identities(text: &str) -> Vec<Identity> {
    static PATTERNS: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
        KINDS.iter().filter_map(|(name, pattern)| Some((*name, Regex::new(pattern).ok()?))).collect()
    });
    let mut met = BTreeSet::new();
    let mut found = Vec::new();
    for (name, pattern) in PATTERNS.iter() {
        for group in pattern.captures_iter(text).filter_map(|found| found.get(1)).take(MOST) {
            if met.insert((*name, group.as_str())) {
                found.push(Identity { name, value: group.as_str().to_owned(), at: group.start() });
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_named() {
        let text = r#"a={projectId:"acme-portal",b:1};c("https://abcdefghijklmnopqrst.supabase.co")"#;
        let found: Vec<_> = identities(text).into_iter().map(|one| (one.name, one.value)).collect();
        let expected = [
            ("FIREBASE_PROJECT_ID", "acme-portal".to_owned()),
            ("SUPABASE_URL", "https://abcdefghijklmnopqrst.supabase.co".to_owned()),
        ];
        assert_eq!(found, expected);
    }
}
