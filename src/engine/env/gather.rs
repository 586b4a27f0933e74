//! Turns files into facts. Values are compared here and leave as numbers.

use std::collections::HashMap;

use super::{
    dotenv::read_dotenv,
    files::{self, stage_by_kind},
    stage::is_variables_file,
    value::{classify, shown, stripe_account},
};
use crate::seen::{Clue, Code, EnvironmentFile, Environments, Fact, Miss, Stage, Unread, Value};

/// More facts than a person wrote.
const MOST: usize = 20_000;

/// Facts of one audit. Holds the values while it works, and only then.
#[derive(Default)]
pub struct Gatherer {
    classes: HashMap<String, u32>,
    accounts: HashMap<String, u32>,
    is_full: bool,
    seen: Environments,
}

impl Gatherer {
    /// Reads one file by what its path says it is.
    pub fn read(&mut self, path: &str, stage: Stage, text: &str) {
        let variables = is_variables_file(path);
        let stage = if variables { stage } else { stage_by_kind(path, stage) };
        self.seen.files.push(EnvironmentFile { path: path.to_owned(), stage, variables, ignored: false });
        if variables {
            for entry in read_dotenv(text) {
                let kind = classify(&entry.name, &entry.value);
                self.fact(path, stage, entry.name, entry.line, kind, &entry.value);
            }
            return;
        }
        match files::read(path, text) {
            Ok(said) => {
                for told in said.facts {
                    self.fact(
                        path,
                        told.stage.unwrap_or(stage),
                        told.name,
                        told.line,
                        told.value,
                        &told.text,
                    );
                }
                for (line, own, what) in said.clues {
                    let clue = Clue { path: path.to_owned(), line, stage: own.unwrap_or(stage), what };
                    self.seen.clues.push(clue);
                }
            }
            Err(why) => self.missed(path, Miss::Malformed(why)),
        }
    }

    /// Files that are not among those that git keeps.
    pub fn kept_by_git(&mut self, kept: &std::collections::BTreeSet<&str>) {
        for file in &mut self.seen.files {
            file.ignored = !kept.contains(file.path.as_str());
        }
    }

    pub fn missed(&mut self, path: &str, why: Miss) {
        self.seen.missed.push(Unread { path: path.to_owned(), why });
    }

    /// The names of variables that files define, sorted.
    pub fn names(&self) -> Vec<String> {
        let files: std::collections::BTreeSet<&str> =
            self.seen.files.iter().filter(|file| file.variables).map(|file| file.path.as_str()).collect();
        let defined = self.seen.facts.iter().filter(|fact| files.contains(fact.path.as_str()));
        let names: std::collections::BTreeSet<String> = defined.map(|fact| fact.name.clone()).collect();
        names.into_iter().collect()
    }

    pub(super) fn clues(&mut self, clues: impl IntoIterator<Item = Clue>) {
        self.seen.clues.extend(clues);
    }

    pub(super) fn code(&mut self, code: Code) {
        self.seen.code = code;
    }

    pub fn finish(self) -> Environments {
        self.seen
    }

    pub(super) fn fact(
        &mut self,
        path: &str,
        stage: Stage,
        name: String,
        line: u32,
        value: Value,
        text: &str,
    ) {
        if self.seen.facts.len() >= MOST {
            if !std::mem::replace(&mut self.is_full, true) {
                let why = format!("there are more than {MOST} variables");
                self.missed(path, Miss::Unsupported(why));
            }
            return;
        }
        let class = number(&mut self.classes, text);
        let account = stripe_account(text).map(|account| number(&mut self.accounts, account));
        let shown = shown(&value, text);
        self.seen.facts.push(Fact {
            name,
            path: path.to_owned(),
            line,
            stage,
            value,
            class,
            account,
            shown,
            code: false,
        });
    }

    /// A value that is written into code.
    pub(super) fn written(&mut self, path: &str, (name, line, value, text): (String, u32, Value, String)) {
        let before = self.seen.facts.len();
        self.fact(path, Stage::Any, name, line, value, &text);
        for fact in &mut self.seen.facts[before..] {
            fact.code = true;
        }
    }
}

/// The number of a text, a new one for a new text.
fn number(known: &mut HashMap<String, u32>, text: &str) -> u32 {
    let next = known.len() as u32 + 1;
    *known.entry(text.to_owned()).or_insert(next)
}
