//! Files of apps: what may be sent unencrypted, what is packed in, and the flavours' values.

use std::sync::LazyLock;

use regex::Regex;

use super::{Said, line_at, stage_named};
use crate::{
    engine::env::{
        is_variables_file,
        tree::{Node, read_yaml},
    },
    seen::{ClueKind, Stage},
};

/// Gives the setting and its line as a clue.
fn cleartext(said: &mut Said, text: &str, pattern: &LazyLock<Option<Regex>>, setting: &str) {
    for found in pattern.iter().flat_map(|pattern| pattern.find_iter(text)) {
        let line = line_at(text, found.start());
        said.clues.push((line, None, ClueKind::Cleartext { setting: setting.to_owned() }));
    }
}

/// Of a build for developers.
fn is_for_developers(path: &str) -> bool {
    path.split('/').any(|part| {
        matches!(
            part,
            "debug"
                | "profile"
                | "androidTest"
                | "integration_test"
                | "test"
                | "example"
                | "dev"
                | "development"
        )
    })
}

pub(super) fn manifest(path: &str, text: &str) -> Said {
    static SETTING: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"android:usesCleartextTraffic\s*=\s*"true""#).ok());
    let mut said = Said::default();
    if !is_for_developers(path) {
        cleartext(&mut said, &without_comments(text), &SETTING, "android:usesCleartextTraffic=\"true\"");
    }
    said
}

/// The base, which holds for every host that no `domain-config` names.
pub(super) fn network_security(path: &str, text: &str) -> Said {
    static SETTING: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"<base-config\s[^>]*cleartextTrafficPermitted\s*=\s*"true""#).ok());
    let mut said = Said::default();
    if !is_for_developers(path) {
        cleartext(
            &mut said,
            &without_comments(text),
            &SETTING,
            "cleartextTrafficPermitted=\"true\" for every host",
        );
    }
    said
}

pub(super) fn info_plist(path: &str, text: &str) -> Said {
    static SETTING: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"<key>NSAllowsArbitraryLoads</key>\s*<true\s*/>").ok());
    let mut said = Said::default();
    if !is_for_developers(path) {
        cleartext(&mut said, &without_comments(text), &SETTING, "NSAllowsArbitraryLoads");
    }
    said
}

/// Comments become blanks, so that lines stay.
fn without_comments(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find("<!--") {
        out.push_str(&rest[..start]);
        let end = rest[start..].find("-->").map_or(rest.len(), |end| start + end + 3);
        out.extend(rest[start..end].chars().filter(|c| *c == '\n'));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// `buildConfigField` and `resValue` of flavours and build types.
pub(super) fn gradle(_path: &str, text: &str) -> Said {
    static FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?:buildConfigField|resValue)[\s(]+['"]\w+['"]\s*,\s*['"](\w+)['"]\s*,\s*['"](?:\\?")?([^"'\\]{0,300})"#).ok()
    });
    static BLOCK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"^\s*(?:(?:create|getByName|register)\s*\(\s*["'](\w+)["']\s*\)|(\w+))\s*\{"#).ok()
    });
    let (Some(field), Some(block)) = (FIELD.as_ref(), BLOCK.as_ref()) else { return Said::default() };
    let (mut said, mut open): (Said, Vec<String>) = (Said::default(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("//") {
            continue;
        }
        if let Some(found) = field.captures(line) {
            let flavour = open.iter().rev().find_map(|name| stage_named(name));
            let (name, value) = (found.get(1), found.get(2));
            if let (Some(name), Some(value)) = (name, value) {
                said.variable(name.as_str(), number, value.as_str(), flavour);
            }
        }
        let name = block.captures(line).and_then(|found| found.get(1).or(found.get(2)));
        let opened = line.matches('{').count();
        for index in 0..opened.min(64usize.saturating_sub(open.len())) {
            open.push(name.filter(|_| index == 0).map(|name| name.as_str().to_owned()).unwrap_or_default());
        }
        open.truncate(open.len().saturating_sub(line.matches('}').count()));
    }
    said
}

/// Files of variables among the assets.
pub(super) fn pubspec(path: &str, text: &str) -> Said {
    let (config, mut said) = (read_yaml(text), Said::default());
    let folder = path.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    for asset in config.get(&["flutter", "assets"]).map(Node::items).unwrap_or_default() {
        let Some(name) = asset.text().or_else(|| asset.get(&["path"]).and_then(Node::text)) else { continue };
        if is_variables_file(name) {
            let what = ClueKind::Shipped { asset: format!("{folder}{name}") };
            said.clues.push((asset.line, Some(Stage::Production), what));
        }
    }
    said
}
