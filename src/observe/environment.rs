//! Gathers facts about environments from files.

use std::collections::BTreeSet;

use super::Local;
use crate::{
    engine::env::{Gatherer, has_extension, is_variables_file, stage_of},
    plan::Touch,
    seen::{Environments, Miss, Seen, Stage},
};

const MAX_FILES: usize = 400;
const MAX_FILE: u64 = 512 * 1024;
/// Entries of the tree looked at, and how deep.
const MAX_ENTRIES: usize = 100_000;
const MAX_DEPTH: usize = 7;

/// Folders that hold other people's files or what a build made.
const SKIPPED: &[&str] = &[
    ".git",
    "node_modules",
    "target",
    "build",
    "dist",
    ".next",
    ".nuxt",
    ".svelte-kit",
    "Pods",
    "vendor",
    ".dart_tool",
    "venv",
    ".venv",
    "__pycache__",
    "coverage",
    ".turbo",
    ".vercel",
    ".netlify",
];

/// Files that are read by their name.
const NAMED: &[&str] =
    &[".firebaserc", "google-services.json", "GoogleService-Info.plist", "vercel.json", "netlify.toml"];

pub(super) fn observe(files: &Local) -> Seen<Environments> {
    let (mut paths, complete) = match found(files) {
        Ok(found) => found,
        Err(miss) => return Seen::Missed(miss),
    };
    paths.extend(files.target.stack.env_files.iter().cloned());
    let declared = files.target.environments.iter().flat_map(|environment| &environment.files);
    paths.extend(declared.filter(|path| !path.contains('*')).cloned());

    let mut gatherer = Gatherer::default();
    if !complete || paths.len() > MAX_FILES {
        gatherer.missed(
            ".",
            Miss::Unsupported("the repository has too many files to look at them all".to_owned()),
        );
    }
    for path in paths.iter().take(MAX_FILES) {
        if files.is_late() {
            gatherer.missed(path, Miss::Timeout("the deadline of the audit".to_owned()));
            continue;
        }
        match files.read_text(path, MAX_FILE) {
            Ok(text) => gatherer.read(path, stage(files, path), &text),
            Err(miss) => gatherer.missed(path, miss),
        }
    }
    Seen::Got(gatherer.finish())
}

pub(super) fn touches() -> Vec<Touch> {
    let file = |path: &str, why: &str| Touch::File { path: path.to_owned(), why: why.to_owned() };
    let mut touches = vec![
        file("**/.env*", "kinds of values, never the values"),
        file("**/firebase_options*.dart", "the Firebase project"),
        file("supabase/config.toml", "the Supabase project"),
        file("supabase/.temp/project-ref", "the Supabase project"),
        file(".github/workflows/*.yml", "projects that are deployed to"),
    ];
    touches.extend(NAMED.iter().map(|name| file(&format!("**/{name}"), "projects and variables")));
    touches
}

/// What `gonogo.toml` declares, else what the name says.
fn stage(files: &Local, path: &str) -> Stage {
    let declared = files
        .target
        .environments
        .iter()
        .find(|environment| environment.files.iter().any(|pattern| matches(pattern, path)));
    match declared {
        Some(environment) if environment.production => Stage::Production,
        Some(environment) => match stage_of(&format!("{}/x", environment.name)) {
            Stage::Any => Stage::Development,
            known => known,
        },
        None => stage_of(path),
    }
}

/// `*` stands for anything within a folder, `**` for folders.
fn matches(pattern: &str, path: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == path };
    let Some(rest) = path.strip_prefix(before) else { return false };
    let deep = after.starts_with('*');
    let after = after.trim_start_matches('*');
    let after = if deep { after.strip_prefix('/').unwrap_or(after) } else { after };
    rest.char_indices()
        .map(|(at, _)| at)
        .chain([rest.len()])
        .take_while(|at| deep || !rest[..*at].contains('/'))
        .any(|at| matches(after, &rest[at..]))
}

/// Paths of files to read, and whether the whole tree was seen.
fn found(files: &Local) -> Result<(BTreeSet<String>, bool), Miss> {
    let root = files.inside(std::path::Path::new("."))?;
    let walk = ignore::WalkBuilder::new(&root)
        .hidden(false)
        // The files looked for are the ignored ones.
        .standard_filters(false)
        .follow_links(false)
        .max_depth(Some(MAX_DEPTH))
        .filter_entry(|entry| !SKIPPED.contains(&entry.file_name().to_string_lossy().as_ref()))
        .build();
    let (mut paths, mut complete) = (BTreeSet::new(), true);
    for (count, entry) in walk.enumerate() {
        if count > MAX_ENTRIES || files.is_late() {
            complete = false;
            break;
        }
        let Ok(entry) = entry else { continue };
        let Ok(path) = entry.path().strip_prefix(&root) else { continue };
        let path = path.to_string_lossy().replace('\\', "/");
        if entry.file_type().is_some_and(|kind| kind.is_file()) && is_wanted(&path) {
            paths.insert(path);
        }
    }
    Ok((paths, complete))
}

fn is_wanted(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    is_variables_file(path)
        || NAMED.contains(&name)
        || (name.starts_with("firebase_options") && has_extension(name, "dart"))
        || path.ends_with("supabase/config.toml")
        || path.ends_with("supabase/.temp/project-ref")
        || (path.starts_with(".github/workflows/")
            && (has_extension(name, "yml") || has_extension(name, "yaml")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        assert!(matches(".env.prod*", ".env.production"));
        assert!(matches("deploy/**/.env", "deploy/a/b/.env"));
        assert!(matches("deploy/**/.env", "deploy/.env"));
        assert!(!matches("deploy/*/.env", "deploy/a/b/.env"));
        assert!(!matches(".env", ".env.local"));
    }
}
