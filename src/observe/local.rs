//! Reading files of the audited repository: bounded, inside its root, under the deadline.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use crate::{seen::Miss, target::Target};

/// The repository's files.
#[derive(Clone, Debug)]
pub struct Local {
    pub root: PathBuf,
    pub deadline: Instant,
    pub target: Arc<Target>,
}

impl Local {
    /// Reads a file below the root as text, at most `limit` bytes; invalid UTF-8 is replaced.
    /// A path that leaves the root, also through a symbolic link, is denied.
    pub fn read_text(&self, path: &str, limit: u64) -> Result<String, Miss> {
        let bytes = self.read(path, limit)?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|err| String::from_utf8_lossy(err.as_bytes()).into_owned()))
    }

    /// Reads a file below the root, at most `limit` bytes; a longer file is unsupported.
    pub fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, Miss> {
        let full = self.inside(Path::new(path))?;
        // Looked at before it is opened: opening a named pipe waits for its writer, maybe for ever.
        if !full.metadata().map_err(|err| denied(path, &err))?.is_file() {
            return Err(Miss::Unsupported(format!("{path} is not a regular file")));
        }
        let file = File::open(&full).map_err(|err| denied(path, &err))?;
        let mut bytes = Vec::new();
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|err| denied(path, &err))?;
        if bytes.len() as u64 > limit {
            return Err(Miss::Unsupported(format!("{path} is larger than {limit} bytes")));
        }
        Ok(bytes)
    }

    /// The real path, if it is below the root.
    pub fn inside(&self, path: &Path) -> Result<PathBuf, Miss> {
        let shown = path.display().to_string();
        let root = self.root.canonicalize().map_err(|err| denied(&shown, &err))?;
        let full = root.join(path).canonicalize().map_err(|err| denied(&shown, &err))?;
        if full.starts_with(&root) {
            Ok(full)
        } else {
            Err(Miss::Denied(format!("{shown} leads out of the repository")))
        }
    }

    pub fn is_late(&self) -> bool {
        Instant::now() >= self.deadline
    }
}

fn denied(path: &str, err: &std::io::Error) -> Miss {
    Miss::Denied(format!("{path}: {err}"))
}
