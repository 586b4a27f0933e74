//! The format of a rule file, and everything that must hold of it: of the rules that are built in,
//! and of those that somebody brings along.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::assignment;

/// Names in a rule file, and what they are called in `engine::secrets::Proof`.
pub(crate) const PROOFS: [(&str, &str); 12] = [
    ("any", "Any"),
    ("crc32-base62", "Crc32Base62"),
    ("supabase-service-role", "SupabaseServiceRole"),
    ("supabase-anon", "SupabaseAnon"),
    ("other-jwt", "OtherJwt"),
    ("private-key", "PrivateKey"),
    ("encrypted-private-key", "EncryptedPrivateKey"),
    ("url-password", "UrlPassword"),
    ("password", "Password"),
    ("named-password", "NamedPassword"),
    ("named-uuid", "NamedUuid"),
    ("generic", "Generic"),
];

/// One provider's file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The provider's own spelling of its name.
    provider: String,
    /// Where its credentials are managed.
    console: String,
    /// How to replace one there, in the console's words; an imperative sentence.
    rotate: String,
    #[serde(rename = "rule")]
    rules: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    /// Without the station: `stripe-live-secret-key`.
    id: Spanned<String>,
    /// What was found, as a phrase: `Stripe live secret key`.
    title: String,
    severity: String,
    #[serde(default = "high")]
    confidence: String,
    /// Literal texts of which one is in every match.
    anchors: Vec<String>,
    /// Do the anchors match in either case? (The pattern says so for itself.)
    #[serde(default)]
    ignore_case: bool,
    /// Over bytes, without Unicode. Group 1 is the value, if there is one.
    regex: Option<String>,
    /// In place of a regex: what the name of the value says, and the value's own form. See
    /// [`assignment`] for what may stand between the two.
    names: Option<String>,
    value: Option<String>,
    /// How far before its anchor a match may begin.
    #[serde(default)]
    back: u16,
    /// How far after the beginning of its anchor a match may end.
    #[serde(default = "reach")]
    reach: u16,
    /// Words of which one must stand near the match.
    #[serde(default)]
    context: Vec<String>,
    /// An offline test of the value.
    #[serde(default = "any")]
    proof: String,
    /// Bits a character that the value must have at least.
    #[serde(default = "entropy")]
    entropy: f32,
    /// May the value be followed by more of its own characters?
    #[serde(default)]
    open_end: bool,
    /// Where two rules match the same value the higher one speaks.
    rank: Option<i8>,
    /// What its holder can do, as a sentence.
    means: String,
    /// Overrides the provider's.
    rotate: Option<String>,
    matches: Vec<String>,
    misses: Vec<String>,
}

/// A rule that holds.
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) provider: String,
    pub(crate) severity: String,
    pub(crate) confidence: String,
    pub(crate) anchors: Vec<String>,
    pub(crate) ignore_case: bool,
    pub(crate) regex: String,
    pub(crate) has_group: bool,
    pub(crate) back: u16,
    pub(crate) reach: u16,
    pub(crate) context: Vec<String>,
    pub(crate) proof: String,
    pub(crate) entropy: f32,
    pub(crate) open_end: bool,
    pub(crate) rank: i8,
    pub(crate) rotate: String,
    pub(crate) help: String,
}

fn high() -> String {
    "high".to_owned()
}

fn any() -> String {
    "any".to_owned()
}

fn reach() -> u16 {
    512
}

fn entropy() -> f32 {
    2.5
}

/// Reads a file and says which rule of it is wrong, where, and why. `tried` is handed every rule with
/// its examples, those that match first.
pub(crate) fn read(
    path: &Path,
    text: &str,
    mut tried: impl FnMut(&Rule, &[String], &[String]) -> Result<(), String>,
) -> Result<Vec<Rule>, String> {
    let file: File = toml::from_str(text).map_err(|err| format!("{}: {err}", path.display()))?;
    let mut rules = Vec::new();
    for raw in &file.rules {
        let line = text.get(..raw.id.span().start).unwrap_or_default().matches('\n').count() + 1;
        let wrong = |why| format!("{}:{line}: rule `{}`: {why}", path.display(), raw.id.get_ref());
        let regex = pattern(raw).map_err(wrong)?;
        let has_group = checked(raw, &regex).map_err(wrong)?;
        let rule = finished(&file, raw, regex, has_group);
        tried(&rule, &raw.matches, &raw.misses).map_err(wrong)?;
        rules.push(rule);
    }
    Ok(rules)
}

/// The pattern as it stands in the rule, or made of its names and the form of its value.
fn pattern(raw: &RawRule) -> Result<String, String> {
    match (&raw.regex, &raw.names, &raw.value) {
        (Some(regex), None, None) => Ok(regex.clone()),
        (None, Some(names), Some(value)) if raw.ignore_case => {
            Ok(assignment::pattern(names, value, raw.proof == "any"))
        }
        (None, Some(_), Some(_)) => Err("names are written in any case: say `ignore_case`".to_owned()),
        _ => Err("it needs either a `regex`, or `names` and a `value`".to_owned()),
    }
}

