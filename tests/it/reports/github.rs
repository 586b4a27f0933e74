//! What GitHub code scanning asks of a SARIF file, as assertions: the public validators miss most.
//!
//! Source: docs.github.com, "SARIF support for code scanning", and the errors its upload answers.

use std::collections::BTreeSet;

use serde_json::Value;

/// Fails with the first rule that GitHub would hold against the file.
#[track_caller]
pub(crate) fn assert_github_accepts(sarif: &Value) {
    assert_eq!(sarif["version"], "2.1.0");
    assert!(text(&sarif["$schema"]).starts_with("https://"));
    no_empty_string(sarif, "$");
    let runs = sarif["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 1, "one run for a tool and category");
    let run = &runs[0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "gonogo");
    assert!(driver["semanticVersion"].is_string());
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert!(run.get("originalUriBaseIds").is_none());
    let category = text(&run["automationDetails"]["id"]);
    assert!(category.ends_with('/') && category.len() > 1, "{category}");
    let rules = driver["rules"].as_array().unwrap();
    assert!(rules.len() <= 25_000);
    let ids: BTreeSet<&str> = rules.iter().map(|rule| text(&rule["id"])).collect();
    assert_eq!(ids.len(), rules.len(), "a rule is listed twice");
    rules.iter().for_each(rule);
    let results = run["results"].as_array().unwrap();
    assert!(results.len() <= 25_000);
    let mut alerts = BTreeSet::new();
    for one in results {
        result(one, rules);
        let file = &one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let hash = &one["partialFingerprints"]["primaryLocationLineHash"];
        let key = (text(&one["ruleId"]), text(file), text(hash));
        assert!(alerts.insert(key), "two results would be one alert: {key:?}");
    }
}

#[track_caller]
fn rule(rule: &Value) {
    let id = text(&rule["id"]);
    assert!(text(&rule["name"]).len() <= 255, "{id}");
    for key in ["shortDescription", "fullDescription"] {
        let description = text(&rule[key]["text"]);
        assert!((1..=1024).contains(&description.chars().count()), "{id}: {key}");
    }
    assert!(!text(&rule["help"]["text"]).is_empty() && !text(&rule["help"]["markdown"]).is_empty(), "{id}");
    let level = text(&rule["defaultConfiguration"]["level"]);
    assert!(["note", "warning", "error"].contains(&level), "{id}: {level}");
    let properties = &rule["properties"];
    let tags = properties["tags"].as_array().unwrap();
    assert!(tags.len() <= 20 && tags.iter().any(|tag| tag == "security"), "{id}");
    assert!(["very-high", "high", "medium", "low"].contains(&text(&properties["precision"])), "{id}");
    assert!(["error", "warning", "recommendation"].contains(&text(&properties["problem.severity"])), "{id}");
    let security: f64 = text(&properties["security-severity"]).parse().unwrap();
    assert!(security > 0.0 && security <= 10.0, "{id}: {security}");
}

#[track_caller]
fn result(result: &Value, rules: &[Value]) {
    let id = text(&result["ruleId"]);
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(text(&rules[index]["id"]), id);
    assert!(["note", "warning", "error"].contains(&text(&result["level"])), "{id}");
    assert!(!text(&result["message"]["text"]).contains("]("), "{id}: a link in the message");
    assert!(result.get("suppressions").is_none(), "{id}: waived results stay out");
    let locations = result["locations"].as_array().unwrap();
    assert!(!locations.is_empty() && locations.len() <= 1_000, "{id}");
    for location in locations.iter().chain(result["relatedLocations"].as_array().into_iter().flatten()) {
        self::location(location, id);
    }
    for logical in locations.iter().filter_map(|location| location["logicalLocations"].as_array()).flatten() {
        assert!(!text(&logical["fullyQualifiedName"]).is_empty(), "{id}");
        assert_eq!(logical["kind"], "resource", "{id}");
    }
    let hash = text(&result["partialFingerprints"]["primaryLocationLineHash"]);
    let (hex, number) = hash.split_once(':').unwrap();
    assert!(hex.len() == 16 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}: {hash}");
    assert!(number.parse::<u32>().is_ok(), "{id}: {hash}");
}

#[track_caller]
fn location(location: &Value, id: &str) {
    let physical = &location["physicalLocation"];
    let artifact = &physical["artifactLocation"];
    let uri = text(&artifact["uri"]);
    assert!(artifact.get("uriBaseId").is_none(), "{id}");
    assert!(!uri.starts_with('/') && !uri.contains(':') && !uri.contains('\\'), "{id}: not relative: {uri}");
    assert!(uri.split('/').all(|part| !["", ".", ".."].contains(&part)), "{id}: {uri}");
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte);
    assert!(uri.bytes().all(legal), "{id}: not percent-encoded: {uri}");
    for escape in uri.split('%').skip(1) {
        assert!(escape.len() >= 2 && u8::from_str_radix(&escape[..2], 16).is_ok(), "{id}: {uri}");
    }
    let number = |key: &str| physical["region"][key].as_u64().unwrap();
    assert!(number("startLine") >= 1 && number("startColumn") >= 1, "{id}");
    assert_eq!(number("startLine"), number("endLine"), "{id}: shown only if all its lines are in a diff");
    assert!(number("endColumn") > number("startColumn"), "{id}");
}

fn no_empty_string(value: &Value, path: &str) {
    match value {
        Value::String(text) => assert!(!text.is_empty(), "empty string at {path}"),
        Value::Array(values) => {
            values
                .iter()
                .enumerate()
                .for_each(|(index, one)| no_empty_string(one, &format!("{path}[{index}]")));
        }
        Value::Object(map) => {
            map.iter().for_each(|(key, one)| no_empty_string(one, &format!("{path}.{key}")));
        }
        _ => {}
    }
}

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}"))
}
