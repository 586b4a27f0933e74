//! What leads to commits: references, the heads of other worktrees, and reflogs.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
};

use gix::ObjectId;

use super::{Repository, commits::Commits, objects::Objects, repository::first_line};
use crate::seen::Miss;

/// Reflogs that are read, and bytes of each.
const LOGS: usize = 10_000;
const LARGEST: u64 = 16 << 20;
/// Heads that git leaves behind.
const HEADS: [&str; 5] = ["ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"];

/// A reference, or `HEAD`, which has no name.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Tip {
    pub(super) name: Option<String>,
    pub(super) number: u32,
}

/// `HEAD`, every reference, and the heads of linked worktrees; branches first.
pub(super) fn tips(
    repository: &Repository,
    objects: &Objects,
    commits: &Commits,
    missed: &mut Vec<Miss>,
) -> Vec<Tip> {
    let mut found: Vec<(Option<String>, ObjectId)> = Vec::new();
    found.extend(repository.git.head_id().ok().map(|id| (None, id.detach())));
    match references(repository) {
        Ok(references) => found.extend(references),
        Err(miss) => missed.push(miss),
    }
    let worktrees = fs::read_dir(repository.git.common_dir().join("worktrees"));
    for folder in worktrees.into_iter().flatten().flatten().take(LOGS) {
        let name = format!("HEAD of worktree {}", folder.file_name().to_string_lossy());
        found.extend(ids(&folder.path().join("HEAD")).into_iter().map(|id| (Some(name.clone()), id)));
    }
    let mut tips = Vec::new();
    let mut absent = HashSet::new();
    for (name, id) in found {
        match objects.number(id.as_slice()) {
            Some(number) => tips.push(Tip { name, number }),
            None => drop(absent.insert(id)),
        }
    }
    if let Some(first) = absent.iter().min() {
        let text =
            format!("{} git references lead to objects that are missing, the first is {first}", absent.len());
        missed.push(Miss::Malformed(text));
    }
    tips.retain(|tip| {
        let number = commits.peel(tip.number, drop);
        commits.find(number).is_some() || number != tip.number
    });
    tips.sort_by(|a, b| (kind(a), a).cmp(&(kind(b), b)));
    tips
}

/// Branches are worth more as an answer than what follows them.
fn kind(tip: &Tip) -> u8 {
    let kinds = ["refs/heads/", "refs/remotes/", "refs/tags/"];
    let name = tip.name.as_deref().unwrap_or_default();
    kinds.iter().position(|kind| name.starts_with(kind)).map_or(3, |kind| kind as u8)
}

pub(super) fn references(repository: &Repository) -> Result<Vec<(Option<String>, ObjectId)>, Miss> {
    let unread =
        |err: &dyn std::fmt::Display| Miss::Malformed(format!("git references: {}", first_line(err)));
    let platform = repository.git.references().map_err(|err| unread(&err))?;
    let all = platform.all().map_err(|err| unread(&err))?;
    let mut tips = Vec::new();
    for reference in all {
        let reference = reference.map_err(|err| unread(&err))?;
        let name = reference.name().as_bstr().to_string();
        tips.extend(reference.try_id().map(|id| (Some(name), id.detach())));
    }
    Ok(tips)
}

/// Objects that only reflogs and left-over heads remember.
pub(super) fn other_tips(repository: &Repository, objects: &Objects, commits: &Commits) -> Vec<u32> {
    let folder = repository.git.common_dir();
    let mut files = Vec::new();
    let worktrees = fs::read_dir(folder.join("worktrees")).into_iter().flatten().flatten();
    for top in worktrees.map(|entry| entry.path()).chain([folder.to_owned()]).take(LOGS) {
        files.extend(HEADS.map(|name| top.join(name)));
        logs(&top.join("logs"), &mut files);
    }
    let known = files.iter().flat_map(|file| ids(file)).filter_map(|id| objects.number(id.as_slice()));
    let mut numbers: Vec<u32> = known.filter(|number| commits.find(*number).is_some()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn logs(top: &Path, files: &mut Vec<std::path::PathBuf>) {
    let mut open = vec![(top.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && depth < 32 {
                open.push((entry.path(), depth + 1));
            } else if kind.is_file() && files.len() < LOGS {
                files.push(entry.path());
            }
        }
    }
}

/// The ids at the beginnings of a file's lines; none if it is no regular file.
fn ids(path: &Path) -> HashSet<ObjectId> {
    let is_file = fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
    let Some(file) = is_file.then(|| File::open(path).ok()).flatten() else { return HashSet::new() };
    let mut ids = HashSet::new();
    for line in BufReader::new(file.take(LARGEST)).split(b'\n').map_while(Result::ok) {
        let words = line.split(u8::is_ascii_whitespace).take(2);
        ids.extend(words.filter_map(|word| ObjectId::from_hex(word).ok()).filter(|id| !id.is_null()));
    }
    ids
}
