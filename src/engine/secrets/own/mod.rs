//! Rules that somebody brings along: in the format of `rules/secrets/`, or gitleaks'.
//!
//! They are plain data ([`OwnRules`]), which travels with a recording, and are compiled once at the
//! start of the program: everything that scans then finds their values too, in every version of
//! every file, and they resolve overlaps with the rules that are built in by their rank.

mod allow;
#[path = "../../../../build/assignment.rs"]
mod assignment;
mod example;
mod foreign;
mod house;
mod re2;
#[path = "../../../../build/rule_file.rs"]
mod rule_file;
mod search;

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use self::search::Compiled;
pub use self::{
    allow::OwnAllow,
    foreign::{Imported, imported, is_foreign},
    house::read,
};
use super::{
    rule::Rule,
    scan::{Hit, Scan, strongest},
};

/// Everything that was brought along.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnRules {
    /// By their ids.
    pub rules: Vec<OwnRule>,
    /// What is accepted of every rule's findings, also of those that are built in.
    pub allow: Vec<OwnAllow>,
    /// `gitleaks:allow` beside a value accepts it.
    pub honors_comments: bool,
}

/// One rule, as its file has it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnRule {
    /// With the station: `secrets/acme-api-key`.
    pub id: String,
    pub title: String,
    pub provider: String,
    /// `critical`, `high`, `medium`, `low` or `info`.
    pub severity: String,
    /// `high`, `medium` or `low`.
    pub confidence: String,
    /// Literal texts of which one is in every match; of a foreign rule, anywhere in the same text.
    pub anchors: Vec<String>,
    pub ignore_case: bool,
    pub pattern: String,
    /// The group with the value; 0: the first that took part, or the whole match.
    pub group: u32,
    pub has_group: bool,
    pub back: u16,
    pub reach: u16,
    pub context: Vec<String>,
    /// As in a rule file.
    pub proof: String,
    /// Bits a character; of a foreign rule, more than these.
    pub entropy: f32,
    pub open_end: bool,
    pub rank: i8,
    pub rotate: String,
    /// The help page.
    pub help: String,
    /// Its pattern is searched in the whole text, where gitleaks would.
    pub is_foreign: bool,
    /// Only files whose path matches.
    pub path: Option<String>,
    pub allow: Vec<OwnAllow>,
    /// Why it is not applied: its check stays undecided.
    pub wrong: Option<String>,
}

/// Compiled, for as long as the program runs.
pub struct Own {
    rules: Vec<Compiled>,
    allow: Vec<allow::Allow>,
    honors_comments: bool,
    search: search::Search,
}

static INSTALLED: OnceLock<Own> = OnceLock::new();

/// Makes everything that scans look for these too; false if rules were installed before.
///
/// # Errors
///
/// The rule that does not compile, and why; no rule that [`read`] or [`imported`] returned.
pub fn install(rules: &OwnRules) -> Result<bool, String> {
    let own = Own::new(rules)?;
    Ok(INSTALLED.set(own).is_ok())
}

/// The rules that were brought along, and why one of them is not applied.
pub fn installed() -> impl Iterator<Item = (&'static Rule, &'static str, Option<&'static str>)> {
    let rules = INSTALLED.get().map(|own| own.rules.as_slice()).unwrap_or_default();
    rules.iter().map(|own| (own.rule, own.help.as_str(), own.wrong.as_deref()))
}

pub(super) fn by_id(id: &str) -> Option<&'static Rule> {
    INSTALLED.get()?.rules.iter().map(|own| own.rule).find(|rule| rule.id == id)
}

/// Does a rule that was brought along speak in this file? The others do.
pub(super) fn applies(rule: &Rule, path: &str) -> bool {
    INSTALLED.get().is_none_or(|own| own.applies(rule, path))
}

/// Is a value of this rule accepted at this path, or because it came with this commit?
pub fn accepts(rule: &str, path: &str, commit: Option<&str>) -> Option<&'static str> {
    INSTALLED.get()?.accepts(rule, path, commit)
}

/// A scan with what the rules that were brought along find in the same bytes.
pub(super) fn joined(bytes: &[u8], scan: Scan) -> Scan {
    match INSTALLED.get() {
        Some(own) => own.joined(bytes, scan),
        None => scan,
    }
}

impl OwnRules {
    /// What a report needs of them, without anything that is searched for or accepted: an allowlist
    /// may hold values.
    #[must_use]
    pub fn described(&self) -> Self {
        let rules = self.rules.iter().map(|rule| OwnRule {
            anchors: Vec::new(),
            pattern: String::new(),
            context: Vec::new(),
            path: None,
            allow: Vec::new(),
            ..rule.clone()
        });
        Self { rules: rules.collect(), ..Self::default() }
    }
}

impl Own {
    /// # Errors
    ///
    /// The rule that does not compile, and why.
    pub fn new(rules: &OwnRules) -> Result<Self, String> {
        let compiled: Result<Vec<_>, _> = rules.rules.iter().map(Compiled::new).collect();
        let compiled = compiled?;
        let allow: Result<Vec<_>, _> = rules.allow.iter().map(allow::Allow::new).collect();
        let search = search::Search::new(&compiled)?;
        Ok(Self { rules: compiled, allow: allow?, honors_comments: rules.honors_comments, search })
    }

    /// What these rules alone find. Linear in the bytes, within a bound for each rule.
    pub fn scan(&self, bytes: &[u8]) -> Scan {
        self.joined(bytes, Scan::default())
    }

    fn joined(&self, bytes: &[u8], mut scan: Scan) -> Scan {
        scan.truncated |= self.search.search(&self.rules, bytes, &mut scan.hits);
        for hit in scan.hits.iter_mut().filter(|hit| hit.accepted.is_none()) {
            hit.accepted = self.allowed(bytes, hit);
        }
        Scan { hits: strongest(scan.hits), truncated: scan.truncated }
    }

    /// What allows a value wherever it is.
    fn allowed(&self, bytes: &[u8], hit: &Hit) -> Option<String> {
        let value = allow::Value::at(bytes, &hit.span, &hit.span);
        if self.honors_comments && memchr::memmem::find(value.line, b"gitleaks:allow").is_some() {
            return Some("gitleaks:allow beside it".to_owned());
        }
        let found = self.allow.iter().find(|allow| allow.is_about(hit.rule.id) && allow.has_value(&value));
        found.map(|allow| format!("accepted by {}", allow.by))
    }

    /// Does the rule speak in this file?
    pub fn applies(&self, rule: &Rule, path: &str) -> bool {
        let own = self.rules.iter().find(|own| own.rule.id == rule.id);
        own.is_none_or(|own| own.speaks_in(path))
    }

    fn accepts(&self, rule: &str, path: &str, commit: Option<&str>) -> Option<&str> {
        let general = self.allow.iter().filter(|allow| allow.is_about(rule));
        let own = self.rules.iter().filter(|own| own.rule.id == rule).flat_map(|own| &own.allow);
        let by_commit = own.filter(|allow| allow.has_commit(commit));
        let found = general.filter(|allow| allow.has_path(path) || allow.has_commit(commit)).chain(by_commit);
        found.map(|allow| allow.by.as_str()).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::secrets::Proof;

    #[test]
    fn every_proof_of_a_rule_file_is_known() {
        for (name, variant) in rule_file::PROOFS {
            let proof: Option<Proof> = search::proof(name);
            assert_eq!(format!("{:?}", proof.expect("a proof")), variant);
        }
    }
}
