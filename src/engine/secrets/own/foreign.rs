//! gitleaks' own configuration (`.gitleaks.toml`): its rules and allowlists.
//!
//! Source: <https://github.com/gitleaks/gitleaks#configuration>. A rule that is not understood is
//! kept, with the reason: its check stays undecided rather than passing.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::{OwnAllow, OwnRule, OwnRules, re2};
use crate::engine::secrets::rule::RULES;

/// A configuration, and what of it is not applied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    pub rules: OwnRules,
    /// One sentence each, with file and line where there is one.
    pub notes: Vec<String>,
    /// Another configuration that this one extends, as it names it.
    pub extends: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    extend: Extend,
    rules: Vec<Raw>,
    allowlist: Option<List>,
    allowlists: Vec<List>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Extend {
    path: String,
    url: String,
    disabled_rules: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    id: Spanned<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    regex: String,
    #[serde(default)]
    secret_group: u32,
    #[serde(default)]
    entropy: f32,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    path: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    allowlist: Option<List>,
    #[serde(default)]
    allowlists: Vec<List>,
    #[serde(default)]
    required: Option<toml::Value>,
    #[serde(default)]
    skip_report: bool,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct List {
    #[serde(deserialize_with = "one_or_more")]
    regexes: Vec<String>,
    regex_target: String,
    #[serde(alias = "stopWords")]
    stopwords: Vec<String>,
    paths: Vec<String>,
    commits: Vec<String>,
    condition: String,
    target_rules: Vec<String>,
}

/// Old configurations have a single text.
fn one_or_more<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        One(String),
        More(Vec<String>),
    }
    Ok(match Either::deserialize(from)? {
        Either::One(text) => vec![text],
        Either::More(texts) => texts,
    })
}

/// Rules read of one file; the longest that gitleaks ships has some hundreds.
const MOST: usize = 5_000;

/// Is it gitleaks' format, and not that of `rules/secrets/`?
pub fn is_foreign(text: &str) -> bool {
    text.parse::<toml::Table>().is_ok_and(|table| {
        ["rules", "extend", "allowlist", "allowlists"].iter().any(|key| table.contains_key(*key))
            && !table.contains_key("rule")
    })
}

/// Reads a configuration. `name` is what reports call the file.
///
/// # Errors
///
/// It is no TOML of that shape, or an id is missing or used twice.
pub fn imported(name: &str, text: &str) -> Result<Imported, String> {
    let file: File = toml::from_str(text).map_err(|err| format!("{name}: {err}"))?;
    let mut made = Imported::default();
    if file.rules.len() > MOST {
        return Err(format!("{name}: it has more than {MOST} rules: split it"));
    }
    let mut known = BTreeSet::new();
    for raw in &file.rules {
        let line = text.get(..raw.id.span().start).unwrap_or_default().matches('\n').count() + 1;
        let at = format!("{name}:{line}");
        let rule = rule(name, raw, &at, &mut made.notes)?;
        if !known.insert(rule.id.clone()) {
            return Err(format!("{at}: rule `{}` is defined twice: rename one", raw.id.get_ref()));
        }
        made.rules.rules.push(rule);
    }
    for list in file.allowlist.iter().chain(&file.allowlists) {
        made.rules.allow.extend(allow(name, "the allowlist of all rules", list, &mut made.notes));
    }
    made.rules.honors_comments = true;
    if !file.extend.url.is_empty() {
        made.notes.push(format!("{name}: [extend] url is not fetched: save that file and name it with path"));
    }
    if !file.extend.disabled_rules.is_empty() {
        made.notes.push(format!(
            "{name}: [extend] disabledRules names rules of gitleaks; those of gonogo stay enabled (--skip leaves one out)"
        ));
    }
    made.extends = Some(file.extend.path).filter(|path| !path.is_empty());
    Ok(made)
}

