//! Reads a Firestore rules file, and what `firebase.json` says about rules files.

mod code;
mod indexes;

use std::path::{Component, Path};

use serde_json::Value;

use super::Local;
use crate::seen::{FirebaseConfig, FirestoreRules, Miss, Seen};

/// Google's own limit for a ruleset's source is 256 KiB; four times that is still read.
const LIMIT: u64 = 1 << 20;

pub(super) fn observe(files: &Local, path: &str) -> Seen<FirestoreRules> {
    let firebase = nearest(files, path);
    let mut config = firebase.as_deref().map(|path| config(files, path));
    let read = files.read_text(path, LIMIT).map(|text| {
        if let Some(config) = &mut config {
            config.instead = instead(files, config, path, &text);
        }
        // Code is compared with the rules for documents alone.
        let code = text.contains("cloud.firestore").then(|| code::observe(files, firebase.as_deref()));
        FirestoreRules::new(text, config).with_code(code.flatten())
    });
    read.into()
}

/// The `firebase.json` that deploys a rules file: the nearest one above it, for a repository may
/// hold several projects; else the one that was detected.
pub(super) fn nearest(files: &Local, rules: &str) -> Option<String> {
    let above = Path::new(rules).ancestors().skip(1).map(|folder| folder.join("firebase.json"));
    let mut there = above.filter(|path| files.inside(path).is_ok_and(|full| full.is_file()));
    there.next().map(|path| normal(&path)).or_else(|| files.target.stack.firebase.clone())
}

pub(super) fn config(files: &Local, path: &str) -> FirebaseConfig {
    let read = files.read_text(path, LIMIT).and_then(|text| {
        serde_json::from_str::<Value>(&text).map_err(|err| Miss::Malformed(format!("{path}: {err}")))
    });
    match read {
        Err(miss) => {
            FirebaseConfig { path: path.to_owned(), missed: Some(miss), ..FirebaseConfig::default() }
        }
        Ok(json) => {
            let rules = rules_files(&json, path);
            // What leads out of the repository may be there or not.
            let is_absent = |file: &&String| {
                let full = files.root.join(file.as_str());
                !full.exists() && !full.is_symlink()
            };
            let named = indexes::files(&json, path);
            let mut absent: Vec<String> = rules.iter().filter(is_absent).cloned().collect();
            absent.extend(named.iter().filter(is_absent).cloned());
            let there: Vec<String> = named.into_iter().filter(|file| !absent.contains(file)).collect();
            let indexes = indexes::observe(files, &there);
            let unknown_targets = unknown_targets(files, &json, path);
            let path = path.to_owned();
            FirebaseConfig { path, rules, absent, unknown_targets, indexes, ..FirebaseConfig::default() }
        }
    }
}

/// The rules file for the same product that is deployed, where this one is not.
fn instead(files: &Local, config: &FirebaseConfig, path: &str, text: &str) -> Option<String> {
    if config.rules.iter().any(|named| named == path) {
        return None;
    }
    let services: Vec<&str> = ["cloud.firestore", "firebase.storage"]
        .into_iter()
        .filter(|service| text.contains(service))
        .collect();
    let same = |named: &&String| {
        let other = files.read_text(named, LIMIT);
        other
            .is_ok_and(|other| !services.is_empty() && services.iter().all(|service| other.contains(service)))
    };
    config.rules.iter().find(same).cloned()
}

/// Targets that `firebase.json` names and that `.firebaserc` maps to nothing, for any project.
/// A `.firebaserc` that is not there or not understood says nothing.
fn unknown_targets(files: &Local, json: &Value, config: &str) -> Vec<String> {
    let folder = Path::new(config).parent().unwrap_or(Path::new(""));
    let Ok(text) = files.read_text(&normal(&folder.join(".firebaserc")), LIMIT) else { return Vec::new() };
    let Ok(known) = serde_json::from_str::<Value>(&text) else { return Vec::new() };
    let projects: Vec<&Value> =
        known.get("targets").and_then(Value::as_object).into_iter().flat_map(|all| all.values()).collect();
    let mut unknown = Vec::new();
    for product in ["hosting", "storage", "database"] {
        let sections = json.get(product).map(|section| match section {
            Value::Array(list) => list.iter().collect(),
            one => vec![one],
        });
        for target in sections.into_iter().flatten().filter_map(|section| section.get("target")?.as_str()) {
            let maps = |project: &&&Value| project.get(product).and_then(|known| known.get(target)).is_some();
            if !projects.iter().any(|project| maps(&project)) {
                unknown.push(format!("{product}:{target}"));
            }
        }
    }
    unknown.sort();
    unknown.dedup();
    unknown
}

/// `firestore`, `storage` and `database` are each one section or a list of them.
fn rules_files(json: &Value, config: &str) -> Vec<String> {
    let folder = Path::new(config).parent().unwrap_or(Path::new(""));
    let sections = ["firestore", "storage", "database"].into_iter().filter_map(|key| json.get(key));
    let mut rules: Vec<String> = sections
        .flat_map(|section| section.as_array().map_or_else(|| vec![section], |list| list.iter().collect()))
        .filter_map(|section| section.get("rules")?.as_str())
        .map(|file| normal(&folder.join(file)))
        .collect();
    rules.sort();
    rules.dedup();
    rules
}

/// With `/` and without `.` and `..`, as paths in the repository are written.
fn normal(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::ParentDir => drop(parts.pop()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::Arc, time::Instant};

    use super::*;
    use crate::target::{Stack, Target};

    #[test]
    fn each_project_of_a_repository_deploys_its_own_rules() {
        let root = tempfile::tempdir().expect("a folder");
        for project in ["one", "two"] {
            fs::create_dir(root.path().join(project)).expect("a folder");
            let config = root.path().join(project).join("firebase.json");
            fs::write(config, r#"{"firestore":{"rules":"firestore.rules"}}"#).expect("a file");
            fs::write(root.path().join(project).join("firestore.rules"), "").expect("a file");
        }
        let stack = Stack { firebase: Some("one/firebase.json".to_owned()), ..Stack::default() };
        let target = Arc::new(Target { stack, ..Target::default() });
        let files = Local { root: root.path().to_owned(), deadline: Instant::now(), target };
        assert_eq!(nearest(&files, "two/firestore.rules").as_deref(), Some("two/firebase.json"));
        assert_eq!(nearest(&files, "elsewhere/firestore.rules").as_deref(), Some("one/firebase.json"));
    }

    #[test]
    fn a_file_beside_the_deployed_one_is_known_as_that() {
        let root = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| fs::write(root.path().join(name), text).expect("a file");
        let documents = "service cloud.firestore { match /a/{b} { allow read; } }";
        write("firebase.json", r#"{"firestore":{"rules":"live.rules"}}"#);
        write("live.rules", documents);
        write("old.rules", documents);
        write("files.rules", "service firebase.storage { match /a/{b} { allow read; } }");
        let stack = Stack { firebase: Some("firebase.json".to_owned()), ..Stack::default() };
        let target = Arc::new(Target { stack, ..Target::default() });
        let files = Local { root: root.path().to_owned(), deadline: Instant::now(), target };
        let instead = |path: &str| {
            let seen = observe(&files, path);
            seen.got().and_then(|rules| rules.firebase.as_ref()?.instead.clone())
        };
        assert_eq!(instead("old.rules").as_deref(), Some("live.rules"));
        // Nothing else is deployed for files.
        assert_eq!((instead("live.rules"), instead("files.rules")), (None, None));
    }
}
