//! Gathers facts about environments from files.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use rayon::prelude::*;

use super::{
    Local,
    repository::{Listing, list},
};
use crate::{
    engine::env::{
        Gatherer, Searcher, gather, is_configuration, is_variables_file, may_name_variables, stage_of,
    },
    plan::Touch,
    seen::{Environments, Miss, Seen, Stage},
};

const MAX_FILES: usize = 400;
const MAX_FILE: u64 = 512 * 1024;
/// Sources that are looked through, and their bytes together.
const MAX_SOURCES: usize = 20_000;
const MAX_SOURCE: u64 = 128 << 20;
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
    "_archive",
    ".dart_tool",
    "venv",
    ".venv",
    "__pycache__",
    "coverage",
    ".turbo",
    ".vercel",
    ".netlify",
];

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
    look_through(files, &mut gatherer);
    Seen::Got(gatherer.finish())
}

/// Looks for the variables that sources read, in every file that git does not ignore.
fn look_through(files: &Local, gatherer: &mut Gatherer) {
    let searcher = Searcher::new(gatherer.names());
    let Ok(Listing { mut paths, mut cut }) = list(files) else { return };
    if !cut {
        gatherer.kept_by_git(&paths.iter().map(String::as_str).collect());
    }
    paths.retain(|path| may_name_variables(path));
    cut |= paths.len() > MAX_SOURCES;
    paths.truncate(MAX_SOURCES);
    let read = AtomicU64::new(0);
    let looked = |path: String| {
        if files.is_late() || read.load(Relaxed) > MAX_SOURCE {
            return None;
        }
        // What is longer is made by a program.
        let Ok(bytes) = files.read(&path, MAX_FILE) else { return Some(None) };
        read.fetch_add(bytes.len() as u64, Relaxed);
        if memchr::memchr(0, &bytes[..bytes.len().min(4_096)]).is_some() {
            return Some(None);
        }
        let look = searcher.look(&path, &String::from_utf8_lossy(&bytes));
        let stage = stage(files, &path);
        Some(Some((path, stage, look)))
    };
    let looks: Vec<_> = paths.into_par_iter().map(looked).collect();
    cut |= looks.iter().any(Option::is_none);
    gather(gatherer, &searcher, looks.into_iter().flatten().flatten().collect(), cut);
}

pub(super) fn touches() -> Vec<Touch> {
    let file = |path: &str, why: &str| Touch::File { path: path.to_owned(), why: why.to_owned() };
    vec![
        file("**/.env*, **/.dev.vars", "kinds of values, never the values"),
        file(
            "**/firebase_options*.dart, .firebaserc, google-services.json and the like",
            "the Firebase project",
        ),
        file("supabase/config.toml, supabase/.temp/project-ref", "the Supabase project"),
        file(
            "vercel.json, netlify.toml, wrangler.*, fly.toml and other hosts' files",
            "variables by environment",
        ),
        file(
            "Dockerfile*, *compose*.yml, .github/workflows/*.yml, codemagic.yaml",
            "variables and projects deployed to",
        ),
        file(
            "AndroidManifest.xml, Info.plist, build.gradle*, pubspec.yaml",
            "what an app packs in and sends in the clear",
        ),
        file("**/*", "names of the variables that sources read"),
    ]
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
    is_variables_file(path) || is_configuration(path)
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
