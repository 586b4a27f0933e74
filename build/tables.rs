//! Writes the tables as Rust source.

use std::fmt::Write as _;

use super::rule_file::{PROOFS, Rule};

/// `RULES`, sorted by id, for the engine.
pub(crate) fn rules(rules: &[Rule]) -> String {
    let mut text = format!("pub static RULES: [Rule; {}] = [\n", rules.len());
    for rule in rules {
        let proof = PROOFS.iter().find(|(name, _)| *name == rule.proof).map_or("Any", |(_, variant)| variant);
        let _ = writeln!(
            text,
            "Rule {{ id: {:?}, title: {:?}, provider: {:?}, severity: Severity::{}, confidence: Confidence::{}, \
             anchors: &{:?}, ignore_case: {}, pattern: {:?}, has_group: {}, back: {}, reach: {}, context: &{:?}, \
             proof: Proof::{proof}, entropy: {:?}, open_end: {}, rank: {}, rotate: {:?} }},",
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
    text
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
