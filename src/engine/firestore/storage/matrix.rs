//! Who can do what with the files of every path.

use super::{
    super::{
        Analysis,
        access::Grant,
        ast::Segment,
        prove::{Answer, Caller, Cell, Row as Plain, residue, words},
        request::Method,
        value::{Outcomes, Sources},
    },
    Prover, Wish, Witness,
};

/// One path, and the requests that show its conditional answers.
#[derive(Clone, Debug)]
pub struct Row {
    pub plain: Plain,
    pub witnesses: Vec<Witness>,
}

impl Row {
    pub fn witness(&self, caller: Caller, method: Method) -> Option<&Witness> {
        self.witnesses.iter().find(|witness| (witness.caller, witness.request.method) == (caller, method))
    }
}

/// Judges every path of `service firebase.storage`, in the order of the text, for requests made at
/// `now` (nanoseconds since 1970).
pub fn matrix(analysis: &Analysis, now: i128) -> Vec<Row> {
    let prover = Prover::new(analysis, now);
    prover.patterns().into_iter().map(|first| row(&prover, analysis, &first.pattern)).collect()
}

/// The row of a path that need not have a block of its own.
pub fn row_at(analysis: &Analysis, pattern: &[Segment], now: i128) -> Row {
    row(&Prover::new(analysis, now), analysis, pattern)
}

fn row(prover: &Prover<'_>, analysis: &Analysis, pattern: &[Segment]) -> Row {
    let v2 = analysis.compiled.ruleset.is_v2();
    let covers = |grant: &&Grant| covers(&grant.pattern, pattern, v2);
    let covering: Vec<&Grant> = prover.grants.iter().copied().filter(covers).collect();
    let (mut cells, mut witnesses) = (Vec::new(), Vec::new());
    for caller in Caller::ALL {
        for method in Method::ALL {
            let (answer, witness) = answer(prover, pattern, &covering, caller, method, v2);
            cells.push(Cell { caller, method, answer });
            witnesses.extend(witness);
        }
    }
    Row { plain: Plain { pattern: pattern.to_vec(), cells }, witnesses }
}

fn answer(
    prover: &Prover<'_>,
    pattern: &[Segment],
    covering: &[&Grant],
    caller: Caller,
    method: Method,
    v2: bool,
) -> (Answer, Option<Witness>) {
    if method == Method::List && !v2 {
        return (Answer::Never, None);
    }
    let (mut said, mut on, mut unknown) = (Vec::new(), Sources::default(), None);
    for grant in covering.iter().filter(|grant| grant.speaks_of(method)) {
        if !grant.conditional {
            return (Answer::Always, None);
        }
        let Some(condition) = &grant.flat else {
            unknown = Some("a condition is too large to be taken apart");
            continue;
        };
        let residue = residue(grant, condition, caller, method, &prover.harvest, prover.now);
        if residue.may == Outcomes::exactly(true) {
            return (Answer::Always, None);
        }
        if residue.may.yes {
            on = on.and(residue.on);
            let text = words(&residue.condition, &grant.captures());
            if !said.contains(&text) {
                said.push(text);
            }
        }
    }
    if said.is_empty() {
        return (unknown.map_or(Answer::Never, |why| Answer::Unknown(why.to_owned())), None);
    }
    let wish = Wish { documents: true, ..Wish::new(caller, method) };
    let found = prover.find(pattern, wish).or_else(|| prover.find(pattern, Wish { over: true, ..wish }));
    if found.is_none() {
        let why = if prover.is_exhausted() {
            "the search took too long"
        } else {
            "no request was found that the condition lets through, and none was ruled out"
        };
        return (Answer::Unknown(why.to_owned()), None);
    }
    let at_will = on.is_within(Sources::SENT.and(Sources::QUERY));
    let condition = said.join("; or ");
    (Answer::Conditional { condition, at_will, proof: None }, found)
}

/// Does the first pattern cover every path of the second?
fn covers(wide: &[Segment], narrow: &[Segment], v2: bool) -> bool {
    match (wide, narrow) {
        ([], []) => true,
        ([Segment::Recursive(_)], rest) => v2 || !rest.is_empty(),
        ([Segment::Recursive(_), after @ ..], rest) => {
            let least = usize::from(!v2);
            (least..=rest.len().min(20)).any(|taken| covers(after, &rest[taken..], v2))
        }
        ([Segment::Capture(_), wide @ ..], [Segment::Literal(_) | Segment::Capture(_), narrow @ ..]) => {
            covers(wide, narrow, v2)
        }
        ([Segment::Literal(a), wide @ ..], [Segment::Literal(b), narrow @ ..]) if a == b => {
            covers(wide, narrow, v2)
        }
        _ => false,
    }
}
