//! Content Security Policy, level 3: as much of it as decides whether injected script would run.

use std::collections::BTreeMap;

/// One policy: sources by directive, both in lower case.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Policy {
    directives: BTreeMap<String, Vec<String>>,
}

/// A source list that lets injected script run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Weakness {
    /// Neither `script-src` nor `default-src`.
    Unrestricted,
    /// `'unsafe-inline'` without a nonce, hash or `'strict-dynamic'` that would switch it off.
    Inline,
    /// A source that anybody can serve script from: `*`, `https:`, `data:`, …
    Open(String),
}

/// Reads the value of one header or `<meta>`; a comma separates policies (CSP3 section 2.2.2).
pub fn parse(text: &str) -> Vec<Policy> {
    text.split(',').take(20).map(policy).filter(|policy| !policy.directives.is_empty()).collect()
}

fn policy(text: &str) -> Policy {
    let mut directives = BTreeMap::new();
    for directive in text.split(';').take(100) {
        let mut words = directive.split_ascii_whitespace().map(str::to_ascii_lowercase);
        let Some(name) = words.next() else { continue };
        // The first of two equal directives counts (section 2.2.1).
        directives.entry(name).or_insert_with(|| words.take(500).collect());
    }
    Policy { directives }
}

/// Sources from which anybody can serve script.
const OPEN: [&str; 6] = ["*", "http:", "https:", "data:", "http://*", "https://*"];

impl Policy {
    pub fn has(&self, directive: &str) -> bool {
        self.directives.contains_key(directive)
    }

    /// What lets injected script run past this policy, worst first.
    pub fn weakness(&self) -> Option<Weakness> {
        let Some(sources) = self.directives.get("script-src").or_else(|| self.directives.get("default-src"))
        else {
            return Some(Weakness::Unrestricted);
        };
        let has = |wanted: &str| sources.iter().any(|source| source == wanted);
        let hashed = |source: &String| {
            ["'nonce-", "'sha256-", "'sha384-", "'sha512-"].iter().any(|prefix| source.starts_with(prefix))
        };
        let exact = sources.iter().any(hashed) || has("'strict-dynamic'");
        if has("'unsafe-inline'") && !exact {
            return Some(Weakness::Inline);
        }
        // With 'strict-dynamic', host and scheme sources are ignored (section 6.7.2.4).
        if has("'strict-dynamic'") {
            return None;
        }
        let open = sources.iter().find(|source| OPEN.contains(&source.as_str()));
        open.map(|source| Weakness::Open(source.clone()))
    }
}

/// What injected script needs to get past all policies, which a browser enforces together: it is
/// stopped if one of them stops it.
pub fn weakness(policies: &[Policy]) -> Option<Weakness> {
    let mut worst = None;
    for policy in policies {
        match policy.weakness() {
            None => return None,
            Some(Weakness::Unrestricted) if worst.is_some() => {}
            found => worst = found,
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Weakness> {
        weakness(&parse(text))
    }

    #[test]
    fn a_nonce_switches_unsafe_inline_off() {
        assert_eq!(of("script-src 'self' 'unsafe-inline'"), Some(Weakness::Inline));
        assert_eq!(of("script-src 'self' 'unsafe-inline' 'nonce-abc'"), None);
        assert_eq!(of("script-src 'unsafe-inline' https: 'strict-dynamic' 'nonce-abc'"), None);
    }

    #[test]
    fn default_src_stands_in() {
        assert_eq!(of("default-src 'self'"), None);
        assert_eq!(of("default-src *"), Some(Weakness::Open("*".to_owned())));
        assert_eq!(of("frame-ancestors 'none'"), Some(Weakness::Unrestricted));
        assert_eq!(of("default-src 'self'; script-src https:"), Some(Weakness::Open("https:".to_owned())));
    }

    #[test]
    fn one_strict_policy_is_enough() {
        assert_eq!(of("frame-ancestors 'none', script-src 'self'"), None);
        assert_eq!(of("upgrade-insecure-requests, script-src 'unsafe-inline'"), Some(Weakness::Inline));
    }

    #[test]
    fn the_first_of_two_directives_counts() {
        assert_eq!(of("script-src 'self'; script-src *"), None);
    }
}
