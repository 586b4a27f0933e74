//! Results of axe: its own JSON (one result or a list of them, as its command line writes) and SARIF.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::lighthouse::bare;
use crate::seen::{Axe, Miss, Violation};

const IMPACTS: [&str; 4] = ["critical", "serious", "moderate", "minor"];
const RULES: usize = 200;

/// Reads one file.
pub fn read(text: &str) -> Result<Axe, Miss> {
    let json: Value = serde_json::from_str(text).map_err(|err| Miss::Malformed(err.to_string()))?;
    let mut gathered = Gathered::default();
    if let Some(runs) = json.get("runs").and_then(Value::as_array) {
        for run in runs {
            gathered.sarif(run);
        }
    } else {
        let results = json.as_array().map_or(std::slice::from_ref(&json), Vec::as_slice);
        for result in results {
            gathered.own(result);
        }
    }
    if !gathered.known {
        return Err(Miss::Malformed("no result of axe".to_owned()));
    }
    let violations = gathered.nodes.into_iter().take(RULES);
    Ok(Axe {
        urls: gathered.urls.into_iter().take(50).collect(),
        violations: violations.map(|((rule, impact), nodes)| Violation { rule, impact, nodes }).collect(),
    })
}

#[derive(Default)]
struct Gathered {
    known: bool,
    urls: BTreeSet<String>,
    /// By rule and impact.
    nodes: BTreeMap<(String, String), u32>,
}

impl Gathered {
    fn own(&mut self, result: &Value) {
        let Some(violations) = result.get("violations").and_then(Value::as_array) else { return };
        self.known = true;
        self.urls.extend(result.get("url").and_then(Value::as_str).map(bare));
        for violation in violations {
            let nodes = violation.get("nodes").and_then(Value::as_array).map_or(1, Vec::len);
            self.add(violation.get("id"), violation.get("impact"), nodes);
        }
    }

    fn sarif(&mut self, run: &Value) {
        let name = run.pointer("/tool/driver/name").and_then(Value::as_str).unwrap_or_default();
        let Some(results) = run.get("results").and_then(Value::as_array) else { return };
        if !name.to_ascii_lowercase().contains("axe") {
            return;
        }
        self.known = true;
        for result in results.iter().filter(|result| result.get("kind").is_none_or(|kind| kind == "fail")) {
            let impact = match result.get("level").and_then(Value::as_str) {
                Some("error") | None => "serious",
                Some("warning") => "moderate",
                _ => "minor",
            };
            self.add(result.get("ruleId"), Some(&Value::from(impact)), 1);
            let place = result.pointer("/locations/0/physicalLocation/artifactLocation/uri");
            self.urls.extend(place.and_then(Value::as_str).map(bare));
        }
    }

    fn add(&mut self, rule: Option<&Value>, impact: Option<&Value>, nodes: usize) {
        let Some(rule) = rule.and_then(Value::as_str) else { return };
        let rule: String = rule.chars().take(80).collect();
        let impact =
            impact.and_then(Value::as_str).and_then(|impact| IMPACTS.iter().find(|known| **known == impact));
        let key = (rule, (*impact.unwrap_or(&"minor")).to_owned());
        let count = self.nodes.entry(key).or_default();
        *count = count.saturating_add(u32::try_from(nodes).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let own = r#"[{"url":"https://a.example/?x=1","violations":[{"id":"label","impact":"critical","nodes":[{},{}]}]},{"violations":[]}]"#;
        let seen = read(own).unwrap();
        assert_eq!(seen.urls, ["https://a.example/"]);
        assert_eq!(
            seen.violations,
            [Violation { rule: "label".into(), impact: "critical".into(), nodes: 2 }]
        );
        let sarif = r#"{"runs":[{"tool":{"driver":{"name":"axe-core"}},"results":[{"ruleId":"label","level":"error"},{"ruleId":"label","kind":"pass"}]}]}"#;
        assert_eq!(read(sarif).unwrap().violations[0].nodes, 1);
        assert!(read(&sarif.replace("axe-core", "eslint")).is_err());
        assert!(read("{}").is_err() && read("").is_err());
    }
}