fn rule(name: &str, raw: &Raw, at: &str, notes: &mut Vec<String>) -> Result<OwnRule, String> {
    let said = raw.id.get_ref().trim();
    let id = id(said).ok_or_else(|| format!("{at}: a rule without an id: name it like `acme-api-key`"))?;
    let wrong = wrong(raw);
    if let Some(why) = &wrong {
        notes.push(format!("{at}: rule `{said}` is not applied: {why}"));
    }
    let lists = raw.allowlist.iter().chain(&raw.allowlists);
    let allow =
        lists.filter_map(|list| allow(name, &format!("{at}: the allowlist of `{said}`"), list, notes));
    let title = phrase(&raw.description).unwrap_or_else(|| format!("value of the rule {said}"));
    let keywords = raw.keywords.iter().filter(|word| !word.is_empty());
    Ok(OwnRule {
        help: help(name, said, &id, &title, &raw.tags),
        id: format!("secrets/{id}"),
        title,
        provider: "own".to_owned(),
        // What is not applied is said to be undecided, and weighs nothing.
        severity: if wrong.is_some() { "info" } else { "high" }.to_owned(),
        confidence: if wrong.is_some() { "low" } else { "medium" }.to_owned(),
        anchors: keywords.map(|word| word.to_ascii_lowercase()).collect(),
        ignore_case: true,
        pattern: raw.regex.clone(),
        group: raw.secret_group,
        has_group: true,
        proof: "any".to_owned(),
        entropy: raw.entropy,
        rotate: "Replace it where it was issued.".to_owned(),
        is_foreign: true,
        path: Some(raw.path.clone()).filter(|path| !path.is_empty()),
        allow: allow.collect(),
        wrong,
        ..OwnRule::default()
    })
}

/// In kebab-case; with `own-` before it where a built-in rule has that id.
fn id(said: &str) -> Option<String> {
    let lower = said.to_ascii_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let plain = words.collect::<Vec<_>>().join("-");
    let full = format!("secrets/{plain}");
    let is_taken = RULES.binary_search_by(|known| known.id.cmp(full.as_str())).is_ok();
    let plain: String = plain.chars().take(100).collect();
    (!plain.is_empty()).then(|| if is_taken { format!("own-{plain}") } else { plain })
}

/// Why a rule cannot be applied.
fn wrong(raw: &Raw) -> Option<String> {
    if raw.regex.is_empty() {
        let what = if raw.path.is_empty() { "it has no regex" } else { "it has a path and no regex" };
        return Some(format!("{what}, and only values are looked for"));
    }
    if raw.required.is_some() {
        return Some("it requires other rules near it, which is not understood".to_owned());
    }
    if raw.skip_report {
        return Some("it is not to be reported (skipReport)".to_owned());
    }
    let regex = match re2::compile(&raw.regex) {
        Ok(regex) => regex,
        Err(why) => return Some(format!("its regex is not understood: {why}")),
    };
    if regex.is_match(b"") {
        return Some("its regex matches the empty text".to_owned());
    }
    if raw.secret_group as usize >= regex.captures_len() {
        return Some(format!("its regex has no group {}", raw.secret_group));
    }
    let is_path = raw.path.is_empty() || re2::compile(&raw.path).is_ok();
    (!is_path).then(|| "its path is no regular expression that is understood".to_owned())
}

/// The list as far as it is understood; what is not accepts nothing, and is said.
fn allow(name: &str, what: &str, list: &List, notes: &mut Vec<String>) -> Option<OwnAllow> {
    let has_value = !list.regexes.is_empty() || !list.stopwords.is_empty();
    let has_place = !list.paths.is_empty() || !list.commits.is_empty();
    let all = list.condition.eq_ignore_ascii_case("and") || list.condition == "&&";
    let is_mixed = has_value && has_place || !list.paths.is_empty() && !list.commits.is_empty();
    if all && is_mixed {
        notes.push(format!("{what} is not applied: a value and its place at once are not understood"));
        return None;
    }
    let mut understood = |texts: &[String]| -> Vec<String> {
        let mut kept = Vec::new();
        for text in texts.iter().filter(|text| !text.is_empty()) {
            match re2::compile(text) {
                Ok(_) => kept.push(text.clone()),
                Err(why) => notes.push(format!("{what}: an expression accepts nothing: {why}")),
            }
        }
        kept
    };
    let allow = OwnAllow {
        by: name.to_owned(),
        rules: list.target_rules.iter().filter_map(|said| Some(format!("secrets/{}", id(said)?))).collect(),
        regexes: understood(&list.regexes),
        target: list.regex_target.to_ascii_lowercase(),
        stopwords: list
            .stopwords
            .iter()
            .map(|word| word.to_lowercase())
            .filter(|word| !word.is_empty())
            .collect(),
        paths: understood(&list.paths),
        commits: list.commits.iter().map(|id| id.to_ascii_lowercase()).filter(|id| id.len() >= 7).collect(),
        all: all && !list.regexes.is_empty() && !list.stopwords.is_empty(),
    };
    Some(allow)
}

