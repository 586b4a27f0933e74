//! From nodes to places that a report can show.

use super::walk::{Met, Module, Walk};
use crate::{engine::source::Id, seen::Spot};

/// All places at which something was met, in the order of files and lines, one a line.
pub(super) fn all(walk: &Walk<'_>, met: Met, most: usize) -> Vec<Spot> {
    let mut spots: Vec<(usize, Spot)> = Vec::new();
    for ((found, at), (what, others)) in &walk.notes {
        if *found != met {
            continue;
        }
        let Some(module) = walk.modules.get(at.module) else { continue };
        let mut spot = self::at(module, at.id, what);
        spot.file = (at.module != 0).then(|| module.path.clone());
        let same = others.iter().filter(|other| other.module == at.module);
        spot.also = same.map(|other| module.tree.line(other.id)).filter(|line| *line != spot.line).collect();
        spot.also.sort_unstable();
        spot.also.dedup();
        let own = others.iter().find(|other| other.module == 0 && at.module != 0);
        spot.called = own.map(|other| walk.modules[0].tree.line(other.id));
        spots.push((at.module, spot));
    }
    spots.sort();
    spots.dedup_by(|b, a| a.0 == b.0 && a.1.line == b.1.line && a.1.what == b.1.what);
    spots.truncate(most);
    spots.into_iter().map(|(_, spot)| spot).collect()
}

pub(super) fn at(module: &Module, id: Id, what: &str) -> Spot {
    of_tree(&module.tree, id, what)
}

pub(super) fn of_tree(tree: &crate::engine::source::Tree, id: Id, what: &str) -> Spot {
    let (line, column, text) = tree.place(tree.node(id).from);
    Spot { line, column, what: what.to_owned(), snippet: bare(text), ..Spot::default() }
}

/// A line of a text, from 1.
pub fn of_line(text: &str, line: u32) -> Spot {
    let snippet = text.lines().nth(line.max(1) as usize - 1).map(bare).unwrap_or_default();
    Spot { line, column: 1, snippet, ..Spot::default() }
}

/// One line for people: without what strings contain and without a comment at its end, runs of
/// blanks as one, at most 160 characters.
pub(super) fn bare(line: &str) -> String {
    let line: String = line.chars().take(400).collect();
    let mut kept = String::new();
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        kept.push(letter);
        match letter {
            '"' | '\'' | '`' => {
                while let Some(inside) = letters.next() {
                    if inside == '\\' {
                        letters.next();
                    } else if inside == letter {
                        kept.push(letter);
                        break;
                    }
                }
            }
            '/' if letters.peek() == Some(&'/') => {
                kept.pop();
                break;
            }
            _ => {}
        }
    }
    let indentation = &kept[..kept.len() - kept.trim_start().len()];
    let words: Vec<&str> = kept.split_whitespace().collect();
    format!("{indentation}{}", words.join(" ")).chars().take(160).collect()
}
