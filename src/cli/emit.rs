//! Where reports go.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::Context;
use clap::ValueEnum;

use super::{failure::Failure, stdout, talk::Talk};
use crate::{
    decide::Assessment,
    report::{Format, Style, render},
};

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Output")]
pub(super) struct Emit {
    /// Format on standard output [default: terminal]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write a report to a file too, e.g. sarif=gonogo.sarif; `-` is standard output; repeatable
    #[arg(long, value_name = "FORMAT=FILE")]
    output: Vec<Output>,
}

/// One report and its place; no path: standard output.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Output {
    format: Format,
    path: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once('=').ok_or("write FORMAT=FILE, e.g. sarif=gonogo.sarif")?;
        let format = Format::from_str(format, true).map_err(|_| {
            let known = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let names: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
            format!("no format is called `{format}`; one of {}", names.join(", "))
        })?;
        match path {
            "" => Err("the file's name is missing".to_owned()),
            "-" => Ok(Self { format, path: None }),
            path => Ok(Self { format, path: Some(PathBuf::from(path)) }),
        }
    }
}

impl Emit {
    /// Refuses what could not be written, before anything is audited.
    pub(super) fn check(&self, record: Option<&Path>) -> Result<(), Failure> {
        let on_stdout = self.output.iter().filter(|output| output.path.is_none()).count();
        if on_stdout + usize::from(self.format.is_some()) > 1 {
            return Err(Failure::new("two reports on standard output").help("write one of them to a file"));
        }
        let mut met = BTreeSet::new();
        for path in self.output.iter().filter_map(|output| output.path.as_deref()).chain(record) {
            writable(path)?;
            if !met.insert(path) {
                return Err(Failure::new(format!("two results in {}", path.display())));
            }
        }
        Ok(())
    }

    /// Writes every report.
    pub(super) fn write(&self, assessment: &Assessment, talk: &Talk) -> anyhow::Result<()> {
        let plain = Style { color: false, width: 0, verbosity: talk.verbosity() };
        for output in &self.output {
            if let Some(path) = &output.path {
                write_file(path, &render(assessment, output.format, plain))?;
            }
        }
        let redirected = self.output.iter().find(|output| output.path.is_none());
        let format = redirected.map(|output| output.format).or(self.format).unwrap_or(Format::Terminal);
        let style = Style { color: stdout::has_color(), width: stdout::width(), ..plain };
        stdout::print(&render(assessment, format, style))
    }
}

/// Refuses a path that is a folder or lies in none.
fn writable(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if path.is_dir() {
        return Err(Failure::new(format!("cannot write {}: it is a folder", path.display())));
    }
    match folder {
        Some(folder) if !folder.is_dir() => Err(Failure::new(format!(
            "cannot write {}: there is no folder {}",
            path.display(),
            folder.display()
        ))),
        _ => Ok(()),
    }
}

/// Writes the whole file or leaves the old one: a reader never sees half a report.
pub(super) fn write_file(path: &Path, text: &str) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    // A report may be a link to elsewhere; a device or a pipe cannot be replaced by a file.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    if real.exists() && !real.is_file() {
        return fs::write(&real, text).with_context(cannot);
    }
    let name = real.file_name().unwrap_or_default().to_string_lossy();
    let draft = real.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = (|| {
        let mut file = fs::File::create_new(&draft)?;
        file.write_all(text.as_bytes())?;
        if let Ok(old) = real.metadata() {
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&draft, &real)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written.with_context(cannot)
}
