//! What a caller can do under each `.read` and `.write`, with the request that shows it.
//!
//! First nothing is known of the database: what a rule grants then, it grants always. Else values
//! are tried until the rule grants something. A search that finds nothing proves nothing; only a
//! rule that is false whatever the database holds is [`Reach::Never`].

mod search;
mod witness;

use std::cell::Cell;

use self::search::Search;
pub use self::witness::Witness;
use super::{
    document::Span,
    tree::{Name, RuleKind, Ruleset},
};

/// Who asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Caller {
    /// Without an account.
    Anonymous,
    /// Any account, for keys that are not its own.
    Stranger,
    /// The account whose id stands in the path.
    Owner,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Task {
    Read,
    Write,
    Delete,
}

#[derive(Clone, Debug)]
pub enum Reach {
    /// Whatever the database holds; the witness is there where the data could be found.
    Always(Option<Witness>),
    /// While the database holds what the witness says.
    InState(Witness),
    /// For queries that ask for the caller's own id only.
    ByQuery,
    Never,
    Unknown(String),
}

/// One rule that grants, and to whom.
#[derive(Clone, Debug)]
pub struct Grant {
    /// From the root down.
    pub path: Vec<Name>,
    pub kind: RuleKind,
    pub span: Span,
    pub reaches: Vec<(Caller, Task, Reach)>,
}

#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// In the order of the tree, outer nodes first.
    pub grants: Vec<Grant>,
    /// More rules than are judged.
    pub incomplete: bool,
}

/// Rules judged; a real file has some dozen.
const RULES: usize = 500;

/// What all searches of one file may take together, in expressions evaluated; a real file needs a tenth.
const EFFORT: u64 = 1_500_000;

impl Survey {
    /// `now` in milliseconds since 1970.
    pub fn of(rules: &Ruleset, now: f64) -> Self {
        let mut survey = Self::default();
        let left = Cell::new(EFFORT);
        rules.root.visit(&mut Vec::new(), &mut |nodes| {
            let Some(last) = nodes.last() else { return };
            for rule in [&last.read, &last.write].into_iter().flatten() {
                if survey.grants.len() >= RULES {
                    survey.incomplete = true;
                    return;
                }
                let search = Search::new(rules, nodes, rule, now, &left);
                let reaches =
                    questions(rule.kind).map(|(caller, task)| (caller, task, search.reach(caller, task)));
                survey.grants.push(Grant {
                    path: nodes.iter().skip(1).map(|node| node.name.clone()).collect(),
                    kind: rule.kind,
                    span: rule.span,
                    reaches: reaches.collect(),
                });
            }
        });
        survey
    }
}

fn questions(kind: RuleKind) -> impl Iterator<Item = (Caller, Task)> {
    let tasks: &[Task] = if kind == RuleKind::Read { &[Task::Read] } else { &[Task::Write, Task::Delete] };
    let callers = [Caller::Anonymous, Caller::Stranger, Caller::Owner];
    callers.into_iter().flat_map(move |caller| tasks.iter().map(move |task| (caller, *task)))
}

impl Grant {
    pub fn reach(&self, caller: Caller, task: Task) -> Option<&Reach> {
        let mut all = self.reaches.iter();
        all.find(|(who, what, _)| *who == caller && *what == task).map(|(.., reach)| reach)
    }

    /// `/users/$uid`.
    pub fn shown(&self) -> String {
        if self.path.is_empty() {
            return "/".to_owned();
        }
        let names = self.path.iter().map(|name| match name {
            Name::Root => "/",
            Name::Fixed(name) | Name::Capture(name) => name,
        });
        names.fold(String::new(), |shown, name| shown + "/" + name)
    }
}

/// Is the first path at or below the second? Variables may have any name.
pub fn is_below(path: &[Name], above: &[Name]) -> bool {
    let meets = |(one, other): (&Name, &Name)| match (one, other) {
        (Name::Fixed(one), Name::Fixed(other)) => one == other,
        (Name::Fixed(_) | Name::Capture(_), Name::Capture(_)) | (Name::Root, Name::Root) => true,
        _ => false,
    };
    path.len() >= above.len() && path.iter().zip(above).all(meets)
}

impl Reach {
    pub const fn is_always(&self) -> bool {
        matches!(self, Self::Always(_))
    }

    pub fn witness(&self) -> Option<&Witness> {
        match self {
            Self::Always(witness) => witness.as_ref(),
            Self::InState(witness) => Some(witness),
            _ => None,
        }
    }
}
