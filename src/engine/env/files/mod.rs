//! Providers' and tools' own files: the variables they set, the projects they mean, and what else
//! they say about where and how the app runs.

mod container;
mod firebase;
mod hosting;
mod mobile;
mod supabase;
mod workflow;

pub(super) use self::firebase::project_value;
use super::{
    stage::{has_extension, stage_of},
    tree::Node,
    value::classify,
};
use crate::seen::{ClueKind, Stage, Value};

/// What one file says.
#[derive(Default)]
pub(super) struct Said {
    pub(super) facts: Vec<Told>,
    /// Line, stage where it differs from the file's, and what.
    pub(super) clues: Vec<(u32, Option<Stage>, ClueKind)>,
}

/// One value, with its text, which is compared and forgotten.
pub(super) struct Told {
    pub(super) name: String,
    pub(super) line: u32,
    pub(super) value: Value,
    pub(super) text: String,
    /// Where it differs from the file's.
    pub(super) stage: Option<Stage>,
}

/// More values of one file are not kept.
const FACTS: usize = 2_000;

impl Said {
    /// A variable, of which the text tells the kind.
    fn variable(&mut self, name: &str, line: u32, text: &str, stage: Option<Stage>) {
        self.value(name, line, classify(name, text), text, stage);
    }

    fn value(&mut self, name: &str, line: u32, value: Value, text: &str, stage: Option<Stage>) {
        if self.facts.len() < FACTS {
            self.facts.push(Told { name: name.to_owned(), line, value, text: text.to_owned(), stage });
        }
    }

    /// A map of variables; lists and tables in it are none.
    fn variables(&mut self, map: &Node, stage: Option<Stage>) {
        for (name, value) in map.pairs() {
            if let Some(text) = value.text() {
                self.variable(name, value.line, text, stage);
            }
        }
    }
}

/// From path and text.
#[derive(Clone, Copy)]
enum Read {
    /// Finds what it knows in any text.
    Sure(fn(&str, &str) -> Said),
    /// The text may be no file of its kind.
    Parsed(fn(&str, &str) -> Result<Said, String>),
}

use Read::{Parsed, Sure};

/// The reader of a file by its path, and the stage it is for where the path does not say one.
fn reader(path: &str) -> Option<(Read, Stage)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_yaml = has_extension(name, "yml") || has_extension(name, "yaml");
    Some(match name {
        ".firebaserc" => (Parsed(firebase::rc), Stage::Any),
        "firebase.json" => (Parsed(firebase::json), Stage::Any),
        "google-services.json" => (Parsed(firebase::google_services), Stage::Any),
        "GoogleService-Info.plist" => (Sure(firebase::plist), Stage::Any),
        ".runtimeconfig.json" => (Parsed(firebase::runtime_config), Stage::Any),
        "project-ref" if path.ends_with("supabase/.temp/project-ref") => {
            (Sure(supabase::project_ref), Stage::Any)
        }
        "config.toml" if path.ends_with("supabase/config.toml") => (Parsed(supabase::config), Stage::Any),
        "vercel.json" => (Parsed(hosting::vercel), Stage::Production),
        "netlify.toml" => (Parsed(hosting::netlify), Stage::Any),
        "wrangler.toml" | "wrangler.json" | "wrangler.jsonc" => (Parsed(hosting::wrangler), Stage::Any),
        ".env-cmdrc" | ".env-cmdrc.json" => (Parsed(hosting::env_cmd), Stage::Any),
        "render.yaml" | "render.yml" => (Sure(hosting::render), Stage::Production),
        "app.yaml" => (Sure(hosting::app_engine), Stage::Production),
        "codemagic.yaml" => (Sure(workflow::codemagic), Stage::Any),
        "AndroidManifest.xml" => (Sure(mobile::manifest), Stage::Any),
        "network_security_config.xml" => (Sure(mobile::network_security), Stage::Any),
        "Info.plist" => (Sure(mobile::info_plist), Stage::Any),
        "build.gradle" | "build.gradle.kts" => (Sure(mobile::gradle), Stage::Any),
        "pubspec.yaml" => (Sure(mobile::pubspec), Stage::Any),
        "Dockerfile" | "Containerfile" => (Sure(container::dockerfile), Stage::Any),
        _ if name.starts_with("Dockerfile.") || has_extension(name, "Dockerfile") => {
            (Sure(container::dockerfile), Stage::Any)
        }
        _ if name.starts_with("fly") && has_extension(name, "toml") => {
            (Parsed(hosting::fly), Stage::Production)
        }
        _ if name.starts_with("apphosting") && is_yaml => (Sure(hosting::app_hosting), Stage::Production),
        _ if (name.starts_with("docker-compose") || name.starts_with("compose")) && is_yaml => {
            (Sure(container::compose), Stage::Development)
        }
        _ if name.starts_with("firebase_options") && has_extension(name, "dart") => {
            (Sure(firebase::dart), Stage::Any)
        }
        _ if name.starts_with("next.config.") => (Sure(hosting::next_config), Stage::Any),
        _ if path.starts_with(".github/workflows/") && is_yaml => (Sure(workflow::github), Stage::Any),
        _ => return None,
    })
}

/// Is it a file that is read?
pub fn is_configuration(path: &str) -> bool {
    reader(path).is_some()
}

/// What a file is for where nothing declares it: by its path, else by its kind.
pub(super) fn stage_by_kind(path: &str, stage: Stage) -> Stage {
    let says_nothing =
        stage == Stage::Any || path.rsplit('/').next().is_some_and(|name| name.starts_with("docker-"));
    match reader(path) {
        Some((_, by_kind)) if says_nothing && by_kind != Stage::Any => match stage_of(path) {
            Stage::Any => by_kind,
            known => known,
        },
        _ => stage,
    }
}

/// What a file says; nothing where its name is unknown.
pub(super) fn read(path: &str, text: &str) -> Result<Said, String> {
    match reader(path) {
        Some((Sure(read), _)) => Ok(read(path, text)),
        Some((Parsed(read), _)) => read(path, text).map_err(|why| format!("{path}: {why}")),
        None => Ok(Said::default()),
    }
}

/// The stage that a name of an environment or flavour says.
fn stage_named(name: &str) -> Option<Stage> {
    match stage_of(&format!("{name}/x")) {
        Stage::Any => match name.to_ascii_lowercase().as_str() {
            "release" | "main" | "master" => Some(Stage::Production),
            "debug" | "local" => Some(Stage::Development),
            _ => None,
        },
        known => Some(known),
    }
}

/// The line of a byte offset, from 1.
pub(super) fn line_at(text: &str, offset: usize) -> u32 {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..offset.min(text.len())]).count() as u32 + 1
}

#[cfg(test)]
mod tests;
