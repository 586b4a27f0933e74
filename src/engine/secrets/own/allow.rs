//! Allowlists: values, paths and commits whose findings are accepted.

use std::ops::Range;

use regex::bytes::Regex;
use serde::{Deserialize, Serialize};

use super::re2;

/// One list; any of its entries is enough, unless `all` says otherwise.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnAllow {
    /// The file that says so.
    pub by: String,
    /// Only of these rules; of all if empty.
    pub rules: Vec<String>,
    pub regexes: Vec<String>,
    /// What the expressions are held against: `secret`, `match` or `line`.
    pub target: String,
    /// In lower case.
    pub stopwords: Vec<String>,
    pub paths: Vec<String>,
    pub commits: Vec<String>,
    /// Both an expression and a stop word.
    pub all: bool,
}

pub(super) struct Allow {
    pub(super) by: String,
    rules: Vec<String>,
    regexes: Vec<Regex>,
    target: Target,
    stopwords: Vec<String>,
    paths: Vec<Regex>,
    commits: Vec<String>,
    all: bool,
}

#[derive(Clone, Copy)]
enum Target {
    Secret,
    Match,
    Line,
}

/// A value with what is around it.
#[allow(clippy::struct_field_names)] // the value of a value: what else
pub(super) struct Value<'a> {
    pub(super) value: &'a [u8],
    pub(super) whole: &'a [u8],
    pub(super) line: &'a [u8],
}

/// How far on either side a line is looked at.
const NEAR: usize = 512;

impl<'a> Value<'a> {
    pub(super) fn at(bytes: &'a [u8], value: &Range<usize>, whole: &Range<usize>) -> Self {
        let part = |range: Range<usize>| bytes.get(range).unwrap_or_default();
        let from = whole.start.saturating_sub(NEAR);
        let from = memchr::memrchr(b'\n', part(from..whole.start)).map_or(from, |end| from + end + 1);
        let to = bytes.len().min(whole.end.saturating_add(NEAR));
        let to = memchr::memchr(b'\n', part(whole.end..to)).map_or(to, |end| whole.end + end);
        Self { value: part(value.clone()), whole: part(whole.clone()), line: part(from..to) }
    }
}

impl Allow {
    pub(super) fn new(allow: &OwnAllow) -> Result<Self, String> {
        let compiled = |texts: &[String]| texts.iter().map(|text| re2::compile(text)).collect();
        let regexes: Result<Vec<Regex>, String> = compiled(&allow.regexes);
        let paths: Result<Vec<Regex>, String> = compiled(&allow.paths);
        Ok(Self {
            by: allow.by.clone(),
            rules: allow.rules.clone(),
            regexes: regexes?,
            target: match allow.target.as_str() {
                "match" => Target::Match,
                "line" => Target::Line,
                _ => Target::Secret,
            },
            stopwords: allow.stopwords.clone(),
            paths: paths?,
            commits: allow.commits.clone(),
            all: allow.all,
        })
    }

    pub(super) fn is_about(&self, rule: &str) -> bool {
        self.rules.is_empty() || self.rules.iter().any(|known| known == rule)
    }

    pub(super) fn has_value(&self, value: &Value<'_>) -> bool {
        let held = match self.target {
            Target::Secret => value.value,
            Target::Match => value.whole,
            Target::Line => value.line,
        };
        let by_form = self.regexes.iter().any(|regex| regex.is_match(held));
        let lower = value.value.to_ascii_lowercase();
        let has = |word: &String| memchr::memmem::find(&lower, word.as_bytes()).is_some();
        let by_word = self.stopwords.iter().any(has);
        if self.all { by_form && by_word } else { by_form || by_word }
    }

    pub(super) fn has_path(&self, path: &str) -> bool {
        self.paths.iter().any(|regex| regex.is_match(path.as_bytes()))
    }

    pub(super) fn has_commit(&self, commit: Option<&str>) -> bool {
        commit.is_some_and(|commit| self.commits.iter().any(|known| commit.starts_with(known.as_str())))
    }
}
