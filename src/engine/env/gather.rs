//! Turns files into facts. Values are compared here and leave as numbers.

use std::collections::HashMap;

use super::{
    dotenv::read_dotenv,
    project_files,
    stage::is_variables_file,
    value::{classify, shown},
};
use crate::seen::{EnvironmentFile, Environments, Fact, Miss, Stage, Unread, Value};

/// Facts of one audit. Holds the values while it works, and only then.
#[derive(Default)]
pub struct Gatherer {
    classes: HashMap<String, u32>,
    seen: Environments,
}

impl Gatherer {
    /// Reads one file by what its path says it is.
    pub fn read(&mut self, path: &str, stage: Stage, text: &str) {
        let variables = is_variables_file(path);
        self.seen.files.push(EnvironmentFile { path: path.to_owned(), stage, variables });
        if variables {
            for entry in read_dotenv(text) {
                let kind = classify(&entry.name, &entry.value);
                self.fact(path, stage, entry.name, entry.line, kind, &entry.value);
            }
            return;
        }
        match project_files::read(path, text) {
            Ok(found) => {
                for (name, line, kind, value) in found {
                    self.fact(path, stage, name, line, kind, &value);
                }
            }
            Err(why) => self.missed(path, Miss::Malformed(why)),
        }
    }

    pub fn missed(&mut self, path: &str, why: Miss) {
        self.seen.missed.push(Unread { path: path.to_owned(), why });
    }

    pub fn finish(self) -> Environments {
        self.seen
    }

    fn fact(&mut self, path: &str, stage: Stage, name: String, line: u32, value: Value, text: &str) {
        let next = self.classes.len() as u32 + 1;
        let class = *self.classes.entry(text.to_owned()).or_insert(next);
        let shown = shown(&value, text);
        self.seen.facts.push(Fact { name, path: path.to_owned(), line, stage, value, class, shown });
    }
}
