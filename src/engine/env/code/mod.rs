//! Which variables sources read, by one search for the few words that read them.
//!
//! Text is searched, not a syntax tree: ten megabytes take a fraction of a second, and what reads a
//! variable is written the same way in every framework. Comments are passed over.

mod dart;
mod ecma;
mod local;
mod python;
mod secrets;
mod web;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};

use self::secrets::Secrets;
use super::{Gatherer, stage::is_variables_file};
use crate::seen::{Clue, ClueKind, Code, Reader, Stage, Use, Value};

/// Variables kept of one file, and of all.
const USES: usize = 200;
const ALL_USES: usize = 5_000;

/// Longest name of a variable.
const NAME: usize = 100;

/// One file's part.
#[derive(Default)]
pub struct Look {
    uses: BTreeMap<String, (u32, Reader, bool)>,
    computed: bool,
    /// Numbers of the known names that it mentions.
    named: Vec<usize>,
    clues: Vec<(u32, ClueKind)>,
    facts: Vec<(String, u32, Value, String)>,
    /// Values written into the code.
    written: Vec<(String, u32, Value, String)>,
    secrets: Secrets,
}

/// Looks into files for variables; the names that files define are searched for as words.
pub struct Searcher {
    names: Vec<String>,
    automaton: Option<AhoCorasick>,
}

impl Searcher {
    pub fn new(names: Vec<String>) -> Self {
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names).ok();
        Self { names, automaton }
    }

    /// What one file's text shows. Files of variables themselves show nothing.
    pub fn look(&self, path: &str, text: &str) -> Look {
        let mut look = Look::default();
        if is_variables_file(path) {
            return look;
        }
        look.named = self.named(text);
        match Kind::of(path) {
            Kind::Ecma => {
                ecma::look(&mut look, text, is_tried_only(path));
                look.secrets.look(text);
                web::look(&mut look, text, is_tried_only(path));
            }
            Kind::Dart => dart::look(&mut look, text, is_tried_only(path)),
            Kind::Python => python::look(&mut look, text, is_tried_only(path)),
            Kind::Other => {}
        }
        if Kind::of(path) != Kind::Other && !is_tried_only(path) && !local::is_for_developers(path) {
            local::look(&mut look, path, text);
            written::look(&mut look, path, text);
        }
        dart::definitions(&mut look, text);
        // A container gets every variable of the file, whatever its image reads.
        look.computed |= text.contains("env_file") || text.contains("--env-file");
        look
    }

    fn named(&self, text: &str) -> Vec<usize> {
        let bytes = text.as_bytes();
        let is_word = |at: Option<&u8>| at.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let found = self.automaton.iter().flat_map(|automaton| automaton.find_iter(text));
        let whole = found.filter(|found| {
            !is_word(found.start().checked_sub(1).and_then(|at| bytes.get(at)))
                && !is_word(bytes.get(found.end()))
        });
        let numbers: BTreeSet<usize> = whole.map(|found| found.pattern().as_usize()).collect();
        numbers.into_iter().collect()
    }
}

/// Is it a file in which a variable may be used or set?
pub fn may_name_variables(path: &str) -> bool {
    const PROSE: &[&str] = &[
        "md", "mdx", "txt", "rst", "adoc", "lock", "svg", "csv", "map", "snap", "html", "css", "scss", "arb",
        "po",
    ];
    const BINARY: &[&str] = &[
        "png", "jpg", "jpeg", "gif", "webp", "ico", "pdf", "zip", "gz", "jar", "woff", "woff2", "ttf", "otf",
        "eot", "mp3", "mp4", "mov", "wasm", "so", "dylib", "dll", "exe", "bin", "db", "sqlite", "avif",
        "psd",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    !PROSE.contains(&ending)
        && !BINARY.contains(&ending)
        && !matches!(name, "package-lock.json" | "pnpm-lock.yaml" | "yarn.lock" | "LICENSE")
        && !name.ends_with(".min.js")
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    Ecma,
    Dart,
    Python,
    Other,
}

impl Kind {
    fn of(path: &str) -> Self {
        match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "ts" | "tsx" | "js" | "jsx" | "mjs" | "cjs" | "mts" | "cts" | "vue" | "svelte" | "astro" => {
                Self::Ecma
            }
            "dart" => Self::Dart,
            "py" => Self::Python,
            _ => Self::Other,
        }
    }
}

