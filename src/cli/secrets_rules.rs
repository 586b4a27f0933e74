//! `--rules` and `--gitleaks`: rules that somebody brings along.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;

use super::failure::Failure;
use crate::engine::secrets::own::{self, OwnRules};

/// What was loaded and installed.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub(super) rules: Option<OwnRules>,
    /// What of it is not applied, one sentence each.
    pub(super) notes: Vec<String>,
}

/// The largest file of rules that is read, in bytes.
const LARGEST: u64 = 8 << 20;
/// Configurations that extend each other.
const DEEPEST: usize = 4;
const GITLEAKS: &str = ".gitleaks.toml";

/// Reads the rules and makes every scan of this run look for them. `project` is a folder in whose
/// repository gitleaks' configuration is looked for.
pub(super) fn load(paths: &[PathBuf], project: Option<PathBuf>) -> anyhow::Result<Loaded> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(files_of(path)?);
    }
    if let Some(folder) = project {
        files.push(configuration(&folder)?);
    }
    if files.is_empty() {
        return Ok(Loaded::default());
    }
    let mut loading = Loading::default();
    for path in &files {
        loading.file(path, 0)?;
    }
    let Loading { rules, allow, honors_comments, notes, .. } = loading;
    let rules = OwnRules { rules: rules.into_values().collect(), allow, honors_comments };
    own::install(&rules).map_err(Failure::new)?;
    Ok(Loaded { rules: Some(rules), notes })
}

/// The rule files of a folder, sorted; a folder without any is a mistake.
fn files_of(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let shown = path.display();
    if !fs::metadata(path).with_context(|| format!("cannot open the rules {shown}"))?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).with_context(|| format!("cannot open the rules {shown}"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "toml") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        let failure = Failure::new(format!("no rules in {shown}: no file of it ends in .toml"));
        return Err(failure.help("rules are written like rules/secrets/*.toml of gonogo").into());
    }
    Ok(files)
}

/// The nearest configuration of gitleaks, not beyond the root of the repository.
fn configuration(folder: &Path) -> anyhow::Result<PathBuf> {
    let full = fs::canonicalize(folder).with_context(|| format!("cannot open {}", folder.display()))?;
    for above in full.ancestors() {
        if above.join(GITLEAKS).is_file() {
            return Ok(above.join(GITLEAKS));
        }
        if above.join(".git").exists() {
            break;
        }
    }
    let failure = Failure::new(format!("the project has no {GITLEAKS}"));
    Err(failure.help("name the file with --rules, or leave --gitleaks out").into())
}

#[derive(Default)]
struct Loading {
    /// By id.
    rules: BTreeMap<String, own::OwnRule>,
    allow: Vec<own::OwnAllow>,
    honors_comments: bool,
    notes: Vec<String>,
    /// Where each id was defined.
    from: BTreeMap<String, PathBuf>,
    /// Configurations that another extends.
    extended: BTreeSet<PathBuf>,
}

impl Loading {
    fn file(&mut self, path: &Path, depth: usize) -> anyhow::Result<()> {
        let text = read(path)?;
        if !own::is_foreign(&text) {
            return self.add(path, own::read(path, &text).map_err(wrong)?);
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let imported = own::imported(&name, &text).map_err(Failure::new)?;
        if let Some(base) = imported.extends {
            if depth >= DEEPEST {
                let what =
                    format!("{}: more than {DEEPEST} configurations extend each other", path.display());
                return Err(Failure::new(what).into());
            }
            let base = path.parent().unwrap_or(Path::new("")).join(base);
            self.file(&base, depth + 1)?;
            self.extended.insert(base);
        }
        self.notes.extend(imported.notes);
        self.allow.extend(imported.rules.allow);
        self.honors_comments = true;
        self.add(path, imported.rules.rules)
    }

    fn add(&mut self, path: &Path, rules: Vec<own::OwnRule>) -> anyhow::Result<()> {
        for rule in rules {
            // A configuration overrides the rules of the one that it extends.
            let first = self.from.get(&rule.id).filter(|first| !self.extended.contains(*first));
            if let Some(first) = first {
                let id = rule.id.trim_start_matches("secrets/");
                let (first, second) = (first.display(), path.display());
                let what = format!("rule `{id}` is in {first} and in {second}");
                return Err(Failure::new(what).help("rename one of the two").into());
            }
            self.from.insert(rule.id.clone(), path.to_owned());
            self.rules.insert(rule.id.clone(), rule);
        }
        Ok(())
    }
}

fn wrong(what: String) -> Failure {
    Failure::new(what).help("the format and its keys: docs/configuration.md, Rules of your own")
}

fn read(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let found = fs::metadata(path).with_context(|| format!("cannot read the rules {shown}"))?;
    if !found.is_file() || found.len() > LARGEST {
        return Err(Failure::new(format!("{shown} is no file of at most {} MiB", LARGEST >> 20)).into());
    }
    fs::read_to_string(path).with_context(|| format!("cannot read the rules {shown}"))
}
