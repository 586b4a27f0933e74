//! What a web app's source says about its providers: the Firebase project, the version of Stripe's API.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::files::{line_at, project_value},
    Look,
};
use crate::seen::{ClueKind, Value};

pub(super) fn look(look: &mut Look, text: &str, tried_only: bool) {
    if tried_only {
        return;
    }
    if text.contains("authDomain") {
        firebase(look, text);
    }
    if text.contains("apiVersion") && (text.contains("Stripe") || text.contains("stripe")) {
        versions(look, text);
    }
}

/// The literals of a `firebaseConfig`; a file with several of them says nothing about any.
fn firebase(look: &mut Look, text: &str) {
    static PAIR: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)^[^\n/*]*\b(projectId|storageBucket|authDomain)['"]?\s*:\s*['"]([A-Za-z0-9._-]{4,80})['"]"#).ok()
    });
    let mut found: Vec<(&str, u32, &str)> = Vec::new();
    for pair in PAIR.iter().flat_map(|pattern| pattern.captures_iter(text)).take(20) {
        let (Some(key), Some(value)) = (pair.get(1), pair.get(2)) else { continue };
        if found.iter().any(|(name, ..)| *name == key.as_str()) {
            return;
        }
        found.push((key.as_str(), line_at(text, value.start()), value.as_str()));
    }
    for (key, line, value) in found {
        let told = match key {
            _ if project_value(&value.replace('.', "-")) == Value::Placeholder && value.len() < 30 => {
                Value::Placeholder
            }
            "projectId" => project_value(value),
            "storageBucket" => Value::Bucket(value.to_owned()),
            _ => Value::Url {
                scheme: "https".to_owned(),
                host: value.to_ascii_lowercase(),
                has_password: false,
            },
        };
        look.facts.push((format!("firebaseConfig.{key}"), line, told, value.to_owned()));
    }
}

fn versions(look: &mut Look, text: &str) {
    static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)^[^\n/*]*\bapiVersion['"]?\s*:\s*['"](\d{4}-\d{2}-\d{2}(?:\.[a-z]+)?)['"]"#).ok()
    });
    for found in VERSION
        .iter()
        .flat_map(|pattern| pattern.captures_iter(text))
        .filter_map(|found| found.get(1))
        .take(20)
    {
        let what = ClueKind::ApiVersion { provider: "Stripe".to_owned(), version: found.as_str().to_owned() };
        look.clues.push((line_at(text, found.start()), what));
    }
}
