//! Writes the tables as Rust source.

use std::fmt::Write as _;

use super::{
    rule_file::{PROOFS, Rule},
    shape::{Bytes, alphabet, shape},
};

/// `RULES`, sorted by id, for the engine.
pub(crate) fn rules(rules: &[Rule]) -> String {
    let mut text = format!("pub static RULES: [Rule; {}] = [\n", rules.len());
    let mut sets: Vec<Bytes> = Vec::new();
    for rule in rules {
        let shape: Vec<usize> = match rule.back {
            0 => shape(&rule.regex).into_iter().map(|set| number(&mut sets, set)).collect(),
            // Its anchor stands anywhere in a match.
            _ => Vec::new(),
        };
        let alphabet = number(&mut sets, alphabet(&rule.regex));
        let proof = PROOFS.iter().find(|(name, _)| *name == rule.proof).map_or("Any", |(_, variant)| variant);
        let _ = writeln!(
            text,
            "Rule {{ id: {:?}, title: {:?}, provider: {:?}, severity: Severity::{}, confidence: Confidence::{}, \
             anchors: &{:?}, ignore_case: {}, pattern: {:?}, has_group: {}, back: {}, reach: {}, context: &{:?}, \
             proof: Proof::{proof}, entropy: {:?}, open_end: {}, rank: {}, shape: &{shape:?}, \
             alphabet: {alphabet}, rotate: {:?} }},",
            rule.id,
            rule.title,
            rule.provider,
            upper_first(&rule.severity),
            upper_first(&rule.confidence),
            rule.anchors,
            rule.ignore_case,
            rule.regex,
            rule.has_group,
            rule.back,
            rule.reach,
            rule.context,
            rule.entropy,
            rule.open_end,
            rule.rank,
            rule.rotate,
        );
    }
    text.push_str("];\n");
    let _ = writeln!(text, "#[allow(clippy::unreadable_literal)] // written by a program, read by none");
    let _ = writeln!(text, "static SETS: [[u64; 4]; {}] = {sets:?};", sets.len());
    text
}

/// Each set is written once: many patterns share them.
fn number(sets: &mut Vec<Bytes>, set: Bytes) -> usize {
    sets.iter().position(|known| *known == set).unwrap_or_else(|| {
        sets.push(set);
        sets.len() - 1
    })
}

/// `ALL`, sorted by id, for the station.
pub(crate) fn checks(rules: &[Rule]) -> String {
    let mut text = String::from("pub static ALL: &[&Check] = &[\n");
    for rule in rules {
        let _ = writeln!(
            text,
            "&Check {{ id: {:?}, title: {:?}, station: Station::Secrets, severity: Severity::{}, \
             confidence: Confidence::{}, judge: Judge::Leak, source: {:?} }},",
            rule.id,
            rule.title,
            upper_first(&rule.severity),
            upper_first(&rule.confidence),
            rule.help,
        );
    }
    text.push_str("];\n");
    text
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
