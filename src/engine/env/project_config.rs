//! `supabase/config.toml`: the settings that decide about access, with their lines.
//!
//! Source: supabase.com/docs/guides/local-development/cli/config.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::seen::{Miss, ProjectConfig, Setting};

/// Keys that are kept; a trailing `*` stands for any table below.
const KEPT: &[&str] = &[
    "project_id",
    "api.enabled",
    "api.schemas",
    "auth.enabled",
    "auth.site_url",
    "auth.additional_redirect_urls",
    "auth.enable_signup",
    "auth.enable_anonymous_sign_ins",
    "auth.minimum_password_length",
    "auth.password_requirements",
    "auth.jwt_expiry",
    "auth.email.enable_signup",
    "auth.email.enable_confirmations",
    "auth.email.double_confirm_changes",
    "auth.email.secure_password_change",
];
const KEPT_BELOW: &[(&str, &str)] = &[("functions", "verify_jwt"), ("storage.buckets", "public")];

/// Reads the file's text; one that is no TOML says so.
pub fn read_project_config(path: &str, text: &str) -> ProjectConfig {
    let mut config = ProjectConfig { path: path.to_owned(), ..ProjectConfig::default() };
    match text.parse::<Table>() {
        Ok(table) => {
            let lines = lines_of(text);
            walk(&table, "", &lines, &mut config.settings);
        }
        Err(err) => config.missed = Some(Miss::Malformed(format!("{path}: {}", err.message()))),
    }
    config
}

fn walk(table: &Table, prefix: &str, lines: &BTreeMap<String, u32>, into: &mut BTreeMap<String, Setting>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            // Nothing below the third level is kept.
            Value::Table(inner) if prefix.matches('.').count() < 3 => walk(inner, &key, lines, into),
            value if is_kept(&key) => {
                let line = lines.get(&key).copied().unwrap_or(1);
                into.insert(key, Setting { values: values(value), line });
            }
            _ => {}
        }
    }
}

fn is_kept(key: &str) -> bool {
    KEPT.contains(&key)
        || KEPT_BELOW.iter().any(|(table, last)| {
            key.strip_prefix(table)
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|rest| rest.rsplit_once('.').is_some_and(|(_, name)| name == *last))
        })
}

fn values(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(values).collect(),
        Value::String(text) => vec![text.chars().take(300).collect()],
        Value::Table(_) => Vec::new(),
        other => vec![other.to_string()],
    }
}

/// Where each `key = …` stands, by its dotted key.
fn lines_of(text: &str) -> BTreeMap<String, u32> {
    let (mut lines, mut section) = (BTreeMap::new(), String::new());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = header.trim_matches('[').trim().replace('"', "");
        } else if let Some((key, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let key = key.trim().replace('"', "");
            let key = if section.is_empty() { key } else { format!("{section}.{key}") };
            lines.entry(key).or_insert(number);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_with_their_lines_and_without_secrets() {
        let text = "project_id = \"ref\"\n[api]\nschemas = [\"public\", \"api\"]\n[auth]\nsite_url = \"http://localhost:3000\"\njwt_secret = \"x\"\n[auth.email]\nenable_confirmations = false\n[functions.hook]\nverify_jwt = false\n";
        let config = read_project_config("supabase/config.toml", text);
        assert_eq!(config.missed, None);
        assert_eq!(
            config.settings["api.schemas"],
            Setting { values: vec!["public".into(), "api".into()], line: 3 }
        );
        assert_eq!(config.settings["auth.email.enable_confirmations"].line, 8);
        assert_eq!(config.settings["functions.hook.verify_jwt"].values, ["false"]);
        assert!(!config.settings.contains_key("auth.jwt_secret"));
    }

    #[test]
    fn what_is_no_toml_says_so() {
        assert!(read_project_config("c", "[[").missed.is_some());
    }
}
