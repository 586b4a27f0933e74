//! Secrets of Cloud Functions: `defineSecret("NAME")`, `NAME.value()` and `secrets: […]`.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{identifier, places};
use crate::seen::{Clue, ClueKind, Stage};

/// Words of one file that are kept.
const WORDS: usize = 200;

/// Definitions, reads and bindings, by the words of the code until all files are known.
#[derive(Default)]
pub(super) struct Secrets {
    /// Variable of the code and name of the secret.
    defined: BTreeMap<String, String>,
    /// File, line, variable.
    read: Vec<(String, u32, String)>,
    bound: Vec<(String, u32, String)>,
}

impl Secrets {
    pub(super) fn look(&mut self, text: &str) {
        static DEFINED: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(r#"(\w+)\s*(?::\s*\w+\s*)?[=:]\s*(?:params\.)?defineSecret\(\s*['"`](\w+)['"`]"#).ok()
        });
        if !text.contains("firebase-functions") && !text.contains(".value()") && !text.contains("secrets") {
            return;
        }
        for found in DEFINED.iter().flat_map(|pattern| pattern.captures_iter(text)).take(WORDS) {
            if let (Some(variable), Some(name)) = (found.get(1), found.get(2)) {
                self.defined.insert(variable.as_str().to_owned(), name.as_str().to_owned());
            }
        }
        for (at, line) in places(text, ".value()", "//").take(WORDS) {
            let before = &text[text.floor_char_boundary(at.saturating_sub(100))..at];
            let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
            if let Some(variable) = before.get(start..).filter(|name| !name.is_empty()) {
                self.read.push((String::new(), line, variable.to_owned()));
            }
        }
        for (at, line) in places(text, "secrets", "//").take(WORDS) {
            let after = text[at + "secrets".len()..].trim_start();
            let Some(value) = after.strip_prefix(':').or_else(|| after.strip_prefix('=')) else {
                // `{ secrets }` passes on a list that was made elsewhere.
                if after.starts_with([',', '}']) {
                    self.bound.push((String::new(), line, ANY.to_owned()));
                }
                continue;
            };
            self.bind(text, value.trim_start(), line);
        }
    }

    fn bind(&mut self, text: &str, value: &str, line: u32) {
        // A list that the same file gives a name.
        let named = identifier(value);
        let made = (!named.is_empty()).then(|| text.split_once(&format!("const {named} = "))).flatten();
        let value = made.map_or(value, |(_, list)| list.trim_start());
        let Some(list) = value.strip_prefix('[') else {
            return self.bound.push((String::new(), line, ANY.to_owned()));
        };
        let list = list.split(']').next().unwrap_or_default();
        for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()).take(WORDS) {
            let plain = item.trim_matches(['"', '\'', '`']);
            let word = plain.rsplit('.').next().unwrap_or(plain);
            let is_word = !item.starts_with("...") && !word.is_empty() && identifier(word) == word;
            self.bound.push((String::new(), line, if is_word { word } else { ANY }.to_owned()));
        }
    }

    pub(super) fn merge(&mut self, path: &str, other: Self) {
        let named = |(_, line, word)| (path.to_owned(), line, word);
        self.defined.extend(other.defined);
        self.read.extend(other.read.into_iter().map(named));
        self.bound.extend(other.bound.into_iter().map(named));
    }

    /// Reads of what is defined anywhere, and every binding, by the secrets' own names.
    pub(super) fn finish(self) -> Vec<Clue> {
        if self.defined.is_empty() {
            return Vec::new();
        }
        let clue = |path, line, what| Clue { path, line, stage: Stage::Any, what };
        let mut clues = Vec::new();
        for (path, line, word) in self.read {
            if let Some(name) = self.defined.get(&word) {
                clues.push(clue(path, line, ClueKind::SecretRead { name: name.clone(), optional: false }));
            }
        }
        for (path, line, word) in self.bound {
            let name = self.defined.get(&word).cloned().unwrap_or(word);
            clues.push(clue(path, line, ClueKind::SecretBound { name }));
        }
        clues
    }
}

/// A list that only a run would show.
const ANY: &str = "*";

#[cfg(test)]
mod tests {
    use super::*;

    fn clues(text: &str) -> Vec<String> {
        let (mut all, mut one) = (Secrets::default(), Secrets::default());
        one.look(text);
        all.merge("a.ts", one);
        let told = |clue: Clue| match clue.what {
            ClueKind::SecretRead { name, .. } => format!("reads {name}@{}", clue.line),
            ClueKind::SecretBound { name } => format!("binds {name}@{}", clue.line),
            _ => String::new(),
        };
        all.finish().into_iter().map(told).collect()
    }

    #[test]
    fn reads_and_bindings() {
        let text = "import { defineSecret } from 'firebase-functions/params';\nconst key = defineSecret('STRIPE_KEY');\nconst hook = defineSecret(\"HOOK\");\nexport const a = onRequest({ secrets: [key, 'OTHER'] }, () => {\n  use(key.value(), hook.value(), other.value());\n});\n";
        assert_eq!(
            clues(text),
            ["reads STRIPE_KEY@5", "reads HOOK@5", "binds STRIPE_KEY@4", "binds OTHER@4"]
        );
        assert!(clues("const a = b.value(); secrets: [x]").is_empty());
        let named = "const k = defineSecret('K'); const all = [k]; onCall({ secrets: all }, () => k.value())";
        assert_eq!(clues(named), ["reads K@1", "binds K@1"]);
        let spread = "const k = defineSecret('K'); onCall({ secrets: [...all] }, () => k.value())";
        assert_eq!(clues(spread), ["reads K@1", "binds *@1"]);
    }
}
