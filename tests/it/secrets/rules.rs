//! Every rule against its own examples, and against those of all the others.

use std::{collections::BTreeSet, fs};

use gonogo::engine::secrets::{RULES, scan};
use serde::Deserialize;

use super::template::expand;

#[derive(Deserialize)]
struct File {
    rule: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    matches: Vec<String>,
    misses: Vec<String>,
}

fn entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/secrets")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        entries.extend(toml::from_str::<File>(&text).unwrap().rule);
    }
    entries
}

fn found(text: &str) -> Vec<&'static str> {
    scan(text.as_bytes()).hits.iter().map(|hit| hit.rule.id).collect()
}

#[test]
fn every_rule_matches_its_examples_and_nothing_else_does() {
    let mut wrong = Vec::new();
    for entry in entries() {
        let id = format!("secrets/{}", entry.id);
        for example in &entry.matches {
            let found = found(&expand(example));
            if !found.contains(&id.as_str()) {
                wrong.push(format!("{id} misses {example}: {found:?} in {}", expand(example)));
            }
        }
        for example in &entry.misses {
            if found(&expand(example)).contains(&id.as_str()) {
                wrong.push(format!("{id} matches {example}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_enough_kinds_and_each_is_in_a_file() {
    let files: BTreeSet<String> =
        entries().into_iter().map(|entry| format!("secrets/{}", entry.id)).collect();
    let table: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(files, table);
    assert!(table.len() >= 250, "{} kinds", table.len());
}

/// Examples are templates, so that no scanner finds a credential in this repository.
#[test]
fn the_rule_files_hold_no_credential() {
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/secrets")).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let found: Vec<_> = scan(&bytes).hits.iter().map(|hit| (hit.rule.id, hit.span.clone())).collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
}
