//! Which Firebase project a file means.

use std::sync::LazyLock;

use regex::Regex;

use super::{Said, line_at, stage_named};
use crate::{
    engine::env::{
        tree::{Node, Tree, read_json},
        value::is_project_id,
    },
    seen::Value,
};

fn project(said: &mut Said, name: &str, node: &Node) {
    if let Some(id) = node.text() {
        said.value(name, node.line, project_value(id), id, None);
    }
}

/// A project, unless the text only stands for one. `demo-` is for emulators alone
/// (firebase.google.com/docs/emulator-suite/connect_firestore).
pub(in crate::engine::env) fn project_value(id: &str) -> Value {
    let lower = id.to_ascii_lowercase();
    let stands_for_one = ["your", "placeholder", "replace", "xxx", "changeme", "my-project", "project-id", "dummy"]
            .iter()
            .any(|word| lower.contains(word))
            // A product may well be somebody's example: `acme-example` is a name.
            || lower.starts_with("example");
    if stands_for_one || lower.starts_with("demo-") || lower == "demo" || !is_project_id(id) {
        Value::Placeholder
    } else {
        Value::FirebaseProject(id.to_owned())
    }
}

pub(super) fn rc(_path: &str, text: &str) -> Result<Said, String> {
    let (json, mut said) = (read_json(text)?, Said::default());
    for (alias, id) in json.get(&["projects"]).map(Node::pairs).unwrap_or_default() {
        project(&mut said, &format!("projects.{alias}"), id);
    }
    // An alias that names a stage is for that stage.
    for fact in &mut said.facts {
        fact.stage = stage_named(fact.name.trim_start_matches("projects."));
    }
    // Projects with hosting targets of their own are deployed to as well.
    for (id, targets) in json.get(&["targets"]).map(Node::pairs).unwrap_or_default() {
        if matches!(targets.value, Tree::Map(_)) && !said.facts.iter().any(|fact| fact.text == *id) {
            said.value("projects.(target)", targets.line, project_value(id), id, None);
        }
    }
    Ok(said)
}

/// The block that `flutterfire configure` keeps.
pub(super) fn json(_path: &str, text: &str) -> Result<Said, String> {
    let (json, mut said) = (read_json(text)?, Said::default());
    if let Some(platforms) = json.get(&["flutter", "platforms"]) {
        projects_below(&mut said, platforms, "flutter", 0);
    }
    Ok(said)
}

fn projects_below(said: &mut Said, node: &Node, name: &str, depth: usize) {
    for (key, value) in node.pairs() {
        match &value.value {
            Tree::Text(_) if key == "projectId" => project(said, &format!("{name}.projectId"), value),
            Tree::Map(_) if depth < 6 => projects_below(said, value, &format!("{name}.{key}"), depth + 1),
            _ => {}
        }
    }
}

pub(super) fn google_services(_path: &str, text: &str) -> Result<Said, String> {
    let (json, mut said) = (read_json(text)?, Said::default());
    if let Some(id) = json.get(&["project_info", "project_id"]) {
        project(&mut said, "project_info.project_id", id);
    }
    if let Some(bucket) = json.get(&["project_info", "storage_bucket"]) {
        let name = bucket.text().unwrap_or_default();
        said.value("project_info.storage_bucket", bucket.line, Value::Bucket(name.to_owned()), name, None);
    }
    Ok(said)
}

/// `<key>PROJECT_ID</key><string>…</string>`.
pub(super) fn plist(_path: &str, text: &str) -> Said {
    static ENTRY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"<key>(PROJECT_ID|STORAGE_BUCKET)</key>\s*<string>([^<]{1,80})</string>").ok()
    });
    let mut said = Said::default();
    pairs(
        &mut said,
        ENTRY.as_ref(),
        text,
        |key| if key == "PROJECT_ID" { Kind::Project } else { Kind::Bucket },
    );
    said
}

pub(super) fn dart(_path: &str, text: &str) -> Said {
    static ENTRY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(projectId|storageBucket):\s*['"]([A-Za-z0-9._-]{4,80})['"]"#).ok());
    let mut said = Said::default();
    pairs(
        &mut said,
        ENTRY.as_ref(),
        text,
        |key| if key == "projectId" { Kind::Project } else { Kind::Bucket },
    );
    // The same project for each platform is one statement.
    let mut met = std::collections::BTreeSet::new();
    said.facts.retain(|fact| met.insert((fact.name.clone(), fact.text.clone())));
    said
}

#[derive(Clone, Copy)]
enum Kind {
    Project,
    Bucket,
}

fn pairs(said: &mut Said, pattern: Option<&Regex>, text: &str, kind: fn(&str) -> Kind) {
    for found in pattern.into_iter().flat_map(|pattern| pattern.captures_iter(text)) {
        let (Some(key), Some(value)) = (found.get(1), found.get(2)) else { continue };
        let told = match kind(key.as_str()) {
            Kind::Project => project_value(value.as_str()),
            Kind::Bucket => Value::Bucket(value.as_str().to_owned()),
        };
        said.value(key.as_str(), line_at(text, value.start()), told, value.as_str(), None);
    }
}

/// What `firebase functions:config:get` wrote.
pub(super) fn runtime_config(_path: &str, text: &str) -> Result<Said, String> {
    let mut said = Said::default();
    // The CLI leaves it empty where nothing is configured.
    if text.trim().is_empty() {
        return Ok(said);
    }
    let json = read_json(text)?;
    for (service, keys) in json.pairs() {
        for (key, value) in keys.pairs() {
            if let Some(text) = value.text() {
                said.variable(&format!("{service}.{key}"), value.line, text, None);
            }
        }
    }
    Ok(said)
}
