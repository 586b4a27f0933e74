//! CODEOWNERS: patterns like those of `.gitignore`, the last match wins.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::{
    observe::Local,
    seen::{Codeowners, Miss},
};

const FILE: u64 = 3 << 20;
/// Most lines understood: each becomes a matcher.
const LINES: usize = 2_000;

/// Where GitHub looks, in its order, then GitLab.
const PLACES: &[&str] = &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

pub(super) struct Owners {
    pub(super) facts: Codeowners,
    /// Each pattern with whether it names anybody, in the order of the file.
    rules: Vec<(Gitignore, bool)>,
}

impl Owners {
    pub(super) fn read(files: &Local, paths: &[String]) -> Result<Option<Self>, Miss> {
        let Some(path) = PLACES.iter().find(|place| paths.iter().any(|path| path == *place)) else {
            return Ok(None);
        };
        let text = files.read_text(path, FILE)?;
        let mut owners = Self::parse(&text);
        (*path).clone_into(&mut owners.facts.path);
        Ok(Some(owners))
    }

    fn parse(text: &str) -> Self {
        let lines: Vec<&str> = text
            .lines()
            .map(|line| line.split(" #").next().unwrap_or_default().trim())
            // `[Section]` and `^[Optional]` are GitLab's headings.
            .filter(|line| !line.is_empty() && !line.starts_with(['#', '[', '^']))
            .collect();
        let rules: Vec<(Gitignore, bool)> = lines.iter().take(LINES).filter_map(|line| rule(line)).collect();
        let named = rules.iter().filter(|(_, owned)| *owned).count();
        let facts = Codeowners {
            path: String::new(),
            rules: u32::try_from(named).unwrap_or(u32::MAX),
            cut: lines.len() > LINES,
        };
        Self { facts, rules }
    }

    pub(super) fn owns(&self, path: &str) -> bool {
        let matching = |matcher: &Gitignore| matcher.matched_path_or_any_parents(path, false).is_ignore();
        self.rules.iter().rev().find(|(matcher, _)| matching(matcher)).is_some_and(|(_, owned)| *owned)
    }
}

/// A pattern and whether anybody is named. A line without owners takes ownership away.
fn rule(line: &str) -> Option<(Gitignore, bool)> {
    let mut words = line.split_whitespace();
    let pattern = words.next()?;
    let owned = words.any(|word| word.contains('@'));
    let mut builder = GitignoreBuilder::new("");
    builder.add_line(None, pattern).ok()?;
    Some((builder.build().ok()?, owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_match_wins() {
        let owners = Owners::parse(
            "# all\n* @team\n/supabase/migrations/ @dba # schema\n*.rules security@example.com\n/docs/\n",
        );
        assert!(owners.owns("src/main.ts"));
        assert!(owners.owns("supabase/migrations/1.sql"));
        assert!(owners.owns("firestore.rules"));
        assert!(!owners.owns("docs/a.md"), "a line without owners takes ownership away");
        assert_eq!(owners.facts.rules, 3);
        assert!(!Owners::parse("").owns("a"));
    }
}
