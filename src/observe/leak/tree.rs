//! The files as they stand: everything that git tracks or would take, scanned in parallel.

use std::{
    collections::HashSet,
    fs::File,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{Collector, Repository, text, walk::walk};
use crate::{
    engine::secrets::{Hit, Locator, applies, scan as scan_bytes},
    observe::Local,
    seen::{LeakSite, Miss, TreeScan},
};

/// A file is read in pieces of this size, so that memory stays bounded.
const PIECE: usize = 32 << 20;
/// How much two pieces share: more than the longest credential.
const OVERLAP: usize = 64 << 10;
/// Reasons named one by one.
const NAMED: usize = 20;

pub(super) fn scan(
    files: &Local,
    root: &Path,
    repository: Option<&Repository>,
    collector: &mut Collector,
    missed: &mut Vec<Miss>,
) -> TreeScan {
    let (mut paths, mut unread) = walk(files, root);
    match repository.map_or(Ok(Vec::new()), Repository::tracked) {
        Ok(tracked) => {
            let walked: HashSet<&PathBuf> = paths.iter().collect();
            let more: Vec<PathBuf> = tracked.into_iter().filter(|path| !walked.contains(path)).collect();
            paths.extend(more);
        }
        Err(miss) => missed.push(miss),
    }
    paths.sort();
    let looked: Vec<Looked> = paths.par_iter().map(|path| look(files, root, path)).collect();
    let mut seen = TreeScan::default();
    let mut late = 0_usize;
    for (path, looked) in paths.iter().zip(looked) {
        match looked {
            Looked::Text { found, bytes, truncated } => {
                seen.files += 1;
                seen.bytes += bytes;
                for (hit, site) in found {
                    collector.site(&hit, site);
                }
                if truncated {
                    unread.push(Miss::Unsupported(format!(
                        "{} holds too many credentials to list",
                        shown(path)
                    )));
                }
            }
            Looked::Binary => seen.binary += 1,
            Looked::Gone => {}
            Looked::Unread(miss) => unread.push(miss),
            Looked::Late => late += 1,
        }
    }
    if late > 0 {
        missed.push(Miss::Timeout(format!("{late} files of the tree were not scanned before the deadline")));
    }
    keep(unread, missed);
    seen
}

/// The first few by name, the others by number.
fn keep(mut unread: Vec<Miss>, missed: &mut Vec<Miss>) {
    unread.sort();
    let more = unread.len().saturating_sub(NAMED);
    unread.truncate(NAMED);
    missed.extend(unread);
    if more > 0 {
        missed.push(Miss::Denied(format!("{more} more files could not be read")));
    }
}

enum Looked {
    Text {
        found: Vec<(Hit, LeakSite)>,
        bytes: u64,
        truncated: bool,
    },
    Binary,
    /// It vanished since the walk: it is not in the tree any more.
    Gone,
    Unread(Miss),
    Late,
}

fn look(files: &Local, root: &Path, path: &Path) -> Looked {
    if files.is_late() {
        return Looked::Late;
    }
    read(root, path).unwrap_or_else(|err| match err.kind() {
        ErrorKind::NotFound => Looked::Gone,
        kind => Looked::Unread(Miss::Denied(format!("{}: {kind}", shown(path)))),
    })
}

fn read(root: &Path, path: &Path) -> std::io::Result<Looked> {
    let full = root.join(path);
    // An index may name a path whose parent has become a link out of the tree.
    if !std::fs::symlink_metadata(&full)?.is_file() || !full.canonicalize()?.starts_with(root) {
        return Ok(Looked::Gone);
    }
    let mut file = File::open(&full)?;
    let mut piece = Vec::new();
    let mut looked = Pieces { path: shown(path), ..Pieces::default() };
    loop {
        let read = file.by_ref().take((PIECE - piece.len()) as u64).read_to_end(&mut piece)?;
        let is_last = piece.len() < PIECE || read == 0;
        if !looked.take(&piece, is_last) {
            return Ok(Looked::Binary);
        }
        if is_last {
            return Ok(Looked::Text {
                found: looked.found,
                bytes: looked.bytes,
                truncated: looked.truncated,
            });
        }
        let kept = piece.len() - OVERLAP;
        piece.drain(..kept);
    }
}

/// What was found in the pieces of one file.
#[derive(Default)]
struct Pieces {
    path: String,
    found: Vec<(Hit, LeakSite)>,
    bytes: u64,
    lines: u32,
    truncated: bool,
    started: bool,
}

impl Pieces {
    /// False if the file holds no text.
    fn take(&mut self, piece: &[u8], is_last: bool) -> bool {
        let text = if self.started { Some(piece.into()) } else { text::of(&self.path, piece) };
        self.started = true;
        let Some(text) = text else { return false };
        let scan = scan_bytes(&text);
        self.truncated |= scan.truncated;
        let own = if is_last { text.len() } else { text.len().saturating_sub(OVERLAP) };
        let mut locator = Locator::new(&text);
        for hit in &scan.hits {
            // What begins in the shared part is whole in the next piece.
            if hit.span.start >= own || !applies(hit.rule, &self.path) {
                continue;
            }
            let location = locator.locate(&hit.span);
            let site = LeakSite {
                path: self.path.clone(),
                line: location.line.saturating_add(self.lines),
                column: location.column,
                snippet: scan.snippet(&text, &location.around),
            };
            self.found.push((hit.clone(), site));
        }
        self.bytes += own as u64;
        self.lines = self.lines.saturating_add(memchr::memchr_iter(b'\n', &text[..own]).count() as u32);
        true
    }
}

/// With `/`, whatever the platform.
pub(super) fn shown(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
