//! Every path, class of callers and method with its answer.

use std::rc::Rc;

use super::{
    super::{
        Analysis,
        access::Grant,
        ast::Segment,
        request::{Fields, Method},
        value::{NOT_BEFORE, Outcomes, Sources},
    },
    Attempt, Caller, Free, Ground, Proof, Prover, Target, World,
    class::Residue,
    places::other_paths,
    words,
    world::{TIMES, worlds},
};

/// May the class do it?
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Proved for everything that may be stored and sent.
    Always,
    /// Proved: false or an error on every branch.
    Never,
    /// Under this condition. `stored`: whatever is stored, once the right thing is sent.
    Conditional {
        condition: String,
        at_will: bool,
        proof: Option<Box<Proof>>,
    },
    Unknown(String),
}

impl Answer {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::Conditional { .. } => "conditional",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The request that shows it.
    pub fn proof(&self) -> Option<&Proof> {
        match self {
            Self::Conditional { proof, .. } => proof.as_deref(),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub caller: Caller,
    pub method: Method,
    pub answer: Answer,
}

/// One pattern of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub pattern: Vec<Segment>,
    pub cells: Vec<Cell>,
}

impl Row {
    pub fn answer(&self, caller: Caller, method: Method) -> Option<&Answer> {
        self.cells.iter().find(|cell| (cell.caller, cell.method) == (caller, method)).map(|cell| &cell.answer)
    }
}

/// Judges every path of `service cloud.firestore`, in the order of the text.
pub fn matrix(analysis: &Analysis) -> Vec<Row> {
    matrix_at(analysis, NOT_BEFORE)
}

/// The same, for requests made at this time (nanoseconds since 1970) or later.
pub fn matrix_at(analysis: &Analysis, now: i128) -> Vec<Row> {
    let prover = Prover::new(&analysis.compiled, &analysis.grants).at(now);
    let mut rows: Vec<Row> = Vec::new();
    for grant in analysis.grants.iter().filter(|grant| grant.rooted && grant.service == "cloud.firestore") {
        if rows.iter().any(|row| row.pattern == grant.pattern) {
            continue;
        }
        let Some(ground) = prover.ground(&grant.pattern) else { continue };
        let cells = Caller::ALL
            .into_iter()
            .flat_map(|caller| Method::ALL.map(|method| (caller, method)))
            .map(|(caller, method)| {
                let answer = match answer(&prover, &grant.pattern, &ground, caller, method) {
                    // What was not read may allow it.
                    Answer::Never if analysis.incomplete => {
                        Answer::Unknown("the file has more grants than are judged".to_owned())
                    }
                    answer => answer,
                };
                Cell { caller, method, answer }
            })
            .collect();
        rows.push(Row { pattern: grant.pattern.clone(), cells });
    }
    rows
}

/// The answer at a path that need not have a block of its own.
pub fn answer_at(analysis: &Analysis, pattern: &[Segment], caller: Caller, method: Method) -> Answer {
    let prover = Prover::new(&analysis.compiled, &analysis.grants);
    match prover.ground(pattern) {
        Some(ground) => answer(&prover, pattern, &ground, caller, method),
        None => Answer::Never,
    }
}

fn answer(
    prover: &Prover<'_>,
    pattern: &[Segment],
    ground: &Ground,
    caller: Caller,
    method: Method,
) -> Answer {
    if prover.is_exhausted() {
        return Answer::Unknown("the file takes too long to be judged whole".to_owned());
    }
    let mut open: Vec<(&Grant, Rc<Residue>)> = Vec::new();
    let mut unknown = None;
    for (grant, site) in prover.sites(ground, method) {
        let Some(residue) = prover.residue(grant, ground, caller, method) else {
            if site.is_some() {
                return Answer::Always;
            }
            unknown = Some("a condition is too large to be taken apart");
            continue;
        };
        if residue.may == Outcomes::exactly(true) {
            return Answer::Always;
        }
        if residue.may.yes {
            open.push((grant, residue));
        }
    }
    if open.is_empty() {
        return unknown.map_or(Answer::Never, |why| Answer::Unknown(why.to_owned()));
    }
    let nothing = Fields::new();
    let target = Target { caller, method, locked: &nothing, free: Free::ALL };
    #[expect(clippy::single_match_else, reason = "two answers of one weight")]
    match witness(prover, pattern, ground, target, &open) {
        Some(proof) => Answer::Conditional {
            condition: condition(&open),
            at_will: is_at_will(prover, ground, target, &open),
            proof: Some(Box::new(proof)),
        },
        None => {
            let on = open.iter().fold(Sources::default(), |on, (_, residue)| on.and(residue.on));
            Answer::Unknown(unknown.map_or_else(|| undecided(prover, on), str::to_owned))
        }
    }
}

/// A request on the typical path; or on another of the same pattern, that conditions name.
fn witness(
    prover: &Prover<'_>,
    pattern: &[Segment],
    ground: &Ground,
    target: Target<'_>,
    open: &[(&Grant, Rc<Residue>)],
) -> Option<Proof> {
    let at = |ground: &Ground, now: i128| {
        prover.sites(ground, target.method).into_iter().find_map(|(grant, site)| {
            let (_, residue) = open.iter().find(|(other, _)| std::ptr::eq(*other, grant))?;
            prover.anyhow(&site?.with(Some(&residue.condition)), ground, target, now)
        })
    };
    let timed = open.iter().any(|(_, residue)| residue.on.has(Sources::TIME));
    let found = at(ground, prover.now).or_else(|| if timed { at(ground, TIMES[1]) } else { None });
    found.or_else(|| {
        let named = open.iter().any(|(_, residue)| residue.on.has(Sources::PATH));
        let paths = if named { other_paths(pattern, &ground.harvest) } else { Vec::new() };
        paths.into_iter().find_map(|path| {
            let other = prover.ground_at(path);
            let same = other.covering == ground.covering;
            if same { prover.briefly(|| at(&other, prover.now)) } else { None }
        })
    })
}

/// Is it so whatever is stored, once the right thing is sent?
fn is_at_will(
    prover: &Prover<'_>,
    ground: &Ground,
    target: Target<'_>,
    open: &[(&Grant, Rc<Residue>)],
) -> bool {
    let sent = Sources::SENT.and(Sources::QUERY);
    if open.iter().any(|(_, residue)| residue.on.is_within(sent)) {
        return true;
    }
    let others = Sources::OTHER.and(Sources::TOKEN).and(Sources::TIME);
    if open.iter().all(|(_, residue)| residue.on.has(others)) {
        return false;
    }
    let target = Target { free: Free::default(), ..target };
    let allowed = |world: &World| matches!(prover.attempt(ground, world, target), Attempt::Allowed(_));
    prover.briefly(|| worlds(&ground.harvest, target.caller, target.method).iter().skip(1).all(allowed))
}

fn undecided(prover: &Prover<'_>, on: Sources) -> String {
    if prover.is_exhausted() {
        return "the search took too long".to_owned();
    }
    let known = [
        (Sources::PATH, "the path"),
        (Sources::STORED, "what is stored"),
        (Sources::SENT, "what is sent"),
        (Sources::OTHER, "other documents"),
        (Sources::TIME, "the time"),
        (Sources::QUERY, "the query"),
        (Sources::TOKEN, "the token"),
        (Sources::OPAQUE, "something that is not modelled"),
    ];
    let on: Vec<&str> = known.iter().filter(|(source, _)| on.has(*source)).map(|(_, word)| *word).collect();
    format!("it depends on {}: no request was found, and none was ruled out", on.join(", "))
}

fn condition(open: &[(&Grant, Rc<Residue>)]) -> String {
    let mut said: Vec<String> = Vec::new();
    for (grant, residue) in open.iter().take(4) {
        let words = words(&residue.condition, &grant.captures());
        if !said.contains(&words) {
            said.push(words);
        }
    }
    said.join("; or ")
}
