//! A finding: what was seen, where, how sure we are, and what to do about it.
//!
//! Checks build findings; they never fill in identity (check, station, subject, fingerprint),
//! which [`crate::decide`] adds from the check that spoke.

use serde::{Deserialize, Serialize};

/// How bad it is. The order is from harmless to worst.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// Weight in the score.
    pub const fn weight(self) -> u32 {
        match self {
            Self::Critical => 10,
            Self::High => 6,
            Self::Medium => 3,
            Self::Low => 1,
            Self::Info => 0,
        }
    }

    pub const fn id(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.id())
    }
}

/// How sure the check is. A `Low` finding never gates.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    pub const fn id(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// One fault, with everything a reader needs to believe and to mend it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was seen, in lower case, one sentence, complete without the rest.
    pub message: String,
    /// Where it is; the first is the primary place. May be empty: the subject's declaration serves.
    pub places: Vec<Place>,
    pub evidence: Vec<Evidence>,
    pub remedy: Remedy,
    /// Overrides the check's own severity.
    pub severity: Option<Severity>,
    /// Overrides the check's own confidence.
    pub confidence: Option<Confidence>,
    /// Tells findings of one check on one subject apart; part of the fingerprint. Never a line
    /// number and never a secret.
    pub key: String,
    /// Findings of one subject that share a root count once in the score.
    pub root: Option<&'static str>,
}

impl Finding {
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: bounded(message.into(), 600),
            places: Vec::new(),
            evidence: Vec::new(),
            remedy: Remedy::default(),
            severity: None,
            confidence: None,
            key: String::new(),
            root: None,
        }
    }

    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    #[must_use]
    pub fn places(mut self, places: impl IntoIterator<Item = Place>) -> Self {
        self.places.extend(places);
        self
    }

    /// Something seen that proves the message. Bounded here, neutralised by every reporter.
    #[must_use]
    pub fn evidence(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.evidence.push(Evidence { label: label.into(), value: bounded(value.into(), 1_000) });
        self
    }

    /// What to do, in the imperative: one or two sentences, or words that make one.
    #[must_use]
    pub fn fix(mut self, text: impl Into<String>) -> Self {
        self.remedy.text = sentence(text.into());
        self
    }

    /// The same as something a machine can apply.
    #[must_use]
    pub fn patch(mut self, patch: Patch) -> Self {
        self.remedy.patch = Some(patch);
        self
    }

    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }

    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    #[must_use]
    pub fn root(mut self, root: &'static str) -> Self {
        self.root = Some(root);
        self
    }
}

/// A labelled observation, e.g. `record` = `v=spf1 +all`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Evidence {
    pub label: String,
    pub value: String,
}

/// Where something is.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Place {
    /// In a file of the audited repository. `path` is relative to its root, with `/`.
    File {
        path: String,
        /// From 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
        /// From 1, in UTF-16 code units.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        column: Option<u32>,
        /// The line itself with its indentation, which `column` counts too; secrets redacted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        snippet: Option<String>,
    },
    /// In a commit of its history (full hexadecimal id).
    Commit {
        commit: String,
        path: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
    },
    /// A DNS record set.
    Dns {
        name: String,
        record: String,
    },
    Url {
        url: String,
    },
    /// `host:port`.
    Endpoint {
        endpoint: String,
    },
}

impl Place {
    pub fn file(path: impl Into<String>, line: u32) -> Self {
        Self::File { path: path.into(), line: Some(line), column: None, snippet: None }
    }

    pub fn line_of(path: impl Into<String>, line: u32, column: u32, snippet: impl Into<String>) -> Self {
        Self::File {
            path: path.into(),
            line: Some(line),
            column: Some(column),
            snippet: Some(bounded(snippet.into(), 300)),
        }
    }

    pub fn dns(name: impl Into<String>, record: impl Into<String>) -> Self {
        Self::Dns { name: name.into(), record: record.into() }
    }

    pub fn url(url: impl Into<String>) -> Self {
        Self::Url { url: url.into() }
    }

    pub fn endpoint(endpoint: impl Into<String>) -> Self {
        Self::Endpoint { endpoint: endpoint.into() }
    }
}

/// What to do about it: in words, and where possible as data.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Remedy {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<Patch>,
}

/// A remedy a machine can apply.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Patch {
    /// Publish this record set in place of the present one.
    Dns { name: String, record: String, values: Vec<String> },
    /// Remove the record set.
    DnsRemove { name: String, record: String },
    /// Replace one line of a file.
    Line { path: String, line: u32, new: String },
    /// Text to add to a file or a server's configuration.
    Snippet { language: String, text: String },
    /// A command to run.
    Command { command: String },
}

/// Cuts at a character boundary and says so: hostile input decides how long a text is, we decide
/// how much of it is kept.
fn bounded(mut text: String, limit: usize) -> String {
    if text.len() > limit {
        let end = text.floor_char_boundary(limit);
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Words of a fix as a sentence of a report: a verb at its head takes a capital, a name or a command
/// stays as it is written; text that breaks off gets its full stop.
fn sentence(mut text: String) -> String {
    let verb = text.split([' ', ',']).next().unwrap_or_default();
    if text.len() > verb.len()
        && verb.bytes().all(|byte| byte.is_ascii_lowercase())
        && let Some(first) = text.get_mut(..1)
    {
        first.make_ascii_uppercase();
    }
    if text
        .ends_with(|last: char| last.is_alphanumeric() || matches!(last, '`' | '"' | ')' | '\'' | '/' | '*'))
    {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_fix_reads_as_a_sentence() {
        for (words, said) in [
            (
                "send Strict-Transport-Security with every answer",
                "Send Strict-Transport-Security with every answer.",
            ),
            ("Publish one record.", "Publish one record."),
            ("`a` is enough", "`a` is enough."),
            ("rules.json is missing", "rules.json is missing."),
            ("", ""),
        ] {
            assert_eq!(sentence(words.to_owned()), said);
        }
    }
}
