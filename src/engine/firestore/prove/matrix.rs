//! Every path, class of callers and method with its answer.

use super::{
    super::{
        Analysis,
        access::{self, Access, Grant, Principal},
        ast::Segment,
        request::{Fields, Method},
        value::Outcomes,
    },
    Attempt, Caller, Free, Ground, Proof, Prover, Target, words,
    world::worlds,
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
    let prover = Prover::new(&analysis.compiled, &analysis.grants);
    let mut rows: Vec<Row> = Vec::new();
    for grant in analysis.grants.iter().filter(|grant| grant.rooted && grant.service == "cloud.firestore") {
        if rows.iter().any(|row| row.pattern == grant.pattern) {
            continue;
        }
        let Some(ground) = prover.ground(&grant.pattern) else { continue };
        let cells = Caller::ALL
            .into_iter()
            .flat_map(|caller| Method::ALL.map(|method| (caller, method)))
            .map(|(caller, method)| Cell { caller, method, answer: answer(&prover, &ground, caller, method) })
            .collect();
        rows.push(Row { pattern: grant.pattern.clone(), cells });
    }
    rows
}

/// The answer at a path that need not have a block of its own.
pub fn answer_at(analysis: &Analysis, pattern: &[Segment], caller: Caller, method: Method) -> Answer {
    let prover = Prover::new(&analysis.compiled, &analysis.grants);
    match prover.ground(pattern) {
        Some(ground) => answer(&prover, &ground, caller, method),
        None => Answer::Never,
    }
}

fn answer(prover: &Prover<'_>, ground: &Ground, caller: Caller, method: Method) -> Answer {
    let sites = prover.sites(ground, method);
    let mut open: Vec<&Grant> = Vec::new();
    let mut unknown = None;
    for (grant, _) in &sites {
        match abstractly(grant, caller, method) {
            Access::Always => return Answer::Always,
            Access::Never => {}
            Access::Unknown(why) => unknown = Some(why),
            Access::Depends(_) | Access::Reached | Access::InState => open.push(grant),
        }
    }
    if open.is_empty() {
        return unknown.map_or(Answer::Never, |why| Answer::Unknown(why.to_owned()));
    }
    let nothing = Fields::new();
    let target = Target { caller, method, locked: &nothing, free: Free::default() };
    let (mut shown, mut everywhere) = (None, true);
    for world in worlds(&ground.harvest, caller, method) {
        match prover.attempt(ground, &world, target) {
            Attempt::Allowed(proof) => shown = shown.or(Some(proof)),
            Attempt::Refused | Attempt::Undecided(_) => everywhere = false,
        }
        if shown.is_some() && !everywhere {
            break;
        }
    }
    if shown.is_none() {
        let free = Target { free: Free { stored: caller != Caller::Owner, others: true }, ..target };
        let world = worlds(&ground.harvest, caller, method).into_iter().next();
        shown = world.and_then(|world| match prover.attempt(ground, &world, free) {
            Attempt::Allowed(proof) => Some(proof),
            _ => None,
        });
        everywhere = false;
    }
    if shown.is_none() {
        let why = unknown.unwrap_or("no request was found, and none was ruled out");
        return Answer::Unknown(why.to_owned());
    }
    Answer::Conditional { condition: condition(&open), at_will: everywhere, proof: shown }
}

/// The abstract layer's word for any class.
fn abstractly(grant: &Grant, caller: Caller, method: Method) -> Access {
    let known = match caller {
        Caller::Anonymous => grant.access(Principal::Anonymous, method),
        Caller::Stranger => grant.access(Principal::Stranger, method),
        _ => None,
    };
    if let Some(known) = known {
        return known;
    }
    let Some(condition) = &grant.flat else {
        return if grant.conditional {
            Access::Unknown("the condition is too large to be taken apart")
        } else {
            Access::Always
        };
    };
    let (may, on) = access::flat_outcome(grant, condition, caller, method);
    match may {
        _ if may == Outcomes::exactly(true) => Access::Always,
        Outcomes { yes: false, .. } => Access::Never,
        _ => Access::Depends(on),
    }
}

fn condition(grants: &[&Grant]) -> String {
    let mut said: Vec<String> = Vec::new();
    for grant in grants.iter().take(4) {
        let Some(condition) = &grant.flat else { continue };
        let words = words(condition, &grant.captures());
        if !said.contains(&words) {
            said.push(words);
        }
    }
    said.join("; or ")
}
