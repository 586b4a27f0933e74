//! One pass over the file names, nearest to the root first, bounded in entries and depth.

use std::{
    collections::{BTreeSet, VecDeque},
    path::{Path, PathBuf},
};

use ignore::gitignore::Gitignore;

use super::handler;
use crate::engine::handler::is_source;

/// A large monorepo without its dependencies has some ten thousand.
const ENTRIES: usize = 100_000;
const DEPTH: usize = 12;
/// A hostile .gitignore may be slow to compile.
const GITIGNORE: u64 = 64 << 10;

/// Folders that are made, not written. (`.vercel` is not among them: it holds `.env` files.)
const SKIPPED: [&str; 26] = [
    ".build",
    ".cache",
    ".dart_tool",
    ".git",
    ".gradle",
    ".hg",
    ".idea",
    ".next",
    ".nuxt",
    ".output",
    ".parcel-cache",
    ".svelte-kit",
    ".svn",
    ".terraform",
    ".turbo",
    ".venv",
    "Pods",
    "__pycache__",
    "bower_components",
    "build",
    "coverage",
    "dist",
    "node_modules",
    "target",
    "vendor",
    "venv",
];

/// Paths relative to the root, with `/`, sorted.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) firebase: Vec<String>,
    /// Files named like Firestore rules.
    pub(super) rules: Vec<String>,
    /// Files named like Storage rules.
    pub(super) storage: Vec<String>,
    /// Files named like Realtime Database rules.
    pub(super) realtime: Vec<String>,
    pub(super) supabase: Vec<String>,
    /// Folders.
    pub(super) migrations: BTreeSet<String>,
    pub(super) pubspecs: Vec<String>,
    pub(super) packages: Vec<String>,
    pub(super) env_files: Vec<String>,
    pub(super) handlers: Vec<String>,
    /// Sources whose path does not say that they handle webhooks.
    pub(super) sources: Vec<String>,
    /// Why not everything was looked at.
    pub(super) cut: Option<String>,
}

pub(super) fn walk(root: &Path) -> Found {
    let ignored = gitignore(root);
    let mut found = Found::default();
    let mut budget = ENTRIES;
    let mut queue = VecDeque::from([(PathBuf::new(), 0_usize)]);
    while let Some((folder, depth)) = queue.pop_front() {
        // Symbolic links are not followed: what they lead to is elsewhere, or met by its own name.
        for (name, is_folder) in entries(&root.join(&folder), &mut budget) {
            let path = folder.join(&name);
            if !is_folder {
                found.file(&path, &name);
            } else if !SKIPPED.contains(&name.as_str()) && !is_ignored(ignored.as_ref(), &path) {
                if depth + 1 < DEPTH {
                    queue.push_back((path, depth + 1));
                } else {
                    found.cut = Some(format!("folders more than {DEPTH} deep were not searched"));
                }
            }
        }
        if budget == 0 {
            found.cut = Some(format!("the search of the folder stopped after {ENTRIES} entries"));
            break;
        }
    }
    found.sort();
    found
}

/// Regular files and folders by name, in order, so that a cut falls at the same place everywhere.
fn entries(folder: &Path, budget: &mut usize) -> Vec<(String, bool)> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Some(rest) = budget.checked_sub(1) else { break };
        *budget = rest;
        let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
        if kind.is_file() || kind.is_dir() {
            entries.push((name, kind.is_dir()));
        }
    }
    entries.sort();
    entries
}

fn gitignore(root: &Path) -> Option<Gitignore> {
    let path = root.join(".gitignore");
    let small = path.symlink_metadata().is_ok_and(|file| file.is_file() && file.len() <= GITIGNORE);
    small.then(|| Gitignore::new(path).0)
}

fn is_ignored(ignored: Option<&Gitignore>, folder: &Path) -> bool {
    ignored.is_some_and(|rules| rules.matched(folder, true).is_ignore())
}

impl Found {
    fn file(&mut self, path: &Path, name: &str) {
        let Some(path) = path.to_str().map(|path| path.replace('\\', "/")) else { return };
        let within =
            |folder: &str| path == format!("{folder}/{name}") || path.ends_with(&format!("/{folder}/{name}"));
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        match name {
            "firebase.json" => self.firebase.push(path),
            "pubspec.yaml" => self.pubspecs.push(path),
            "package.json" => self.packages.push(path),
            "config.toml" if within("supabase") => self.supabase.push(path),
            _ if ending == "rules" && stem.contains("firestore") => self.rules.push(path),
            _ if ending == "rules" && stem.contains("storage") => self.storage.push(path),
            _ if is_realtime(name) => self.realtime.push(path),
            _ if is_env(name) => self.env_files.push(path),
            _ if ending == "sql" && within("supabase/migrations") => {
                if let Some((folder, _)) = path.rsplit_once('/') {
                    self.migrations.insert(folder.to_owned());
                }
            }
            _ if handler::is_handler(&path) => self.handlers.push(path),
            _ if is_source(&path) => self.sources.push(path),
            _ => {}
        }
    }

    fn sort(&mut self) {
        for list in [
            &mut self.firebase,
            &mut self.rules,
            &mut self.storage,
            &mut self.realtime,
            &mut self.supabase,
            &mut self.pubspecs,
            &mut self.packages,
            &mut self.env_files,
            &mut self.handlers,
            &mut self.sources,
        ] {
            list.sort();
        }
        let all: BTreeSet<String> = self.handlers.iter().chain(&self.sources).cloned().collect();
        without_compiled(&mut self.handlers, &all);
        without_compiled(&mut self.sources, &all);
    }
}

/// Leaves out `functions/lib/pay.js` where `functions/src/pay.ts` is: what a compiler made says nothing of
/// its own.
fn without_compiled(paths: &mut Vec<String>, all: &BTreeSet<String>) {
    let source_of = |path: &str| {
        let stem = path.strip_suffix(".js").or_else(|| path.strip_suffix(".mjs"))?;
        let (before, after) = stem.rsplit_once("/lib/").or_else(|| stem.rsplit_once("/out/"))?;
        Some(format!("{before}/src/{after}.ts"))
    };
    paths.retain(|path| source_of(path).is_none_or(|source| !all.contains(&source)));
}

/// The names that Firebase's own tools and samples use; others are found through `firebase.json`.
fn is_realtime(name: &str) -> bool {
    matches!(name, "database.rules.json" | "database-rules.json")
}

/// `.env`, `.env.production`, `.env.local`, `.envrc`, …
fn is_env(name: &str) -> bool {
    name.strip_prefix(".env")
        .is_some_and(|rest| rest.is_empty() || rest == "rc" || rest.starts_with(['.', '-', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_compiler_made_of_a_source_is_left_out() {
        let all: BTreeSet<String> =
            ["functions/lib/pay.js", "functions/src/pay.ts", "functions/lib/own.js", "lib/pay.js"]
                .map(str::to_owned)
                .into();
        let mut paths: Vec<String> = all.iter().cloned().collect();
        without_compiled(&mut paths, &all);
        assert_eq!(paths, ["functions/lib/own.js", "functions/src/pay.ts", "lib/pay.js"]);
    }
}
