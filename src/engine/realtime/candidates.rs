//! Values worth trying where a rule looks at data: those that it names itself, and one of each kind.

use super::{
    eval::Cell,
    expression::{Expr, Pattern},
    state::Scalar,
};

/// The caller's own id in every question.
pub(super) const ME: &str = "me";

/// The most telling first. Bounded: a search tries them one after the other.
pub(super) fn candidates<'a>(rules: impl Iterator<Item = &'a Expr>, now: f64) -> Vec<Cell> {
    let mut found = Found { cells: vec![text(ME)] };
    let mut numbers = Vec::new();
    for rule in rules {
        rule.visit(&mut |part| match part {
            Expr::Text(word) => found.add(text(word)),
            Expr::Number(number) => numbers.push(*number),
            Expr::Regex(pattern) => samples(pattern).into_iter().for_each(|word| found.add(text(&word))),
            Expr::Call(_, name, _) if name == "isNumber" => numbers.push(1.0),
            _ => {}
        });
    }
    found.add(Cell::Leaf(Scalar::Bool(true)));
    for value in numbers.iter().flat_map(|number| [*number, number + 1.0, number - 1.0]).chain([now]) {
        found.add(Cell::Leaf(Scalar::Number(value)));
    }
    // A text as long as a rule may ask for: `newData.val().length > 10`.
    let lengths = numbers.iter().filter(|number| (1.0..=300.0).contains(*number));
    #[allow(clippy::cast_sign_loss)] // at least one
    for length in lengths.take(6).map(|length| *length as usize) {
        found.add(text(&"a".repeat(length)));
        found.add(text(&"a".repeat(length + 1)));
    }
    for word in ["a", "a@example.com", "https://example.com/a.png", "2026-01-01"] {
        found.add(text(word));
    }
    found.add(Cell::Leaf(Scalar::Bool(false)));
    found.cells
}

struct Found {
    cells: Vec<Cell>,
}

const MOST: usize = 60;

impl Found {
    fn add(&mut self, cell: Cell) {
        if self.cells.len() < MOST && !self.cells.contains(&cell) {
            self.cells.push(cell);
        }
    }
}

fn text(word: &str) -> Cell {
    Cell::Leaf(Scalar::Text(word.to_owned()))
}

/// Words that a pattern may accept; whether it does is decided by evaluation.
fn samples(pattern: &Pattern) -> Vec<String> {
    let Ok(hir) = regex_syntax::parse(&pattern.source.replace("\\/", "/")) else { return Vec::new() };
    let mut short = String::new();
    sample(&hir, &mut short, 0);
    vec![short]
}

/// The first alternative, the fewest repetitions.
fn sample(hir: &regex_syntax::hir::Hir, into: &mut String, depth: usize) {
    use regex_syntax::hir::{Class, HirKind};
    if into.len() > 500 || depth > 100 {
        return;
    }
    match hir.kind() {
        HirKind::Literal(literal) => into.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => into.extend(letter(class)),
        HirKind::Class(Class::Bytes(class)) => {
            into.extend(class.ranges().first().map(|range| char::from(range.start())));
        }
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min.min(300) {
                sample(&repetition.sub, into, depth + 1);
            }
        }
        HirKind::Capture(capture) => sample(&capture.sub, into, depth + 1),
        HirKind::Concat(parts) => parts.iter().for_each(|part| sample(part, into, depth + 1)),
        HirKind::Alternation(parts) => {
            if let Some(first) = parts.first() {
                sample(first, into, depth + 1);
            }
        }
        HirKind::Empty | HirKind::Look(_) => {}
    }
}

/// A printable letter of the class where it has one.
fn letter(class: &regex_syntax::hir::ClassUnicode) -> Option<char> {
    let liked = ['a', '1', 'A'];
    let has =
        |letter: &char| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(letter));
    liked.into_iter().find(has).or_else(|| Some(class.ranges().first()?.start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_accepted_by_its_own_pattern() {
        for source in [r"^[A-Z0-9._%+-]+@[A-Z0-9.-]+\.[A-Z]{2,4}$", r"^\d{4}-\d{2}-\d{2}$", "^(draft|sent)$"]
        {
            let pattern = Pattern { source: source.to_owned(), ignores_case: true };
            let regex = super::super::value::regex(&pattern).expect("a pattern");
            assert!(samples(&pattern).iter().any(|word| regex.is_match(word)), "{source}");
        }
    }
}