/// Tests, scripts and tools' own configuration do not run in production.
fn is_tried_only(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    lower.split('/').rev().skip(1).any(|part| {
        matches!(
            part,
            "test"
                | "tests"
                | "__tests__"
                | "__mocks__"
                | "e2e"
                | "cypress"
                | "playwright"
                | "scripts"
                | "script"
                | "integration_test"
                | "examples"
                | "example"
                | "fixtures"
                | "docs"
                | ".storybook"
                | "tools"
                | "bin"
                | "benchmarks"
        )
    }) || [".test.", ".spec.", ".config.", ".stories.", "_test.", "test_", "jest.", "vitest.", "conftest"]
        .iter()
        .any(|part| name.contains(part))
}

impl Look {
    fn reads(&mut self, name: &str, line: u32, reader: Reader, optional: bool) {
        if self.uses.len() < USES || self.uses.contains_key(name) {
            let kept = self.uses.entry(name.to_owned()).or_insert((line, reader, optional));
            // One place that needs it is enough.
            if kept.2 && !optional {
                *kept = (line, reader, optional);
            }
        }
    }
}

/// Puts the files' parts together, in the order of their paths.
pub fn gather(gatherer: &mut Gatherer, searcher: &Searcher, looks: Vec<(String, Stage, Look)>, cut: bool) {
    let mut code = Code { files: looks.len() as u32, cut, ..Code::default() };
    let (mut named, mut secrets) = (BTreeSet::new(), Secrets::default());
    for (path, stage, look) in looks {
        named.extend(look.named);
        for (name, (line, reader, optional)) in look.uses {
            if code.uses.len() < ALL_USES {
                code.uses.push(Use { name, path: path.clone(), line, reader, optional });
            }
        }
        if look.computed {
            code.computed.push(path.clone());
        }
        gatherer.clues(look.clues.into_iter().map(|(line, what)| Clue {
            path: path.clone(),
            line,
            stage,
            what,
        }));
        for (name, line, value, text) in look.facts {
            gatherer.fact(&path, stage, name, line, value, &text);
        }
        for told in look.written {
            // The same code runs in every environment, whatever its folder is called.
            gatherer.written(&path, told);
        }
        secrets.merge(&path, look.secrets);
    }
    gatherer.clues(secrets.finish());
    code.uses
        .sort_by(|one, other| (&one.path, one.line, &one.name).cmp(&(&other.path, other.line, &other.name)));
    let unnamed = searcher.names.iter().enumerate().filter(|(number, _)| !named.contains(number));
    code.unnamed = unnamed.map(|(_, name)| name.clone()).collect();
    gatherer.code(code);
}

/// Each place of a word with its line, outside of comments that begin in the same line.
fn places<'a>(text: &'a str, word: &'a str, comment: &'a str) -> impl Iterator<Item = (usize, u32)> + 'a {
    let (mut line, mut counted) = (1_u32, 0);
    memchr::memmem::find_iter(text.as_bytes(), word.as_bytes()).filter_map(move |at| {
        line += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..at]).count() as u32;
        counted = at;
        let start = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |end| end + 1);
        // A minified line would be looked at again for each word.
        let before = text.get(start.max(at.saturating_sub(400))..at).unwrap_or_default();
        let trimmed = before.trim_start();
        let is_comment = trimmed.starts_with('*')
            || trimmed.starts_with(comment)
            || before.find(comment).is_some_and(|at| at > 0 && before[..at].ends_with([' ', '\t', ';']));
        (!is_comment).then_some((at, line))
    })
}

/// An identifier at the start of a text.
fn identifier(text: &str) -> &str {
    let near = &text[..text.floor_char_boundary(NAME)];
    let end = near.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(near.len());
    &near[..end]
}

/// A text in quotes at the start, and what follows it.
fn literal(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let near = text.floor_char_boundary(NAME + 2);
    let end = text[1..near].find(quote)? + 1;
    let inner = &text[1..end];
    (!inner.is_empty() && identifier(inner) == inner).then(|| (inner, &text[end + 1..]))
}
