//! What to send instead, so that a condition comes true.
//!
//! Walks a condition that is not (yet) what it should be, down to the comparisons that spoil it,
//! and says how what can be chosen would have to change. Guesses: every result is put to the
//! evaluator again.

use std::collections::HashMap;

use super::{
    super::{
        ast::{Expr, ExprKind, Operator},
        eval::{Eval, Evaluator, Frame, outcomes},
        value::Outcomes,
    },
    Value,
    guess::of_kind,
    harvest::Harvest,
    origin::{Root, origin},
    site::ALLOWANCE,
    state::{Edit, Free, Place, State},
    world::{neutral, read},
};

pub(crate) struct Repair<'r, 'e, 'f, 'x> {
    pub(crate) evaluator: &'r mut Evaluator<'e>,
    pub(crate) frame: &'r Frame<'f, 'x>,
    pub(crate) free: Free,
    pub(crate) state: &'r State,
    pub(crate) harvest: &'r Harvest,
    /// Values for fields that are missing.
    pub(crate) plain: &'r super::super::request::Fields,
    /// Chooses between alternatives; advanced by each use.
    pub(crate) dice: &'r mut u64,
    pub(crate) edits: Vec<Edit>,
    /// Expressions that may still be evaluated.
    pub(crate) effort: u32,
    /// What parts of the condition come to, by where they lie: nothing changes while it is walked.
    pub(crate) weighed: HashMap<*const Expr, Outcomes>,
}

