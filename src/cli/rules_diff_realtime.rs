//! `gonogo rules diff` for the rules of a Realtime Database.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{
    rules_diff::{Change, Way},
    rules_realtime::{CALLERS, TASKS, compiled, now, word},
};
use crate::engine::realtime::{Caller, Grant, Name, Reach, RuleKind, Ruleset, Survey, Task, is_below};

/// What the rules give at every path that either file names.
pub(super) fn changes(old: &Path, new: &Path) -> anyhow::Result<Vec<Change>> {
    let now = now();
    let ((old_text, old), (new_text, new)) = (compiled(old)?, compiled(new)?);
    let (before, after) = (Survey::of(&old, now), Survey::of(&new, now));
    let mut paths: Vec<&[Name]> = Vec::new();
    for grant in after.grants.iter().chain(&before.grants) {
        let known = paths.iter().any(|path| is_below(path, &grant.path) && is_below(&grant.path, path));
        if !known {
            paths.push(&grant.path);
        }
    }
    let mut changes = Vec::new();
    for path in paths {
        for (caller, who) in CALLERS {
            for (task, what) in TASKS {
                let was = best(&before, &old_text, path, caller, task);
                let is = best(&after, &new_text, path, caller, task);
                let Some(way) = way(&was, &is) else { continue };
                let text = format!("{what} {} for {who}: {} -> {}", shown(path), was.said(), is.said());
                changes.push(Change { way, text });
            }
        }
    }
    changes.extend(checks(&old, &old_text, &new, &new_text));
    if before.incomplete || after.incomplete {
        let text = "more rules than are judged: the rest may differ".to_owned();
        changes.push(Change { way: Way::Changes, text });
    }
    Ok(changes)
}

/// What is written must pass other checks than before: that may let in more, or less.
fn checks(old: &Ruleset, old_text: &str, new: &Ruleset, new_text: &str) -> Vec<Change> {
    let (before, after) = (validations(old, old_text), validations(new, new_text));
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differs = |path: &&&String| before.get(**path) != after.get(**path);
    let told = |path: &String| {
        let of = |all: &BTreeMap<String, String>| all.get(path).cloned().unwrap_or_else(|| "none".to_owned());
        let way = if before.contains_key(path) { Way::Changes } else { Way::Closes };
        Change { way, text: format!(".validate {path}: {} -> {}", of(&before), of(&after)) }
    };
    paths.iter().filter(differs).map(|path| told(path)).collect()
}

/// The text of each `.validate`, by its path.
fn validations(rules: &Ruleset, text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    rules.root.visit(&mut Vec::new(), &mut |nodes| {
        let Some(rule) = nodes.last().and_then(|node| node.validate.as_ref()) else { return };
        let names: Vec<Name> = nodes.iter().skip(1).map(|node| node.name.clone()).collect();
        let condition = text.get(rule.span.start..rule.span.end).unwrap_or_default();
        found.insert(shown(&names), condition.to_owned());
    });
    found
}

/// The most that any rule on the way to a path gives, and the text of those that give under a
/// condition.
#[derive(Debug, Default, PartialEq)]
struct Given<'s> {
    rank: u8,
    word: &'static str,
    conditions: Vec<&'s str>,
}

fn best<'s>(survey: &Survey, text: &'s str, path: &[Name], caller: Caller, task: Task) -> Given<'s> {
    let kind = if task == Task::Read { RuleKind::Read } else { RuleKind::Write };
    let mut given = Given { word: "never", ..Given::default() };
    let above = |grant: &&Grant| grant.kind == kind && is_below(path, &grant.path);
    for grant in survey.grants.iter().filter(above) {
        let Some(reach) = grant.reach(caller, task) else { continue };
        let rank = rank(reach);
        if rank > given.rank {
            (given.rank, given.word) = (rank, word(reach));
        }
        if rank > 0 && !reach.is_always() {
            given.conditions.push(text.get(grant.span.start..grant.span.end).unwrap_or_default());
        }
    }
    if given.rank == rank(&Reach::Always(None)) {
        given.conditions.clear();
    }
    given
}

fn rank(reach: &Reach) -> u8 {
    match reach {
        Reach::Never => 0,
        Reach::Unknown(_) => 1,
        Reach::ByQuery => 2,
        Reach::InState(_) => 3,
        Reach::Always(_) => 4,
    }
}

fn way(was: &Given<'_>, is: &Given<'_>) -> Option<Way> {
    let unsure = was.rank == 1 || is.rank == 1;
    match is.rank.cmp(&was.rank) {
        _ if was == is => None,
        _ if unsure && is.rank > 0 && was.rank < 4 => Some(Way::Changes),
        std::cmp::Ordering::Greater => Some(Way::Opens),
        std::cmp::Ordering::Less => Some(Way::Closes),
        std::cmp::Ordering::Equal => Some(Way::Changes),
    }
}

impl Given<'_> {
    fn said(&self) -> String {
        match self.conditions.as_slice() {
            [] => self.word.to_owned(),
            conditions => format!("{} ({})", self.word, conditions.join(" or ")),
        }
    }
}

fn shown(path: &[Name]) -> String {
    let names = path.iter().map(|name| match name {
        Name::Root => "",
        Name::Fixed(name) | Name::Capture(name) => name,
    });
    let shown: String = names.flat_map(|name| ["/", name]).collect();
    if shown.is_empty() { "/".to_owned() } else { shown }
}
