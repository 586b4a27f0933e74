//! The paths of the working tree that git does not ignore.

use std::collections::HashSet;

use ignore::WalkBuilder;

use crate::{observe::Local, seen::Miss};

/// Most files listed: beyond it the listing says that it is not whole.
const FILES: usize = 200_000;
const DEPTH: usize = 64;

/// Paths relative to the root, with `/`, sorted.
pub(in crate::observe) struct Listing {
    pub(in crate::observe) paths: Vec<String>,
    /// There are more files than were listed.
    pub(in crate::observe) cut: bool,
}

pub(in crate::observe) fn list(files: &Local) -> Result<Listing, Miss> {
    if !files.target.repository || !files.root.is_dir() {
        return Err(Miss::Unsupported("no repository was given".to_owned()));
    }
    // Hidden folders hold workflows and owners; links are not followed, so nothing leads out.
    let walk = WalkBuilder::new(&files.root)
        .hidden(false)
        .follow_links(false)
        .require_git(false)
        // What a parent folder ignores may be exactly what is audited.
        .parents(false)
        .max_depth(Some(DEPTH))
        .filter_entry(|entry| {
            !matches!(entry.file_name().to_str(), Some(".git" | "node_modules" | ".dart_tool" | "build"))
        })
        .build();
    let (mut paths, mut cut) = (Vec::new(), false);
    for entry in walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file())) {
        if paths.len() >= FILES || files.is_late() {
            cut = true;
            break;
        }
        if let Ok(path) = entry.path().strip_prefix(&files.root) {
            let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            paths.push(parts.join("/"));
        }
    }
    paths.extend(tracked(files, &paths.iter().map(String::as_str).collect()));
    paths.sort();
    Ok(Listing { paths, cut })
}

/// Files that `.gitignore` names and git keeps all the same: they are in every clone.
fn tracked(files: &Local, known: &HashSet<&str>) -> Vec<String> {
    if !files.root.join(".git").exists() {
        return Vec::new();
    }
    // What the user's own configuration says must not change what is found.
    let options = gix::open::Options::isolated().strict_config(false).lossy_config(true);
    let Ok(repository) = options.open(&files.root) else { return Vec::new() };
    let repository = repository.to_thread_local();
    let Ok(index) = repository.index_or_empty() else { return Vec::new() };
    let kept = index.entries().iter().filter_map(|entry| std::str::from_utf8(entry.path(&index)).ok());
    let missing = kept.filter(|path| {
        !known.contains(path)
            && !path.split('/').any(|part| matches!(part, ".git" | "node_modules" | ".dart_tool" | "build"))
            && files.root.join(path).symlink_metadata().is_ok_and(|found| found.is_file())
    });
    missing.take(FILES.saturating_sub(known.len())).map(str::to_owned).collect()
}
