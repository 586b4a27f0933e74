//! Every regular file below the root that git would take; links are not followed.
//!
//! Whatever decides that is looked at before it is read: a named pipe called `.gitignore` would be
//! waited for, and a huge one takes minutes to compile. Below such a file nothing is left out.

use std::{
    fs::{self, File},
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use super::tree::shown;
use crate::{observe::Local, seen::Miss};

/// The largest file of patterns that is read.
const LARGEST: u64 = 1 << 20;

#[derive(Default)]
struct Walked {
    paths: Vec<PathBuf>,
    unread: Vec<Miss>,
    /// Folders whose rules cannot be read.
    unruled: Vec<PathBuf>,
}

/// Paths relative to the root, in no order, and what could not be walked.
pub(super) fn walk(files: &Local, root: &Path) -> (Vec<PathBuf>, Vec<Miss>) {
    let walked = Arc::new(Mutex::new(Walked::default()));
    let bad = root.ancestors().find_map(bad_rules);
    if let Some(bad) = bad {
        note(&walked, root, &bad, root.to_owned());
    } else {
        ruled(files, root, &walked);
    }
    let unruled = walked.lock().map(|mut walked| std::mem::take(&mut walked.unruled)).unwrap_or_default();
    for folder in unruled {
        let mut all = ignore::WalkBuilder::new(folder);
        all.standard_filters(false).filter_entry(|entry| entry.file_name() != ".git");
        run(files, root, &all, &walked);
    }
    let Walked { paths, mut unread, .. } =
        walked.lock().map(|mut walked| std::mem::take(&mut *walked)).unwrap_or_default();
    if files.is_late() {
        unread.push(Miss::Timeout("the folders were not all walked before the deadline".to_owned()));
    }
    (paths, unread)
}

/// Every file of a folder below the root, whatever git makes of it.
pub(super) fn walk_all(files: &Local, root: &Path, folder: &Path, unread: &mut Vec<Miss>) -> Vec<PathBuf> {
    let walked = Mutex::new(Walked::default());
    let mut all = ignore::WalkBuilder::new(folder);
    all.standard_filters(false).filter_entry(|entry| entry.file_name() != ".git");
    run(files, root, &all, &walked);
    let Walked { paths, unread: wrong, .. } = walked.into_inner().unwrap_or_default();
    unread.extend(wrong);
    paths
}

fn ruled(files: &Local, root: &Path, walked: &Arc<Mutex<Walked>>) {
    let (own, top) = (walked.clone(), root.to_owned());
    let mut builder = ignore::WalkBuilder::new(root);
    builder.hidden(false).ignore(false).git_global(false).require_git(false).filter_entry(move |entry| {
        if entry.file_name() == ".git" {
            return false;
        }
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        match is_folder.then(|| bad_rules(entry.path())).flatten() {
            Some(bad) => {
                note(&own, &top, &bad, entry.path().to_owned());
                false
            }
            None => true,
        }
    });
    run(files, root, &builder, walked);
}

fn run(files: &Local, root: &Path, builder: &ignore::WalkBuilder, walked: &Mutex<Walked>) {
    let mut builder = builder.clone();
    builder.follow_links(false).threads(rayon::current_num_threads().min(8));
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            let kept = match entry {
                Ok(entry) => {
                    let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                    let inside = entry.path().strip_prefix(root).ok().filter(|_| is_file);
                    inside.map(|path| Ok(path.to_owned()))
                }
                Err(err) => unreadable(&err, root).map(Err),
            };
            if let (Some(kept), Ok(mut walked)) = (kept, walked.lock()) {
                match kept {
                    Ok(path) => walked.paths.push(path),
                    Err(miss) => walked.unread.push(miss),
                }
            }
            if files.is_late() { ignore::WalkState::Quit } else { ignore::WalkState::Continue }
        })
    });
}

fn note(walked: &Mutex<Walked>, root: &Path, bad: &Path, folder: PathBuf) {
    let shown = shown(bad.strip_prefix(root).unwrap_or(bad));
    let miss =
        Miss::Unsupported(format!("{shown} is no file of at most 1 MiB, so nothing was left out by it"));
    if let Ok(mut walked) = walked.lock() {
        walked.unread.push(miss);
        walked.unruled.push(folder);
    }
}

/// The first file with a say in what is ignored in this folder that is not fit to be read.
fn bad_rules(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    let mut rules = vec![folder.join(".gitignore")];
    match fs::metadata(&git) {
        Ok(found) if found.is_dir() => rules.push(git.join("info/exclude")),
        Ok(found) if found.is_file() => {
            // A worktree or submodule: two more files lead to its patterns.
            let real = first_line(&git).and_then(|line| line.strip_prefix("gitdir: ").map(PathBuf::from));
            if let Some(real) = real {
                let common = real.join("commondir");
                rules.push(common.clone());
                rules.extend(first_line(&common).map(|line| real.join(line).join("info/exclude")));
            }
        }
        _ => {}
    }
    rules.into_iter().find(|path| {
        fs::metadata(path).is_ok_and(|found| !(found.is_file() && found.len() <= LARGEST || found.is_dir()))
    })
}

/// None if it is anything but a regular file.
fn first_line(path: &Path) -> Option<String> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mut text = String::new();
    File::open(path).ok()?.take(4_096).read_to_string(&mut text).ok()?;
    text.lines().next().map(str::to_owned)
}

/// A wrong line in a `.gitignore` hides nothing; a folder that cannot be opened does.
fn unreadable(err: &ignore::Error, root: &Path) -> Option<Miss> {
    let io = err.io_error().filter(|io| io.kind() != ErrorKind::NotFound)?;
    let text = err.to_string().replace(&root.display().to_string(), "").replace("/: ", ": ");
    Some(Miss::Denied(format!(
        "{}: {}",
        text.split(": ").next().unwrap_or_default().trim_start_matches('/'),
        io.kind()
    )))
}
