//! Rules in the format of `rules/secrets/`, held to what the rules that are built in are held to.

use std::path::Path;

use super::{
    Own, OwnRule, OwnRules, example,
    rule_file::{self, Rule},
};
use crate::engine::secrets::rule::RULES;

/// Reads a file; every rule has matched its examples and none of its counter-examples.
///
/// # Errors
///
/// `file:line: rule: what is wrong: what to write instead`.
pub fn read(path: &Path, text: &str) -> Result<Vec<OwnRule>, String> {
    let mut own = Vec::new();
    rule_file::read(path, text, |rule, matches, misses| {
        if RULES.binary_search_by(|known| known.id.cmp(rule.id.as_str())).is_ok() {
            return Err("a built-in rule has this id: choose another".to_owned());
        }
        let rule = plain(rule);
        tried(&rule, matches, misses)?;
        own.push(rule);
        Ok(())
    })?;
    Ok(own)
}

fn tried(rule: &OwnRule, matches: &[String], misses: &[String]) -> Result<(), String> {
    let own = Own::new(&OwnRules { rules: vec![rule.clone()], ..OwnRules::default() })?;
    let is_found = |template: &str| !own.scan(example::expand(template).as_bytes()).hits.is_empty();
    if let Some(missed) = matches.iter().find(|template| !is_found(template)) {
        return Err(format!(
            "it misses its example `{missed}`: mend the regex, the anchors (is one of them where a match \
             begins? else set `back`), `entropy` or `proof`, or the example"
        ));
    }
    match misses.iter().find(|template| is_found(template)) {
        Some(found) => Err(format!("it matches `{found}`, which is under `misses`: narrow the regex")),
        None => Ok(()),
    }
}

fn plain(rule: &Rule) -> OwnRule {
    OwnRule {
        id: rule.id.clone(),
        title: rule.title.clone(),
        provider: rule.provider.clone(),
        severity: rule.severity.clone(),
        confidence: rule.confidence.clone(),
        anchors: rule.anchors.clone(),
        ignore_case: rule.ignore_case,
        pattern: rule.regex.clone(),
        group: u32::from(rule.has_group),
        has_group: rule.has_group,
        back: rule.back,
        reach: rule.reach,
        context: rule.context.clone(),
        proof: rule.proof.clone(),
        entropy: rule.entropy,
        open_end: rule.open_end,
        rank: rule.rank,
        rotate: rule.rotate.clone(),
        help: rule.help.clone(),
        ..OwnRule::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r"provider = 'Acme'
console = 'https://acme.test/keys'
rotate = 'Press Roll.'

[[rule]]
id = 'acme-key'
title = 'Acme key'
severity = 'high'
anchors = ['acme_']
regex = 'acme_[0-9a-f]{24}'
means = 'Whoever holds it is Acme.'
matches = ['k = acme_{hex:24}', 'acme_{hex:24}']
misses = ['acme_{hex:10}', 'xacme_{hex:24}']
";

    fn wrong(from: &str, to: &str) -> String {
        assert!(FILE.contains(from), "{from}");
        read(Path::new("acme.toml"), &FILE.replace(from, to)).expect_err("an error")
    }

    #[test]
    fn a_rule_that_holds_is_read() {
        let rules = read(Path::new("acme.toml"), FILE).expect("rules");
        assert_eq!(rules[0].id, "secrets/acme-key");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_a_remedy() {
        for (from, to, expected) in [
            ("'acme-key'", "'Acme'", "acme.toml:6: rule `Acme`: the id is not kebab-case: write it like"),
            ("'acme-key'", "'stripe-live-secret-key'", "a built-in rule has this id: choose another"),
            ("['acme_']", "[]", "it has no anchor: name a literal text"),
            ("{24}'", "{24'", "its regex is wrong"),
            ("acme_[0-9a-f]{24}'", "(?:acme_[0-9a-f]{24})?'", "matches the empty text: let it ask"),
            ("acme_[0-9a-f]{24}'", "(a)(c)me_'", "has 2 groups, and the value can only be one: write"),
            ("[0-9a-f]{24}'", "[0-9a-f]{30}'", "it misses its example `k = acme_{hex:24}`: mend"),
            ("'acme_{hex:10}'", "'acme_{hex:24}'", "which is under `misses`: narrow the regex"),
            ("'high'", "'huge'", "severity `huge` is none of"),
            ("severity", "severty", "acme.toml: TOML parse error at line 8"),
        ] {
            let found = wrong(from, to);
            assert!(found.contains(expected), "{found}");
        }
    }
}
