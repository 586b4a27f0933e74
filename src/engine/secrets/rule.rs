//! What a rule is. The table itself is made from `rules/secrets/*.toml` while building.

use std::{cell::OnceCell, sync::OnceLock};

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
    /// What a match that begins with its anchor may have at its first places: numbers of [`SETS`].
    pub(super) shape: &'static [u16],
    /// Everything that a match may have anywhere.
    pub(super) alphabet: u16,
    /// How to replace it, in the words of the provider's console.
    pub rotate: &'static str,
}

impl Rule {
    /// Can a match begin with the anchor at this place? A look at a few bytes that excludes most.
    pub(super) fn fits(&self, bytes: &[u8], start: usize) -> bool {
        self.may_fit(bytes, start, self.shape.len())
    }

    /// The same by the first `places` bytes alone.
    pub(super) fn may_fit(&self, bytes: &[u8], start: usize, places: usize) -> bool {
        let shape = &self.shape[..self.shape.len().min(places)];
        let Some(here) = bytes.get(start..start + shape.len()) else { return false };
        here.iter().zip(shape).all(|(byte, set)| is_in(*set, *byte))
    }

    /// May a match that begins with its anchor have this byte at this place?
    pub(super) fn may_stand_at(&self, place: usize, byte: u8) -> bool {
        self.shape.get(place).is_none_or(|set| is_in(*set, byte))
    }

    /// Where these bytes of a text come to one that no match can have: nothing behind it has a say in
    /// whether a match begins before it.
    pub(super) fn stop(&self, bytes: &[u8]) -> Option<usize> {
        SETS.get(usize::from(self.alphabet))?;
        bytes.iter().position(|byte| !is_in(self.alphabet, *byte))
    }
}

fn is_in(set: u16, byte: u8) -> bool {
    SETS.get(usize::from(set)).is_some_and(|set| set[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1)
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
    /// A password chosen by people, where nothing else can stand.
    Password,
    /// The same, where only its name speaks for it.
    NamedPassword,
    /// A UUID under the name of a key.
    NamedUuid,
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

thread_local! {
    /// Each thread's own: threads that share one take turns with the memory it searches with.
    static OWN: [OnceCell<Option<Regex>>; RULES.len()] = const { [const { OnceCell::new() }; RULES.len()] };
}

/// What `search` finds with the compiled pattern; none if it does not compile (which a test excludes).
pub(super) fn with_pattern<T>(index: usize, search: impl FnOnce(&Regex) -> Option<T>) -> Option<T> {
    let rule = RULES.get(index)?;
    let shared = || PATTERNS.get(index)?.get_or_init(|| compile(rule)).clone();
    OWN.with(|own| search(own.get(index)?.get_or_init(shared).as_ref()?))
}

/// Bytes that a search with one pattern may keep on one thread.
const SEARCH: usize = 512 << 10;

fn compile(rule: &Rule) -> Option<Regex> {
    let anchored = if rule.back == 0 { format!(r"\A(?:{})", rule.pattern) } else { rule.pattern.to_owned() };
    RegexBuilder::new(&anchored).unicode(false).dfa_size_limit(SEARCH).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(with_pattern(index, |_| Some(())).is_some(), "{}", rule.id);
        }
    }

    #[test]
    fn a_shape_excludes_only_what_cannot_match() {
        let stripe = by_id("secrets/stripe-live-secret-key").expect("a rule");
        let text = format!("sk_live_{}", "4eC39HqLyjWDarjtT1zdp7dc");
        assert!(stripe.fits(text.as_bytes(), 0));
        assert!(!stripe.fits(&text.as_bytes()[..12], 0), "too short");
        assert!(!stripe.fits(text.replace("4eC", "4 C").as_bytes(), 0), "no such letter");
        assert!(RULES.iter().all(|rule| rule.back == 0 || rule.shape.is_empty()));
    }

    #[test]
    fn rules_are_found_by_id() {
        assert!(RULES.iter().all(|rule| by_id(rule.id).is_some_and(|found| found.id == rule.id)));
        assert!(by_id("secrets/none").is_none());
    }
}
