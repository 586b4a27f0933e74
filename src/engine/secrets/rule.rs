//! What a rule is. The table itself is made from `rules/secrets/*.toml` while building.

use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

use super::own;
use crate::finding::{Confidence, Severity};

/// One kind of credential.
#[derive(Debug)]
pub struct Rule {
    /// With the station: `secrets/stripe-live-secret-key`.
    pub id: &'static str,
    pub title: &'static str,
    pub provider: &'static str,
    pub severity: Severity,
    pub confidence: Confidence,
    /// Literal texts of which one is in every match.
    pub anchors: &'static [&'static str],
    pub ignore_case: bool,
    /// Over bytes, without Unicode; group 1 is the value if `has_group`.
    pub pattern: &'static str,
    pub has_group: bool,
    /// How many bytes before its anchor a match may begin; 0: it begins with it.
    pub back: u16,
    /// How many bytes after the beginning of its anchor a match may end.
    pub reach: u16,
    /// Words of which one must stand near the match.
    pub context: &'static [&'static str],
    pub proof: Proof,
    /// Bits a character that the value must have at least.
    pub entropy: f32,
    pub open_end: bool,
    /// Where two rules match the same value the higher one speaks.
    pub rank: i8,
    /// How to replace it, in the words of the provider's console.
    pub rotate: &'static str,
}

/// Ids are unique in the table.
impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

/// What can be decided about a value offline.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Proof {
    /// Nothing but that it is no placeholder.
    Any,
    /// The last six characters are the CRC-32 of the rest (GitHub, npm).
    Crc32Base62,
    SupabaseServiceRole,
    SupabaseAnon,
    /// A JSON Web Token that is not Supabase's.
    OtherJwt,
    PrivateKey,
    EncryptedPrivateKey,
    /// The password of a URL, chosen by people and therefore of any shape.
    UrlPassword,
    /// A password chosen by people, by its name.
    Password,
    /// Nothing but its name speaks for it: everything must fit.
    Generic,
}

include!(concat!(env!("OUT_DIR"), "/secret_rules.rs"));

/// Compiled at the first hit of an anchor: most audits need a handful of the patterns.
static PATTERNS: [OnceLock<Option<Regex>>; RULES.len()] = [const { OnceLock::new() }; RULES.len()];

/// The rule with this id.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.binary_search_by(|rule| rule.id.cmp(id)).ok().map(|index| &RULES[index]).or_else(|| own::by_id(id))
}

/// The compiled pattern, or none if it does not compile (which a test excludes).
pub(super) fn pattern(index: usize) -> Option<&'static Regex> {
    let rule = RULES.get(index)?;
    PATTERNS.get(index)?.get_or_init(|| compile(rule)).as_ref()
}

fn compile(rule: &Rule) -> Option<Regex> {
    let anchored = if rule.back == 0 { format!(r"\A(?:{})", rule.pattern) } else { rule.pattern.to_owned() };
    RegexBuilder::new(&anchored).unicode(false).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(pattern(index).is_some(), "{}", rule.id);
        }
    }

    #[test]
    fn rules_are_found_by_id() {
        assert!(RULES.iter().all(|rule| by_id(rule.id).is_some_and(|found| found.id == rule.id)));
        assert!(by_id("secrets/none").is_none());
    }
}
