//! Turns the rule files under `rules/secrets/` into static tables, so that an audit parses no TOML
//! and a mistake in a rule is an error of the build that names the file and the rule.

#[path = "build/assignment.rs"]
mod assignment;
#[path = "build/rule_file.rs"]
mod rule_file;
#[path = "build/shape.rs"]
mod shape;
#[path = "build/tables.rs"]
mod tables;

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

const RULES: &str = "rules/secrets";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={RULES}");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=build.rs");
    let mut rules = Vec::new();
    for path in rule_files(Path::new(RULES))? {
        let text = fs::read_to_string(&path).map_err(|err| format!("{}: {err}", path.display()))?;
        rules.extend(rule_file::read(&path, &text, |_, _, _| Ok(()))?);
    }
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(twins) = rules.windows(2).find(|pair| pair[0].id == pair[1].id) {
        return Err(format!("rule `{}` is defined twice", twins[0].id).into());
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("secret_rules.rs"), tables::rules(&rules))?;
    fs::write(out.join("secret_checks.rs"), tables::checks(&rules))?;
    Ok(())
}

fn rule_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|err| format!("{}: {err}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
