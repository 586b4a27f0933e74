//! Paths that must not be public, and what their content looks like. The knowledge is in
//! `rules/exposures.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::finding::Severity;

/// Most names of keys kept of one file.
const NAMES: usize = 40;

/// One path and how to recognise its content.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The check that reports it, without its station.
    pub check: String,
    pub path: String,
    /// What it is, e.g. `an environment file`.
    pub what: String,
    pub severity: Severity,
    #[serde(default)]
    dotenv: bool,
    #[serde(default)]
    html: bool,
    #[serde(default)]
    starts: Vec<String>,
    #[serde(default)]
    all: Vec<String>,
    #[serde(default)]
    any: Vec<String>,
    /// Examples that must and must not match.
    pub yes: String,
    pub no: String,
}

/// All rules, in the order of the file; an error only if the file in the binary is broken, which a
/// test excludes.
pub fn rules() -> Result<&'static [Rule], &'static str> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        exposure: Vec<Rule>,
    }
    static RULES: LazyLock<Result<Vec<Rule>, String>> = LazyLock::new(|| {
        let file: Result<File, _> = toml::from_str(include_str!("../../../rules/exposures.toml"));
        file.map(|file| file.exposure).map_err(|err| err.to_string())
    });
    RULES.as_ref().map(Vec::as_slice).map_err(String::as_str)
}

/// The rule for a path.
pub fn by_path(path: &str) -> Option<&'static Rule> {
    rules().ok()?.iter().find(|rule| rule.path == path)
}

impl Rule {
    /// Is this the beginning of the file?
    pub fn matches(&self, body: &str) -> bool {
        if !self.html && is_html(body) {
            return false;
        }
        let has = |text: &String| body.contains(text.as_str());
        (!self.dotenv || !keys(body).is_empty())
            && (self.starts.is_empty() || self.starts.iter().any(|start| body.starts_with(start.as_str())))
            && self.all.iter().all(has)
            && (self.any.is_empty() || self.any.iter().any(has))
    }

    /// The names of what an environment file sets, never the values.
    pub fn names(&self, body: &str) -> Vec<String> {
        if self.dotenv { keys(body) } else { Vec::new() }
    }
}

fn is_html(body: &str) -> bool {
    let beginning = body.trim_start();
    let beginning: String = beginning.chars().take(1_024).collect::<String>().to_ascii_lowercase();
    beginning.starts_with("<!doctype") || beginning.contains("<html") || beginning.contains("<head")
}

/// The keys of a file all of whose lines are comments or assignments; anything else is no such file.
fn keys(body: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut quoted = false;
    for line in body.lines().take(2_000) {
        let line = line.trim();
        if quoted {
            // Inside a value of several lines (a private key, usually).
            quoted = !line.ends_with('"');
            continue;
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let assignment = line.strip_prefix("export ").unwrap_or(line);
        let Some((key, value)) = assignment.split_once('=') else { return Vec::new() };
        let key = key.trim();
        let named = key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
        if !named || key.len() > 100 {
            return Vec::new();
        }
        let value = value.trim();
        quoted = value.starts_with('"') && value.matches('"').count() == 1;
        if keys.len() < NAMES && !keys.iter().any(|known| known == key) {
            keys.push(key.to_owned());
        }
    }
    keys.sort();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_keeps_its_examples() {
        let rules = rules().expect("rules/exposures.toml");
        assert!(rules.len() > 15);
        for rule in rules {
            assert!(rule.matches(&rule.yes), "{} must match its example", rule.path);
            assert!(!rule.matches(&rule.no), "{} must not match its counter-example", rule.path);
            assert!(rule.path.starts_with('/') && !rule.what.is_empty(), "{}", rule.path);
        }
    }

    #[test]
    fn a_page_for_everything_matches_no_rule() {
        let page = "<!DOCTYPE html><html><head><title>Shop</title></head><body>a=b</body></html>";
        for rule in rules().expect("rules") {
            assert!(!rule.matches(page), "{}", rule.path);
            assert!(!rule.matches(""), "{}", rule.path);
            assert!(!rule.matches("{\"error\":\"Not Found\"}"), "{}", rule.path);
        }
    }

    #[test]
    fn reads_keys_and_no_values() {
        let body = "# c\nexport B=2\nA=\"-----BEGIN\nabc=def\nEND\"\nC=x\n";
        assert_eq!(keys(body), ["A", "B", "C"]);
        assert!(keys("just a text\nA=1").is_empty());
    }
}