/// Whether the pattern has a group, if everything holds.
fn checked(raw: &RawRule, regex: &str) -> Result<bool, String> {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let id = raw.id.get_ref();
    if id.is_empty() || !id.bytes().all(is_name) {
        return Err("the id is not kebab-case: write it like `acme-api-key`".to_owned());
    }
    known("severity", &raw.severity, &["critical", "high", "medium", "low", "info"])?;
    known("confidence", &raw.confidence, &["high", "medium", "low"])?;
    known("proof", &raw.proof, PROOFS.map(|(name, _)| name).as_slice())?;
    if raw.anchors.is_empty() {
        return Err("it has no anchor: name a literal text that is in every match".to_owned());
    }
    if let Some(anchor) = raw.anchors.iter().find(|anchor| anchor.len() < 3 || !anchor.is_ascii()) {
        return Err(format!(
            "the anchor `{anchor}` is not three ASCII characters or more: name a longer text"
        ));
    }
    if raw.matches.len() < 2 || raw.misses.len() < 2 {
        return Err("it needs two examples that match and two that do not".to_owned());
    }
    if !raw.means.ends_with('.') || raw.title.ends_with('.') || raw.title.is_empty() {
        return Err("end `means` with a full stop, and `title` without one".to_owned());
    }
    if usize::from(raw.reach) < raw.anchors.iter().map(String::len).max().unwrap_or(0) {
        return Err("its reach is shorter than its anchor: set `reach` to the longest match".to_owned());
    }
    groups(regex)
}

fn known(what: &str, name: &str, names: &[&str]) -> Result<(), String> {
    if names.contains(&name) { Ok(()) } else { Err(format!("{what} `{name}` is none of {names:?}")) }
}

/// Parses the pattern the way it will be compiled; at most one group.
fn groups(pattern: &str) -> Result<bool, String> {
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    let parsed = parser.parse(pattern).map_err(|err| format!("its regex is wrong: {err}"))?;
    let properties = parsed.properties();
    if properties.minimum_len().unwrap_or(0) == 0 {
        return Err("its regex matches the empty text: let it ask for a character at least".to_owned());
    }
    match properties.explicit_captures_len() {
        0 => Ok(false),
        1 => Ok(true),
        more => Err(format!(
            "its regex has {more} groups, and the value can only be one: write the others as `(?:…)`"
        )),
    }
}

fn finished(file: &File, raw: &RawRule, regex: String, has_group: bool) -> Rule {
    let rotate = raw.rotate.as_ref().unwrap_or(&file.rotate).trim().to_owned();
    Rule {
        id: format!("secrets/{}", raw.id.get_ref()),
        title: raw.title.clone(),
        provider: file.provider.clone(),
        severity: raw.severity.clone(),
        confidence: raw.confidence.clone(),
        anchors: anchors(raw),
        ignore_case: raw.ignore_case,
        regex,
        has_group,
        back: raw.back,
        reach: raw.reach,
        context: raw.context.clone(),
        proof: raw.proof.clone(),
        entropy: raw.entropy,
        open_end: raw.open_end,
        rank: raw.rank.unwrap_or_else(|| rank(raw, has_group)),
        help: help(file, raw, &rotate),
        rotate,
    }
}

/// Names are written with `_`, with `-` and without either.
fn anchors(raw: &RawRule) -> Vec<String> {
    let mut all = raw.anchors.clone();
    if raw.names.is_some() {
        for anchor in &raw.anchors {
            let inner = anchor.trim_matches(['_', '-']);
            if inner.len() == anchor.len() {
                all.extend(["_", "-", ""].map(|joint| anchor.replace(['_', '-'], joint)));
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

/// A form of its own says more than a name beside the value; context adds to either.
fn rank(raw: &RawRule, has_group: bool) -> i8 {
    let by_form = match raw.proof.as_str() {
        "generic" | "password" | "named-password" | "named-uuid" => -1,
        _ if raw.ignore_case && has_group => 0,
        _ => 1,
    };
    by_form + i8::from(!raw.context.is_empty())
}

/// The help page, in the shape of every other check's.
fn help(file: &File, raw: &RawRule, rotate: &str) -> String {
    let public = raw.severity == "info";
    let title = upper_first(&raw.title);
    let lead = if public { "in the repository; it is public by design" } else { "in the repository" };
    let steps = if public {
        format!("Nothing has to be replaced while it is restricted as its provider advises. {rotate}\n")
    } else {
        format!(
            "1. {rotate}\n2. Put the new value into the environment or a secret manager, and read it from there.\n\
             3. Only then remove the old value from the files, and from the history if others can read it \
             (`git filter-repo --replace-text`). A value that was pushed stays leaked until it is replaced.\n\n\
             If it is an example that opens nothing, say so beside it: `gonogo:ignore secrets/{} reason`.\n",
            raw.id.get_ref()
        )
    };
    format!(
        "{title} {lead}.\n\n{}\n\n## Fix\n\n{steps}\n## References\n\n- {}: <{}>\n",
        raw.means.trim(),
        file.provider,
        file.console
    )
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
