//! Reads a Firestore rules file, and what `firebase.json` says about rules files.

use std::path::{Component, Path};

use serde_json::Value;

use super::Local;
use crate::seen::{FirebaseConfig, FirestoreRules, Miss, Seen};

/// Google's own limit for a ruleset's source is 256 KiB; four times that is still read.
const LIMIT: u64 = 1 << 20;

pub(super) fn observe(files: &Local, path: &str) -> Seen<FirestoreRules> {
    let firebase = nearest(files, path).map(|path| config(files, &path));
    files.read_text(path, LIMIT).map(|text| FirestoreRules::new(text, firebase)).into()
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
    let (rules, missed) = match read {
        Ok(json) => (rules_files(&json, path), None),
        Err(miss) => (Vec::new(), Some(miss)),
    };
    FirebaseConfig { path: path.to_owned(), rules, missed }
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
}
