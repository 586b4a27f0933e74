//! The search for values of rules that were brought along.

use std::ops::Range;

use aho_corasick::AhoCorasick;
use regex::bytes::{Captures, Regex, RegexBuilder};

use super::{
    OwnRule,
    allow::{Allow, Value},
    re2,
};
use crate::{
    engine::secrets::{
        attempt, boundary,
        likeness::entropy,
        pragma,
        proof::Facts,
        redact,
        rule::{Proof, Rule},
        scan::{Hit, MOST},
    },
    finding::{Confidence, Severity},
};

/// A rule that is ready.
pub(super) struct Compiled {
    pub(super) rule: &'static Rule,
    pub(super) help: String,
    pub(super) wrong: Option<String>,
    pub(super) allow: Vec<Allow>,
    /// None of a rule that is not applied.
    regex: Option<Regex>,
    is_foreign: bool,
    group: usize,
    path: Option<Regex>,
}

/// One pass for the anchors of all rules.
pub(super) struct Search {
    anchors: Option<AhoCorasick>,
    /// By pattern of `anchors`: its rule and text.
    of: Vec<(usize, String)>,
    /// Rules without an anchor.
    always: Vec<usize>,
}

/// Bytes searched in vain behind anchors: so many times the text's own, and a basis.
const VAIN: usize = 64;
const VAIN_AT_LEAST: usize = 8 << 20;

/// A foreign pattern has no reach: it is searched in parts that overlap by the longest value.
const PART: usize = 64 << 10;
const OVERLAP: usize = 16 << 10;
/// Matches of one rule in one part, accepted or not: what makes the search linear.
const MATCHES: usize = 512;

impl Compiled {
    pub(super) fn new(own: &OwnRule) -> Result<Self, String> {
        let said = |why: String| format!("rule `{}`: {why}", own.id);
        let regex = match own.wrong {
            Some(_) => None,
            // Only described, by a recording.
            None if own.pattern.is_empty() => None,
            None if own.is_foreign => Some(re2::compile(&own.pattern).map_err(said)?),
            None => Some(anchored(own).map_err(said)?),
        };
        let path = own.path.as_ref().filter(|_| own.wrong.is_none());
        let allow: Result<Vec<Allow>, String> = own.allow.iter().map(Allow::new).collect();
        Ok(Self {
            rule: kept(own).ok_or_else(|| said("its severity, confidence or proof is unknown".to_owned()))?,
            help: own.help.clone(),
            wrong: own.wrong.clone(),
            allow: allow.map_err(said)?,
            regex,
            is_foreign: own.is_foreign,
            group: own.group as usize,
            path: path.map(|path| re2::compile(path)).transpose().map_err(said)?,
        })
    }

    pub(super) fn speaks_in(&self, path: &str) -> bool {
        self.path.as_ref().is_none_or(|wanted| wanted.is_match(path.as_bytes()))
            && !self.allow.iter().any(|allow| allow.has_path(path))
    }
}

fn anchored(own: &OwnRule) -> Result<Regex, String> {
    let pattern = if own.back == 0 { format!(r"\A(?:{})", own.pattern) } else { own.pattern.clone() };
    RegexBuilder::new(&pattern).unicode(false).build().map_err(|err| format!("its regex is wrong: {err}"))
}

