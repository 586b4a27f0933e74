//! What a policy's expression looks like, beside what it evaluates to.

use super::{
    access::Command,
    caller::Caller,
    catalogue::{Catalogue, Condition, Policy, Relation},
    eval::evaluate,
    expr::{Expr, Is},
    truth::Truth,
};

impl Condition {
    /// Always true although it says more than `true`: `1 = 1`, `… or true`, `id = id`. A test of
    /// the caller's role alone is not meant: it says plainly who may.
    pub fn is_disguised_tautology(&self, relation: &Relation, catalogue: &Catalogue) -> bool {
        if self.expr == Expr::Bool(true) {
            return false;
        }
        let mut hollow = false;
        self.expr.walk(&mut |part| {
            hollow |= match part {
                Expr::Bool(true) => true,
                Expr::Binary { op, left, right } => op == "=" && left == right,
                _ => false,
            };
        });
        hollow
            && Caller::ALL
                .iter()
                .all(|caller| evaluate(&self.expr, *caller, relation, catalogue) == Truth::True)
    }

    /// The part that lets in exactly those who should be kept out: nobody signed in
    /// (`auth.uid() is null`), or everybody but the owner (`auth.uid() <> user_id`).
    pub fn inverted(&self) -> Option<Inversion> {
        inverted(&self.expr)
    }

    /// Does it trust what users write about themselves?
    pub fn reads_user_metadata(&self) -> bool {
        reads_user_metadata(&self.text)
    }

    /// Does it ask whether the caller signed in anonymously?
    pub fn asks_for_anonymity(&self) -> bool {
        self.text.contains("is_anonymous")
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Inversion {
    OnlyAnonymous,
    AllButOwner,
}

/// In SQL text.
pub fn reads_user_metadata(text: &str) -> bool {
    text.contains("user_metadata") || text.contains("raw_user_meta_data")
}

/// Alternatives count one by one; what else a conjunction asks is asked of everybody.
fn inverted(expr: &Expr) -> Option<Inversion> {
    match expr {
        Expr::Or(items) => items.iter().find_map(inverted),
        Expr::And(items) => {
            let mut found = items.iter().map(inverted);
            // `auth.uid() is null and token = …` is a second way in, not an inversion.
            found.next().flatten().filter(|_| items.len() == 1)
        }
        Expr::Is { expr, what: Is::Null, negated: false } if is_caller(expr) => {
            Some(Inversion::OnlyAnonymous)
        }
        Expr::Not(inner) => match &**inner {
            Expr::Is { expr, what: Is::Null, negated: true } if is_caller(expr) => {
                Some(Inversion::OnlyAnonymous)
            }
            Expr::Binary { op, left, right } if op == "=" => all_but_owner(left, right),
            _ => None,
        },
        Expr::Binary { op, left, right } if op == "<>" || op == "is distinct from" => {
            all_but_owner(left, right)
        }
        _ => None,
    }
}

fn all_but_owner(left: &Expr, right: &Expr) -> Option<Inversion> {
    let binds = |one: &Expr, other: &Expr| is_caller(one) && matches!(other, Expr::Name(_));
    (binds(left, right) || binds(right, left)).then_some(Inversion::AllButOwner)
}

fn is_caller(expr: &Expr) -> bool {
    matches!(expr, Expr::Call { name, args } if name == "auth.uid" && args.is_empty())
}

impl Policy {
    /// Is what it opens reported for what its expression looks like?
    pub fn is_oddly_shaped(&self, relation: &Relation, catalogue: &Catalogue) -> bool {
        self.conditions().any(|condition| {
            condition.is_disguised_tautology(relation, catalogue) || condition.inverted().is_some()
        })
    }

    /// The condition that decides about a command.
    pub fn deciding(&self, command: Command) -> Option<&Condition> {
        match command {
            Command::Insert => self.check.as_ref().or(self.using.as_ref()),
            _ => self.using.as_ref(),
        }
    }
}
