//! What gitleaks' own files accept: `.gitleaksignore`, and a report used as a baseline.

use serde::Deserialize;

use super::redact::fingerprint;

/// A line of `.gitleaksignore`: `file:rule:line`, or `commit:file:rule:line`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ignored {
    pub path: String,
    /// From 1.
    pub line: u32,
}

/// Most lines read of one file.
const MOST: usize = 20_000;

/// The findings that a `.gitleaksignore` accepts, wherever in the history they are.
pub fn ignored(text: &str) -> Vec<Ignored> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter_map(ignored_line).take(MOST).collect()
}

fn ignored_line(line: &str) -> Option<Ignored> {
    let mut parts = line.rsplitn(3, ':');
    let number = parts.next()?.parse().ok().filter(|number| *number > 0)?;
    let _rule = parts.next()?;
    let rest = parts.next()?;
    let path = match rest.split_once(':') {
        Some((commit, path)) if commit.len() >= 7 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            path
        }
        _ => rest,
    };
    Some(Ignored { path: path.trim_start_matches("./").to_owned(), line: number })
}

#[derive(Deserialize)]
struct Reported {
    #[serde(default, rename = "Secret")]
    secret: String,
    #[serde(default, rename = "File")]
    file: String,
    #[serde(default, rename = "StartLine")]
    line: u32,
}

/// The hashes of the values that a report lists, and the places of those it has redacted. None if
/// it is no report of gitleaks.
pub fn reported(text: &str) -> Option<(Vec<String>, Vec<Ignored>)> {
    let list: Vec<Reported> = serde_json::from_str(text).ok()?;
    let (mut values, mut places) = (Vec::new(), Vec::new());
    for one in list.into_iter().take(MOST) {
        let is_redacted =
            one.secret.is_empty() || one.secret.contains("REDACTED") || one.secret.ends_with("...");
        if !is_redacted {
            values.push(fingerprint(one.secret.as_bytes()));
        } else if !one.file.is_empty() && one.line > 0 {
            places.push(Ignored { path: one.file, line: one.line });
        }
    }
    Some((values, places))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_with_and_without_a_commit() {
        let text = "# old\nsrc/a.ts:aws-access-token:12\n4b825dc642cb6eb9a060e54bf8d69288fbee4904:b:c.env:generic-api-key:3 # x\nnonsense\na:b:0\n";
        let found: Vec<(String, u32)> = ignored(text).into_iter().map(|one| (one.path, one.line)).collect();
        assert_eq!(found, [("src/a.ts".to_owned(), 12), ("b:c.env".to_owned(), 3)]);
    }

    #[test]
    fn a_report_names_values_or_places() {
        let text = r#"[{"RuleID":"x","Secret":"value-one","File":"a","StartLine":1},
            {"RuleID":"x","Secret":"REDACTED","File":"b","StartLine":7}]"#;
        let (values, places) = reported(text).unwrap_or_default();
        assert_eq!(values, [fingerprint(b"value-one")]);
        assert_eq!(places, [Ignored { path: "b".into(), line: 7 }]);
        assert_eq!(reported("{}"), None);
    }
}