/// Rules live as long as the program, like those that are built in; one set is made of them.
fn kept(own: &OwnRule) -> Option<&'static Rule> {
    let text = |text: &String| -> &'static str { Box::leak(text.clone().into_boxed_str()) };
    let list = |list: &[String]| -> &'static [&'static str] {
        Box::leak(list.iter().map(text).collect::<Vec<_>>().into_boxed_slice())
    };
    Some(Box::leak(Box::new(Rule {
        // Nothing is excluded beforehand: its pattern decides.
        shape: &[],
        alphabet: u16::MAX,
        id: text(&own.id),
        title: text(&own.title),
        provider: text(&own.provider),
        severity: [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info]
            .into_iter()
            .find(|known| known.id() == own.severity)?,
        confidence: [Confidence::High, Confidence::Medium, Confidence::Low]
            .into_iter()
            .find(|known| known.id() == own.confidence)?,
        anchors: list(&own.anchors),
        ignore_case: own.ignore_case,
        pattern: text(&own.pattern),
        has_group: own.has_group,
        back: own.back,
        reach: own.reach,
        context: list(&own.context),
        proof: proof(&own.proof)?,
        entropy: own.entropy,
        open_end: own.open_end,
        rank: own.rank,
        rotate: text(&own.rotate),
    })))
}

/// By its name in a rule file.
pub(super) fn proof(name: &str) -> Option<Proof> {
    Some(match name {
        "any" => Proof::Any,
        "crc32-base62" => Proof::Crc32Base62,
        "supabase-service-role" => Proof::SupabaseServiceRole,
        "supabase-anon" => Proof::SupabaseAnon,
        "other-jwt" => Proof::OtherJwt,
        "private-key" => Proof::PrivateKey,
        "encrypted-private-key" => Proof::EncryptedPrivateKey,
        "url-password" => Proof::UrlPassword,
        "password" => Proof::Password,
        "named-password" => Proof::NamedPassword,
        "named-uuid" => Proof::NamedUuid,
        "generic" => Proof::Generic,
        _ => return None,
    })
}

impl Search {
    pub(super) fn new(rules: &[Compiled]) -> Result<Self, String> {
        let (mut of, mut always) = (Vec::new(), Vec::new());
        for (number, own) in rules.iter().enumerate().filter(|(_, own)| own.regex.is_some()) {
            of.extend(own.rule.anchors.iter().map(|anchor| (number, (*anchor).to_owned())));
            if own.rule.anchors.is_empty() {
                always.push(number);
            }
        }
        let texts = of.iter().map(|(_, text)| text);
        let built = AhoCorasick::builder().ascii_case_insensitive(true).build(texts);
        let anchors = built.map_err(|err| format!("the anchors are too many: {err}"))?;
        Ok(Self { anchors: (!of.is_empty()).then_some(anchors), of, always })
    }

    /// Adds what is found; true if not all of it was looked at.
    pub(super) fn search(&self, rules: &[Compiled], bytes: &[u8], hits: &mut Vec<Hit>) -> bool {
        let mut run =
            Run { bytes, hits, state: vec![State::default(); rules.len()], vain: 0, truncated: false };
        if let Some(anchors) = &self.anchors {
            for found in anchors.find_overlapping_iter(bytes) {
                let Some((number, text)) = self.of.get(found.pattern().as_usize()) else { continue };
                let Some(own) = rules.get(*number) else { continue };
                if own.is_foreign {
                    run.state[*number].is_wanted = true;
                } else if own.rule.ignore_case || bytes.get(found.range()) == Some(text.as_bytes()) {
                    run.anchor(*number, own, found.start());
                }
            }
        }
        for number in &self.always {
            run.state[*number].is_wanted = true;
        }
        for (number, own) in rules.iter().enumerate() {
            run.window(number, own);
            if run.state[number].is_wanted {
                run.whole(own);
            }
        }
        run.truncated
    }
}

/// What is known of a rule in a text.
#[derive(Clone, Default)]
struct State {
    /// Up to where it has matched.
    matched: usize,
    /// The window still to be searched.
    open: Range<usize>,
    /// A foreign rule one of whose keywords was seen.
    is_wanted: bool,
}

struct Run<'a> {
    bytes: &'a [u8],
    hits: &'a mut Vec<Hit>,
    state: Vec<State>,
    vain: usize,
    truncated: bool,
}

