//! The files as they stand: everything that git tracks or would take, scanned in parallel.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fs::File,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{
    Collector, Repository,
    piece::{OVERLAP, Pieces},
    unpack::{self, Unpacking},
    walk::{walk, walk_all},
};
use crate::{
    engine::{
        archive::{self, Kind},
        secrets::Hit,
    },
    observe::Local,
    seen::{LeakSite, Miss, TreeScan},
};

/// A file is read in pieces of this size, so that memory stays bounded.
const PIECE: usize = 32 << 20;
/// Reasons named one by one.
const NAMED: usize = 20;

/// A path and whether its parents are known to be no links.
struct Candidate {
    path: PathBuf,
    is_walked: bool,
}

pub(super) fn scan(
    files: &Local,
    root: &Path,
    repository: Option<&Repository>,
    collector: &mut Collector,
    missed: &mut Vec<Miss>,
) -> TreeScan {
    let mut unread = Vec::new();
    let paths = candidates(files, root, repository, &mut unread, missed);
    let looked: Vec<Looked> =
        paths.par_iter().map_init(Vec::new, |buffer, path| look(files, root, path, buffer)).collect();
    let mut seen = TreeScan::default();
    let mut late = 0_usize;
    for (candidate, looked) in paths.iter().zip(looked) {
        match looked {
            Looked::Text { found, bytes, truncated, missed } => {
                seen.files += 1;
                seen.bytes += bytes;
                for (hit, site) in found {
                    collector.site(&hit, site);
                }
                unread.extend(missed);
                if truncated {
                    unread.push(Miss::Unsupported(format!(
                        "{} holds too many credentials to list",
                        shown(&candidate.path)
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

/// What is walked, what git tracks besides, and what builds made; sorted.
fn candidates(
    files: &Local,
    root: &Path,
    repository: Option<&Repository>,
    unread: &mut Vec<Miss>,
    missed: &mut Vec<Miss>,
) -> Vec<Candidate> {
    let (mut walked, wrong) = walk(files, root);
    unread.extend(wrong);
    for build in &files.target.depth.builds {
        match files.inside(Path::new(build)) {
            Ok(folder) => walked.extend(walk_all(files, root, &folder, unread)),
            Err(miss) => missed.push(miss),
        }
    }
    let tracked = match repository.map_or(Ok(Vec::new()), Repository::tracked) {
        Ok(tracked) => tracked,
        Err(miss) => {
            missed.push(miss);
            Vec::new()
        }
    };
    let known: HashSet<&OsStr> = walked.iter().map(|path| path.as_os_str()).collect();
    let more: Vec<PathBuf> = tracked.into_iter().filter(|path| !known.contains(path.as_os_str())).collect();
    let candidate = |is_walked| move |path| Candidate { path, is_walked };
    let mut all: Vec<Candidate> = walked.into_iter().map(candidate(true)).collect();
    all.extend(more.into_iter().map(candidate(false)));
    // By bytes: comparing paths part by part costs more than scanning the files.
    all.sort_unstable_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
    all.dedup_by(|a, b| a.path.as_os_str() == b.path.as_os_str());
    all
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
        /// In an archive.
        missed: Vec<Miss>,
    },
    Binary,
    /// It vanished since the walk: it is not in the tree any more.
    Gone,
    Unread(Miss),
    Late,
}

fn look(files: &Local, root: &Path, candidate: &Candidate, buffer: &mut Vec<u8>) -> Looked {
    if files.is_late() {
        return Looked::Late;
    }
    read(files, root, candidate, buffer).unwrap_or_else(|err| match err.kind() {
        ErrorKind::NotFound => Looked::Gone,
        kind => Looked::Unread(Miss::Denied(format!("{}: {kind}", shown(&candidate.path)))),
    })
}

fn read(files: &Local, root: &Path, candidate: &Candidate, buffer: &mut Vec<u8>) -> std::io::Result<Looked> {
    let full = root.join(&candidate.path);
    // An index may name a path whose parent has become a link out of the tree.
    let is_ours = candidate.is_walked
        || (std::fs::symlink_metadata(&full)?.is_file() && full.canonicalize()?.starts_with(root));
    if !is_ours {
        return Ok(Looked::Gone);
    }
    let mut file = File::open(&full)?;
    let length = file.metadata()?.len();
    let mut looked = Pieces::new(shown(&candidate.path));
    // One byte more than the file has tells its end without another call.
    let want = PIECE.min(usize::try_from(length).unwrap_or(PIECE).saturating_add(1));
    let mut kept = 0;
    loop {
        if buffer.len() < want {
            buffer.resize(want, 0);
        }
        let filled = fill(&mut file, &mut buffer[..want], kept, length)?;
        let piece = &buffer[..filled];
        let is_last = filled < want;
        let opens = kept == 0 && files.target.depth.archives;
        if let Some(kind) = archive::kind(piece).filter(|_| opens) {
            return unpacked(files, candidate, kind, length, file, piece);
        }
        if !looked.take(piece, is_last) {
            return Ok(Looked::Binary);
        }
        if is_last {
            return Ok(text(looked, Vec::new()));
        }
        if files.is_late() {
            return Ok(Looked::Late);
        }
        kept = OVERLAP.min(filled);
        buffer.copy_within(filled - kept..filled, 0);
    }
}

fn text(looked: Pieces, missed: Vec<Miss>) -> Looked {
    Looked::Text { found: looked.found, bytes: looked.bytes, truncated: looked.truncated, missed }
}

/// Reads until the buffer is full or the file ends; how much of the buffer holds the file. Where the
/// file has the length that was promised, one call tells its end too: it gives less than was asked for.
fn fill(file: &mut File, buffer: &mut [u8], kept: usize, length: u64) -> std::io::Result<usize> {
    let mut filled = kept;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => {
                filled += read;
                if kept == 0 && filled as u64 == length {
                    break;
                }
            }
            Err(err) if err.kind() == ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
    Ok(filled)
}

/// Everything in an archive; what stands in it is shown below its path.
fn unpacked(
    files: &Local,
    candidate: &Candidate,
    kind: Kind,
    length: u64,
    file: File,
    head: &[u8],
) -> std::io::Result<Looked> {
    let path = shown(&candidate.path);
    if length > unpack::LARGEST {
        return Ok(Looked::Unread(Miss::Unsupported(format!("{path} is an archive of more than 1 GiB"))));
    }
    let mut bytes = head.to_vec();
    file.take(unpack::LARGEST).read_to_end(&mut bytes)?;
    let mut all = Pieces::default();
    let mut unpacking = Unpacking::new(files, bytes.len(), |path: &str, bytes: &[u8]| {
        let mut one = Pieces::new(path.to_owned());
        one.take(bytes, true);
        all.bytes += one.bytes;
        all.truncated |= one.truncated;
        all.found.append(&mut one.found);
    });
    unpacking.open(&path, kind, &bytes);
    let missed = std::mem::take(&mut unpacking.missed);
    drop(unpacking);
    Ok(text(all, missed))
}

/// With `/`, whatever the platform.
pub(super) fn shown(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
