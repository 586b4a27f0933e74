//! The git repository around the tree.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use super::objects::Objects;
use crate::seen::Miss;

/// An opened repository, and where in it the audited folder lies.
pub(super) struct Repository {
    pub(super) git: gix::Repository,
    /// Of the audited folder in the repository: empty, or with a `/` at the end.
    pub(super) prefix: String,
}

impl Repository {
    /// The repository that the folder belongs to; none if there is none. The user's own git
    /// configuration is not read, and nothing is run.
    pub(super) fn open(root: &Path) -> Result<Option<Self>, Miss> {
        // A pipe is no repository; git passes it over too.
        let is_git = |path: PathBuf| path.metadata().is_ok_and(|found| found.is_dir() || found.is_file());
        // A folder that is a repository itself (bare) comes before one that it may lie in.
        let is_bare =
            root.join("HEAD").is_file() && root.join("objects").is_dir() && root.join("refs").is_dir();
        let top =
            if is_bare { Some(root) } else { root.ancestors().find(|folder| is_git(folder.join(".git"))) };
        let Some(top) = top else { return Ok(None) };
        if let Some(odd) = irregular(&top.join(".git")) {
            return Err(Miss::Malformed(format!("git repository: .git/{odd} is no regular file")));
        }
        let options = gix::open::Options::isolated().strict_config(false).lossy_config(true);
        let opened = options
            .open(top)
            .map_err(|err| Miss::Malformed(format!("git repository: {}", first_line(&err))))?;
        let inside = root.strip_prefix(top).unwrap_or(Path::new(""));
        let mut prefix = String::new();
        for part in inside.components() {
            prefix.push_str(&part.as_os_str().to_string_lossy());
            prefix.push('/');
        }
        Ok(Some(Self { git: opened.to_thread_local(), prefix }))
    }

    /// The files that git tracks below the audited folder, relative to it; no links, no submodules.
    pub(super) fn tracked(&self) -> Result<Vec<PathBuf>, Miss> {
        use gix::index::entry::Mode;
        let index = match self.git.try_index() {
            Ok(Some(index)) => index,
            Ok(None) => return Ok(Vec::new()),
            Err(err) => return Err(Miss::Malformed(format!(".git/index: {}", first_line(&err)))),
        };
        let files =
            index.entries().iter().filter(|entry| matches!(entry.mode, Mode::FILE | Mode::FILE_EXECUTABLE));
        let paths = files.filter_map(|entry| {
            let path = entry.path(&index).strip_prefix(self.prefix.as_bytes())?;
            gix::path::from_byte_slice(path).ok().map(Path::to_owned)
        });
        // A hostile index may lead anywhere.
        let is_inside =
            |path: &PathBuf| path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        Ok(paths.filter(is_inside).collect())
    }

    /// Did the clone leave objects with the server, to be fetched when they are needed?
    pub(super) fn is_partial(&self) -> bool {
        let packs = std::fs::read_dir(self.git.common_dir().join("objects/pack"));
        let mut packs = packs.into_iter().flatten().flatten();
        packs.any(|entry| entry.path().extension().is_some_and(|ending| ending == "promisor"))
    }

    /// The commits before which a shallow clone ends.
    pub(super) fn shallow(&self, objects: &Objects) -> HashSet<u32> {
        match self.git.shallow_commits() {
            Ok(Some(commits)) => commits.iter().filter_map(|id| objects.number(id.as_slice())).collect(),
            _ => HashSet::new(),
        }
    }

    /// A path of the repository as a path of the audited folder; none outside of it.
    pub(super) fn inside<'a>(&self, path: &'a str) -> Option<&'a str> {
        path.strip_prefix(self.prefix.as_str())
    }
}

/// Something in a `.git` folder that would be waited for if it were opened: a pipe, a socket, a
/// device. Loose objects and packs are looked at where they are listed.
fn irregular(git: &Path) -> Option<String> {
    let mut open = vec![(git.to_owned(), 0_usize)];
    while let Some((folder, depth)) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(found) = path.metadata() else { continue };
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            let is_walked =
                !["objects", "modules", "hooks", "lfs"].iter().any(|name| entry.file_name() == *name);
            if found.is_dir() && !is_link && is_walked && depth < 32 {
                open.push((path, depth + 1));
            } else if !found.is_dir() && !found.is_file() {
                let shown = path.strip_prefix(git).unwrap_or(&path);
                return Some(shown.to_string_lossy().into_owned());
            }
        }
    }
    let alternates = git.join("objects/info/alternates");
    alternates.metadata().is_ok_and(|found| !found.is_file()).then(|| "objects/info/alternates".to_owned())
}

/// Errors are chains; the first line says what failed.
pub(super) fn first_line(err: &dyn std::fmt::Display) -> String {
    let text = err.to_string();
    text.lines().next().unwrap_or_default().chars().take(200).collect()
}