impl<'x> Repair<'_, '_, '_, 'x> {
    /// Makes the expression come to `truth`, if it does not.
    pub(crate) fn want(&mut self, expr: &'x Expr, truth: bool) {
        if self.weigh(expr) == Outcomes::exactly(truth) || self.effort == 0 {
            return;
        }
        match &expr.kind {
            ExprKind::Not(inner) => self.want(inner, !truth),
            ExprKind::Binary(Operator::And, left, right) => self.connective(left, right, truth, truth),
            ExprKind::Binary(Operator::Or, left, right) => self.connective(left, right, !truth, truth),
            ExprKind::Ternary(parts) => {
                let [condition, then, otherwise] = &**parts;
                let choice = self.throw(2) == 0;
                self.want(condition, choice);
                self.want(if choice { then } else { otherwise }, truth);
            }
            ExprKind::Binary(operator, left, right) => self.comparison(*operator, left, right, truth),
            ExprKind::Is(operand, kind) => {
                let value = if truth { of_kind(&kind.text) } else { Value::Null };
                self.solve_or_supply(operand, value);
            }
            ExprKind::Call { target: Some(target), name, args } => {
                self.method(expr, target, &name.text, args, truth);
            }
            ExprKind::Call { target: None, name, args } if name.text.starts_with("exists") => {
                let path = args.first().and_then(|path| self.document_path(path));
                match path.filter(|_| self.free.others) {
                    Some(path) => {
                        self.edits.push((Place::Other(path, Vec::new()), truth.then(|| Value::map([]))));
                    }
                    None => self.supply(expr),
                }
            }
            _ => self.solve_or_supply(expr, Value::Bool(truth)),
        }
    }

    /// What the expression comes to as a truth value. A connective is put together from its sides, so
    /// that the walk down to what spoils it evaluates each part once.
    fn weigh(&mut self, expr: &'x Expr) -> Outcomes {
        if let Some(known) = self.weighed.get(&std::ptr::from_ref(expr)) {
            return *known;
        }
        let may = match &expr.kind {
            ExprKind::Not(inner) => self.weigh(inner).negated(),
            ExprKind::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
                let is_or = *operator == Operator::Or;
                let left = self.weigh(left);
                if left == Outcomes::exactly(is_or) {
                    left
                } else {
                    let right = self.weigh(right);
                    if is_or { left.or(right) } else { left.and(right) }
                }
            }
            _ => outcomes(&self.value(expr)).0,
        };
        self.weighed.insert(expr, may);
        may
    }

    fn connective(&mut self, left: &'x Expr, right: &'x Expr, both: bool, truth: bool) {
        if both {
            self.want(left, truth);
            self.want(right, truth);
        } else if self.throw(2) == 0 {
            self.want(left, truth);
        } else {
            self.want(right, truth);
        }
    }

    fn solve_or_supply(&mut self, expr: &'x Expr, value: Value) {
        if self.can_solve(expr) {
            self.solve(expr, value);
        } else {
            self.supply(expr);
        }
    }

    pub(super) fn value(&mut self, expr: &'x Expr) -> Eval {
        self.evaluator.budget = ALLOWANCE;
        self.evaluator.read.clear();
        let value = self.evaluator.eval(expr, self.frame);
        self.effort = self.effort.saturating_sub(4 + ALLOWANCE - self.evaluator.budget);
        value
    }

    pub(super) fn throw(&mut self, sides: u64) -> u64 {
        // xorshift: the same throws in every run.
        *self.dice ^= *self.dice << 13;
        *self.dice ^= *self.dice >> 7;
        *self.dice ^= *self.dice << 17;
        *self.dice % sides
    }

    pub(super) fn set(&mut self, place: Place, value: Value) {
        self.edits.push((place, Some(value)));
    }

    /// The field that an expression is, where that field can be chosen.
    pub(super) fn place(&mut self, expr: &'x Expr) -> Option<Place> {
        self.resolve(expr).filter(|place| *place == Place::Uid || !place.fields().is_empty())
    }

    /// The same, also of whole documents.
    pub(super) fn resolve(&mut self, expr: &'x Expr) -> Option<Place> {
        if let Some(of) = origin(expr) {
            return match of.root {
                Root::Sent => Some(Place::Sent(of.fields)),
                Root::Stored if self.free.stored => Some(Place::Stored(of.fields)),
                Root::Token if self.free.claims => Some(Place::Token(of.fields)),
                Root::Email if self.free.claims => Some(Place::Token(vec!["email".to_owned()])),
                Root::Uid if self.free.claims => Some(Place::Uid),
                Root::Other if self.free.others => {
                    let path = self.document_path(path_read(expr)?)?;
                    Some(Place::Other(path, of.fields))
                }
                _ => None,
            };
        }
        match &expr.kind {
            ExprKind::Member(inner, name) => self.resolve(inner)?.with(name.text.clone()),
            ExprKind::Index(inner, index) => {
                let place = self.resolve(inner)?;
                match self.value(index) {
                    Ok(Value::Text(name)) => place.with(name),
                    _ => None,
                }
            }
            ExprKind::Call { target: Some(inner), name, args } if name.text == "get" && args.len() == 2 => {
                let place = self.resolve(inner)?;
                match self.value(&args[0]) {
                    Ok(Value::Text(name)) => place.with(name),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Below `documents`.
    pub(super) fn document_path(&mut self, expr: &'x Expr) -> Option<String> {
        match self.value(expr) {
            Ok(Value::Path(segments)) if segments.len() >= 5 && segments.len() % 2 == 1 => {
                Some(segments[3..].join("/"))
            }
            _ => None,
        }
    }

    pub(super) fn current(&self, place: &Place) -> Option<&Value> {
        let world = &self.state.world;
        match place {
            Place::Sent(path) => read(&self.state.sent, path),
            Place::Stored(path) => read(&world.stored, path),
            Place::Other(document, path) => read(world.others.get(document)?, path),
            Place::Token(path) => match &world.auth {
                Value::Map(auth) => match auth.get("token")? {
                    Value::Map(token) => read(token, path),
                    _ => None,
                },
                _ => None,
            },
            Place::Uid => match &world.auth {
                Value::Map(auth) => auth.get("uid"),
                _ => None,
            },
        }
    }

    pub(super) fn usual(&self, place: &Place) -> Option<Value> {
        let of = |field: &super::harvest::Field| {
            let constant = field.constants.iter().find(|value| !matches!(value, Value::Null));
            constant.cloned().unwrap_or_else(|| neutral(field))
        };
        match place {
            Place::Sent(path) | Place::Stored(path) => read(self.plain, path).cloned(),
            Place::Other(_, path) => self.harvest.others.get(path).map(of),
            Place::Token(path) => self.harvest.claims.get(path)?.first().cloned(),
            Place::Uid => None,
        }
    }

    /// Adds a field, or a document, that an expression reads and misses.
    pub(super) fn supply(&mut self, expr: &'x Expr) {
        let mut parts = Vec::new();
        expr.visit(&mut |part| parts.push(part));
        // The longest chain is visited first; its parents come with it.
        for part in parts {
            if self.effort == 0 {
                return;
            }
            match &part.kind {
                ExprKind::Member(..) | ExprKind::Index(..) => {
                    let Some(place) = self.place(part) else { continue };
                    if self.current(&place).is_none() {
                        let value = self.usual(&place).unwrap_or_else(|| Value::text("something"));
                        return self.set(place, value);
                    }
                }
                ExprKind::Call { target: None, name, args }
                    if self.free.others && matches!(name.text.as_str(), "get" | "getAfter") =>
                {
                    let path = args.first().and_then(|arg| self.document_path(arg));
                    let Some(path) = path else { continue };
                    if !self.state.world.others.contains_key(&path) {
                        return self.set(Place::Other(path, Vec::new()), Value::map([]));
                    }
                }
                _ => {}
            }
        }
    }
}

/// The path that a chain of fields is read from, with `get`.
fn path_read(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Call { target: None, args, .. } => args.first(),
        ExprKind::Member(inner, _)
        | ExprKind::Index(inner, _)
        | ExprKind::Call { target: Some(inner), .. } => path_read(inner),
        _ => None,
    }
}