/// A description as a title: one line, no full stop.
fn phrase(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let sentence = line.split(". ").next().unwrap_or(line).trim_end_matches('.');
    let sentence: String = sentence.chars().filter(|letter| !letter.is_control()).take(100).collect();
    (!sentence.is_empty()).then_some(sentence)
}

fn help(name: &str, said: &str, id: &str, title: &str, tags: &[String]) -> String {
    let plain = |text: &str| text.chars().filter(|letter| !letter.is_control()).take(200).collect::<String>();
    let tags =
        if tags.is_empty() { String::new() } else { format!(" Its tags: {}.", plain(&tags.join(", "))) };
    format!(
        "{title}.\n\nThe rule `{}` of {name} found a value.{tags}\n\n## Fix\n\n\
         1. Replace it where it was issued.\n2. Put the new value into the environment or a secret manager.\n\
         3. Only then remove the old value from the files, and from the history if others can read it.\n\n\
         If it opens nothing, say so beside it: `gonogo:ignore secrets/{id} reason`.\n",
        plain(said)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::secrets::own::Own;

    fn hits(toml: &str, text: &str) -> Vec<(String, String)> {
        let own = Own::new(&imported("g.toml", toml).expect("a configuration").rules).expect("rules");
        let scan = own.scan(text.as_bytes());
        let value = |hit: &crate::engine::secrets::Hit| {
            let accepted = if hit.accepted.is_some() { "!" } else { "" };
            (hit.rule.id.to_owned(), format!("{accepted}{}", &text[hit.span.clone()]))
        };
        scan.hits.iter().map(value).collect()
    }

    const RULE: &str = "[[rules]]\nid = 'Acme Key'\ndescription = 'An Acme key.'\nregex = '''acme[_-]key\\s*=\\s*\"?([a-z0-9]{8,})'''\nkeywords = ['ACME']\n";

    #[test]
    fn groups_entropy_and_stop_words_decide() {
        let found = |more: &str, text: &str| hits(&format!("{RULE}{more}"), text);
        let one = vec![("secrets/acme-key".to_owned(), "k3v9x2m7".to_owned())];
        assert_eq!(found("", "acme_key = \"k3v9x2m7\""), one);
        assert_eq!(found("secretGroup = 1\nentropy = 2.5\n", "acme_key=k3v9x2m7"), one);
        assert_eq!(found("entropy = 3.0\n", "acme_key=k3v9x2m7"), []);
        assert_eq!(found("", "acne_key=k3v9x2m7"), []);
        assert_eq!(found("[rules.allowlist]\nstopwords = ['9X2']\n", "acme_key=k3v9x2m7"), []);
        assert_eq!(
            found(
                "[[rules.allowlists]]\nregexTarget = 'line'\nregexes = ['test only']\n",
                "acme_key=k3v9x2m7 # test only"
            ),
            []
        );
        let accepted = found("[allowlist]\nregexes = ['^k3']\n", "acme_key=k3v9x2m7");
        assert_eq!(accepted[0].1, "!k3v9x2m7");
        assert_eq!(found("", "acme_key=k3v9x2m7 // gitleaks:allow")[0].1, "!k3v9x2m7");
    }

    #[test]
    fn what_is_not_understood_is_said_and_kept() {
        let text = "[extend]\nuseDefault = true\ndisabledRules = ['x']\n[[rules]]\nid = 'a'\nregex = '(?=x)'\n[[rules]]\nid='b'\npath='x$'\n[[rules]]\nid='private-key'\nregex='k{3}'\nsecretGroup=2\n";
        let made = imported("g.toml", text).expect("a configuration");
        let ids: Vec<&str> = made.rules.rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, ["secrets/a", "secrets/b", "secrets/own-private-key"]);
        assert!(made.rules.rules.iter().all(|rule| rule.wrong.is_some()));
        assert_eq!(made.notes.len(), 4, "{:?}", made.notes);
        assert!(made.notes[0].starts_with("g.toml:5: rule `a` is not applied"), "{:?}", made.notes);
    }

    #[test]
    fn formats_are_told_apart() {
        assert!(is_foreign(RULE) && !is_foreign("provider = 'x'\n[[rule]]\n"));
        assert!(imported("g.toml", &format!("{RULE}{RULE}")).is_err_and(|why| why.contains("twice")));
        assert!(imported("g.toml", "rules = 3").is_err());
    }
}
