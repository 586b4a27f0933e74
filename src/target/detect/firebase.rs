//! `firebase.json`: which rules files are deployed.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use super::{MANIFEST, read};

/// Paths of rules of one section: those that a `firebase.json` names, whether they exist or not, and
/// files that are named like them.
pub(super) fn rules(root: &Path, configs: &[String], section: &str, named: &[String]) -> Vec<String> {
    let mut paths: BTreeSet<String> = named.iter().cloned().collect();
    for config in configs {
        let folder = config.rsplit_once('/').map_or("", |(folder, _)| folder);
        let json = read(root, config, MANIFEST).and_then(|text| serde_json::from_str(&text).ok());
        paths.extend(json.iter().flat_map(|json| declared(json, section)).map(|path| join(folder, path)));
    }
    paths.into_iter().collect()
}

/// `firestore` and `database` are each one database or, with several, a list
/// (<https://firebase.google.com/docs/firestore/manage-databases>).
fn declared<'a>(config: &'a Value, section: &str) -> Vec<&'a str> {
    let databases = match config.get(section) {
        Some(Value::Array(several)) => several.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    databases.iter().filter_map(|database| database.get("rules")?.as_str()).collect()
}

/// A path that leaves the folder stays as it is: reading it is refused, and said.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_database_or_several() {
        let one: Value = serde_json::from_str(r#"{"firestore":{"rules":"a.rules"}}"#).expect("valid");
        assert_eq!(declared(&one, "firestore"), ["a.rules"]);
        let many: Value =
            serde_json::from_str(r#"{"firestore":[{"rules":"a.rules"},{"database":"b","rules":"b.rules"}]}"#)
                .expect("valid");
        assert_eq!(declared(&many, "firestore"), ["a.rules", "b.rules"]);
        let none: Value = serde_json::from_str(r#"{"firestore":"x","hosting":[]}"#).expect("valid");
        assert!(declared(&none, "firestore").is_empty());
    }

    #[test]
    fn paths_are_relative_to_their_file() {
        assert_eq!(join("apps/web", "../rules/firestore.rules"), "apps/rules/firestore.rules");
        assert_eq!(join("", "./firestore.rules"), "firestore.rules");
        assert_eq!(join("", "../../etc/passwd"), "../../etc/passwd");
    }
}