impl Run<'_> {
    fn anchor(&mut self, number: usize, own: &Compiled, start: usize) {
        if self.vain > VAIN_AT_LEAST.saturating_add(self.bytes.len().saturating_mul(VAIN)) {
            self.truncated = true;
            return;
        }
        let end = self.bytes.len().min(start + usize::from(own.rule.reach));
        if own.rule.back > 0 {
            let from = start.saturating_sub(usize::from(own.rule.back));
            let open = self.state[number].open.clone();
            if open.is_empty() || from >= open.end {
                self.window(number, own);
                self.state[number].open = from..end;
            } else {
                self.state[number].open = open.start.min(from)..open.end.max(end);
            }
            return;
        }
        if start < self.state[number].matched || !(own.rule.has_group || boundary::begins(self.bytes, start))
        {
            return;
        }
        let window = self.bytes.get(start..end).unwrap_or_default();
        match own.regex.as_ref().and_then(|regex| regex.captures(window)) {
            Some(captures) => {
                self.state[number].matched = start + captures.get(0).map_or(0, |whole| whole.end());
                let hit = attempt::matched(self.bytes, own.rule, start, &captures);
                self.take(hit);
            }
            None => self.vain += window.len(),
        }
    }

    /// Overlapping windows have become one.
    fn window(&mut self, number: usize, own: &Compiled) {
        let range = std::mem::take(&mut self.state[number].open);
        let (bytes, Some(regex)) = (self.bytes, &own.regex) else { return };
        if range.is_empty() {
            return;
        }
        let window = bytes.get(range.clone()).unwrap_or_default();
        for (count, captures) in regex.captures_iter(window).enumerate() {
            if count > MOST {
                self.truncated = true;
                break;
            }
            let start = range.start + captures.get(0).map_or(0, |whole| whole.start());
            if own.rule.has_group || boundary::begins(bytes, start) {
                self.take(attempt::matched(bytes, own.rule, range.start, &captures));
            }
        }
    }

    /// All matches of a foreign rule, part by part.
    fn whole(&mut self, own: &Compiled) {
        let (bytes, Some(regex)) = (self.bytes, &own.regex) else { return };
        let mut at = 0;
        for part in (0..bytes.len()).step_by(PART) {
            let (own_end, end) = (part + PART, bytes.len().min(part + PART + OVERLAP));
            at = at.max(part);
            let mut count = 0;
            while at < own_end.min(bytes.len()) {
                let Some(captures) = regex.captures_at(&bytes[..end], at) else { break };
                let Some(whole) = captures.get(0).filter(|whole| whole.start() < own_end) else { break };
                at = whole.end().max(whole.start() + 1);
                self.take(foreign(bytes, own, &captures));
                count += 1;
                if count >= MATCHES {
                    self.truncated = true;
                    at = own_end;
                }
            }
        }
    }

    fn take(&mut self, hit: Option<Hit>) {
        if self.hits.len() >= MOST {
            self.truncated |= hit.is_some();
        } else {
            self.hits.extend(hit);
        }
    }
}

/// A match of a foreign rule, decided as gitleaks decides it.
fn foreign(bytes: &[u8], own: &Compiled, captures: &Captures<'_>) -> Option<Hit> {
    let whole = captures.get(0)?;
    let first = || captures.iter().skip(1).flatten().find(|group| !group.is_empty());
    let value = if own.group > 0 { captures.get(own.group)? } else { first().unwrap_or(whole) };
    let around = Value::at(bytes, &value.range(), &whole.range());
    let is_random = own.rule.entropy <= 0.0 || entropy(value.as_bytes()) > own.rule.entropy;
    if value.is_empty() || !is_random || own.allow.iter().any(|allow| allow.has_value(&around)) {
        return None;
    }
    Some(Hit {
        rule: own.rule,
        span: value.range(),
        fingerprint: redact::fingerprint(value.as_bytes()),
        redacted: redact::prefix(own.rule, value.as_bytes()),
        length: value.len(),
        facts: Facts::default(),
        accepted: pragma::reason(bytes, &value.range(), own.rule.id),
        encoded: false,
    })
}
