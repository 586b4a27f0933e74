//! What to send instead, so that a condition comes true.
//!
//! Walks a condition that is not (yet) what it should be, down to the comparisons that spoil it,
//! and says how the sent document would have to change. Guesses: every result is put to the
//! evaluator again.

use super::{
    super::{
        ast::{Expr, ExprKind, Operator},
        eval::{Eval, Evaluator, Frame},
        request::{Fields, Store},
        value::Outcomes,
    },
    Value,
    guess::{changed, of_kind, resized},
    origin::{Origin, Root, origin},
    sample::sample,
    site::ALLOWANCE,
    world::read,
};

/// Something that can be chosen, with the path of the field in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    Sent(Vec<String>),
    Stored(Vec<String>),
    /// Another document, by its path; without fields the document itself.
    Other(String, Vec<String>),
}

/// A change; without a value the field goes.
pub(crate) type Edit = (Place, Option<Value>);

/// What may be chosen besides what is sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Free {
    /// What the document holds.
    pub(crate) stored: bool,
    /// Which other documents there are.
    pub(crate) others: bool,
}

pub(crate) struct Repair<'r, 'e, 'f, 'x> {
    pub(crate) evaluator: &'r mut Evaluator<'e>,
    pub(crate) frame: &'r Frame<'f, 'x>,
    pub(crate) free: Free,
    pub(crate) sent: &'r Fields,
    pub(crate) stored: &'r Fields,
    pub(crate) others: &'r Store,
    /// Values for fields that are missing.
    pub(crate) plain: &'r Fields,
    /// Chooses between alternatives; advanced by each use.
    pub(crate) dice: &'r mut u64,
    pub(crate) edits: Vec<Edit>,
    /// Evaluations that are left.
    pub(crate) effort: u32,
}

impl<'x> Repair<'_, '_, '_, 'x> {
    /// Makes the expression come to `truth`, if it does not.
    pub(crate) fn want(&mut self, expr: &'x Expr, truth: bool) {
        let (now, _) = super::super::eval::outcomes(&self.value(expr));
        if now == Outcomes::exactly(truth) || self.effort == 0 {
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
                if let Some(path) = self.place(operand) {
                    let value = if truth { of_kind(&kind.text) } else { Value::Null };
                    self.set(path, value);
                }
            }
            ExprKind::Call { target: Some(target), name, args } => {
                self.method(expr, target, &name.text, args, truth);
            }
            ExprKind::Call { target: None, name, args } if name.text.starts_with("exists") => {
                let path = args.first().and_then(|path| self.document_path(path));
                if let Some(path) = path.filter(|_| self.free.others) {
                    self.edits.push((Place::Other(path, Vec::new()), truth.then(|| Value::map([]))));
                }
            }
            _ => match self.place(expr) {
                Some(path) => self.set(path, Value::Bool(truth)),
                None => self.supply(expr),
            },
        }
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

    fn value(&mut self, expr: &'x Expr) -> Eval {
        self.effort = self.effort.saturating_sub(1);
        self.evaluator.budget = ALLOWANCE;
        self.evaluator.read.clear();
        self.evaluator.eval(expr, self.frame)
    }

    fn throw(&mut self, sides: u64) -> u64 {
        // xorshift: the same throws in every run.
        *self.dice ^= *self.dice << 13;
        *self.dice ^= *self.dice >> 7;
        *self.dice ^= *self.dice << 17;
        *self.dice % sides
    }

    fn set(&mut self, place: Place, value: Value) {
        self.edits.push((place, Some(value)));
    }

    /// The field that an expression is, where that field can be chosen.
    fn place(&mut self, expr: &'x Expr) -> Option<Place> {
        let Origin { root, fields } = origin(expr).filter(|of| !of.fields.is_empty())?;
        match root {
            Root::Sent => Some(Place::Sent(fields)),
            Root::Stored if self.free.stored => Some(Place::Stored(fields)),
            Root::Other if self.free.others => {
                let path = self.document_path(path_read(expr)?)?;
                Some(Place::Other(path, fields))
            }
            _ => None,
        }
    }

    /// Below `documents`.
    fn document_path(&mut self, expr: &'x Expr) -> Option<String> {
        match self.value(expr) {
            Ok(Value::Path(segments)) if segments.len() >= 5 => Some(segments[3..].join("/")),
            _ => None,
        }
    }

    fn current(&self, place: &Place) -> Option<&Value> {
        match place {
            Place::Sent(path) => read(self.sent, path),
            Place::Stored(path) => read(self.stored, path),
            Place::Other(document, path) => read(self.others.get(document)?, path),
        }
    }

    fn usual(&self, place: &Place) -> Option<Value> {
        match place {
            Place::Sent(path) | Place::Stored(path) => read(self.plain, path).cloned(),
            Place::Other(..) => None,
        }
    }

    fn can_solve(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Call { target: Some(target), name, .. }
                if matches!(name.text.as_str(), "size" | "lower" | "upper" | "trim" | "toSet") =>
            {
                self.can_solve(target)
            }
            ExprKind::Binary(Operator::Add | Operator::Subtract, left, right) => {
                self.can_solve(left) || self.can_solve(right)
            }
            _ => origin(expr).is_some_and(|of| {
                !of.fields.is_empty()
                    && match of.root {
                        Root::Sent => true,
                        Root::Stored => self.free.stored,
                        Root::Other => self.free.others,
                        _ => false,
                    }
            }),
        }
    }

    /// Adds a field that an expression reads and misses.
    fn supply(&mut self, expr: &'x Expr) {
        let mut parts = Vec::new();
        expr.visit(&mut |part| {
            if self.can_solve(part) {
                parts.push(part);
            }
        });
        // The longest chain is visited first; its parents come with it.
        for part in parts {
            let Some(place) = self.place(part) else { continue };
            if self.current(&place).is_none() {
                let value = self.usual(&place).unwrap_or_else(|| Value::text("something"));
                return self.set(place, value);
            }
        }
    }

    fn comparison(&mut self, operator: Operator, left: &'x Expr, right: &'x Expr, truth: bool) {
        let before = self.edits.len();
        match (operator, truth) {
            (Operator::Equal, true) | (Operator::NotEqual, false) => self.equal(left, right),
            (Operator::Equal, false) | (Operator::NotEqual, true) => self.unequal(left, right),
            (Operator::In, _) => self.membership(left, right, truth),
            (operator, truth) => {
                let operator = if truth { operator } else { opposite(operator) };
                self.order(operator, left, right);
            }
        }
        if self.edits.len() == before {
            self.supply(left);
            self.supply(right);
        }
    }

    fn equal(&mut self, left: &'x Expr, right: &'x Expr) {
        for (place, other) in [(left, right), (right, left)] {
            if !self.can_solve(place) && key_subject(place).is_none() {
                continue;
            }
            let Ok(value) = self.value(other) else { continue };
            if value.is_open() {
                continue;
            }
            if let Some(subject) = key_subject(place) {
                self.keys(&subject, "hasOnly", &value, true);
                self.keys(&subject, "hasAll", &value, true);
            } else {
                self.solve(place, value);
            }
            return;
        }
    }

    fn unequal(&mut self, left: &'x Expr, right: &'x Expr) {
        let Some((place, other)) =
            [(left, right), (right, left)].into_iter().find(|(place, _)| self.can_solve(place))
        else {
            return;
        };
        let value = match self.value(other) {
            Ok(Value::Text(text)) => Value::Text(format!("{text}x")),
            Ok(Value::Int(int)) => Value::Int(int.wrapping_add(1)),
            Ok(Value::Bool(truth)) => Value::Bool(!truth),
            _ => self
                .place(place)
                .and_then(|place| self.usual(&place))
                .filter(|value| !matches!(value, Value::Null))
                .unwrap_or_else(|| Value::text("something")),
        };
        self.solve(place, value);
    }

    fn order(&mut self, operator: Operator, left: &'x Expr, right: &'x Expr) {
        let (place, other, operator) =
            if self.can_solve(left) { (left, right, operator) } else { (right, left, mirrored(operator)) };
        if !self.can_solve(place) {
            return;
        }
        let step = match operator {
            Operator::Less => -1,
            Operator::Greater => 1,
            _ => 0,
        };
        let value = match self.value(other) {
            Ok(Value::Int(int)) => Value::Int(int.saturating_add(step)),
            Ok(Value::Float(float)) => Value::Float(float + step as f64),
            Ok(Value::Time(time)) => Value::Time(time.saturating_add(i128::from(step) * 1_000_000_000)),
            Ok(Value::Duration(time)) => {
                Value::Duration(time.saturating_add(i128::from(step) * 1_000_000_000))
            }
            Ok(Value::Text(text)) if step > 0 => Value::Text(format!("{text}a")),
            Ok(Value::Text(text)) if step == 0 => Value::Text(text),
            Ok(Value::Text(_)) => Value::text(""),
            _ => return,
        };
        self.solve(place, value);
    }

    /// Gives the expression a value: a sent field, its size, or a sum with one.
    fn solve(&mut self, place: &'x Expr, value: Value) {
        if let Some(place) = self.place(place) {
            self.set(place, value);
            return;
        }
        match (&place.kind, value) {
            (ExprKind::Call { target: Some(target), name, .. }, Value::Int(size)) if name.text == "size" => {
                let Some(place) = self.place(target) else { return };
                let Ok(size) = usize::try_from(size) else { return };
                let now = self.current(&place).cloned().or_else(|| self.usual(&place));
                if size <= 4_000 {
                    self.set(place, resized(now, size));
                }
            }
            (ExprKind::Call { target: Some(target), name, .. }, value)
                if matches!(name.text.as_str(), "lower" | "upper" | "trim" | "toSet") =>
            {
                let value = match value {
                    Value::Set(items) => Value::List(items),
                    other => other,
                };
                self.solve(target, value);
            }
            (ExprKind::Binary(operator @ (Operator::Add | Operator::Subtract), left, right), value) => {
                let (unknown, known) = if self.can_solve(left) { (left, right) } else { (right, left) };
                let Ok(known) = self.value(known) else { return };
                let inverse = match (operator, self.can_solve(left)) {
                    (Operator::Add, _) => arithmetic(&value, &known, false),
                    (_, true) => arithmetic(&value, &known, true),
                    (_, false) => arithmetic(&known, &value, false),
                };
                if let Some(value) = inverse {
                    self.solve(unknown, value);
                }
            }
            _ => {}
        }
    }

    fn membership(&mut self, item: &'x Expr, container: &'x Expr, truth: bool) {
        if let Some(subject) = key_subject(container).or_else(|| whole(container)) {
            if let Ok(item) = self.value(item) {
                let name = if truth { "hasAll" } else { "hasAny" };
                self.keys(&subject, name, &Value::List(vec![item]), truth);
            }
            return;
        }
        if let Some(place) = self.place(container) {
            let Ok(item) = self.value(item) else { return };
            let value = match (self.current(&place), truth) {
                (Some(Value::Map(map)), _) => {
                    let Value::Text(key) = item else { return };
                    let mut map = map.clone();
                    if truth {
                        map.insert(key, Value::Bool(true));
                    } else {
                        map.remove(&key);
                    }
                    Value::Map(map)
                }
                (Some(Value::List(items)), true) => Value::List([items.as_slice(), &[item]].concat()),
                (Some(Value::List(items)), false) => {
                    Value::List(items.iter().filter(|other| **other != item).cloned().collect())
                }
                (_, true) => Value::List(vec![item]),
                (_, false) => Value::List(Vec::new()),
            };
            self.set(place, value);
            return;
        }
        if !self.can_solve(item) {
            return;
        }
        match self.value(container) {
            Ok(Value::List(items) | Value::Set(items)) if truth && !items.is_empty() => {
                let chosen = self.throw(items.len() as u64) as usize;
                self.solve(item, items[chosen].clone());
            }
            Ok(Value::Map(map)) if truth => {
                if let Some(key) = map.keys().next() {
                    self.solve(item, Value::text(key));
                }
            }
            Ok(_) if !truth => self.solve(item, Value::text("something else")),
            _ => {}
        }
    }

    fn method(&mut self, whole: &'x Expr, target: &'x Expr, name: &str, args: &'x [Expr], truth: bool) {
        if let Some(place) = self.place(whole) {
            self.set(place, Value::Bool(truth));
            return;
        }
        let before = self.edits.len();
        let argument = args.first().and_then(|arg| self.value(arg).ok());
        match (name, argument) {
            ("matches", Some(Value::Text(pattern))) if self.can_solve(target) => {
                let text = if truth { sample(&pattern) } else { Some("\u{1}".to_owned()) };
                if let Some(text) = text {
                    self.solve(target, Value::Text(text));
                }
            }
            ("hasOnly" | "hasAll" | "hasAny", Some(list)) => {
                if let Some(subject) = key_subject(target) {
                    self.keys(&subject, name, &list, truth);
                } else if self.can_solve(target) && truth {
                    let (Value::List(items) | Value::Set(items)) = list else { return };
                    self.solve(target, Value::List(items));
                } else if args.first().is_some_and(|arg| self.can_solve(arg)) && truth {
                    // `[…].hasAll(sent)`
                    if let Ok(Value::List(items) | Value::Set(items)) = self.value(target) {
                        self.solve(&args[0], Value::List(items));
                    }
                }
            }
            _ => {}
        }
        if self.edits.len() == before {
            self.supply(whole);
        }
    }

    /// Adds, removes or restores fields, so that the set of keys has what it must.
    fn keys(&mut self, subject: &Keys<'x>, name: &str, list: &Value, truth: bool) {
        let (Value::List(items) | Value::Set(items)) = list else { return };
        let listed: Vec<&str> = items
            .iter()
            .filter_map(|item| if let Value::Text(text) = item { Some(text.as_str()) } else { None })
            .collect();
        let base: Fields = match subject.against {
            None => Fields::new(),
            Some(against) => match self.value(against) {
                Ok(Value::Map(map)) => map,
                _ => return,
            },
        };
        let now: Fields = match subject.path.as_slice() {
            [] => self.sent.clone(),
            path => match read(self.sent, path) {
                Some(Value::Map(map)) => map.clone(),
                _ => Fields::new(),
            },
        };
        let all: Vec<String> = now.keys().chain(base.keys()).cloned().collect();
        match (name, truth) {
            ("hasOnly", true) => {
                for key in all.iter().filter(|key| !listed.contains(&key.as_str())) {
                    self.revert(subject, &base, key);
                }
            }
            ("hasAny", false) => {
                for key in all.iter().filter(|key| listed.contains(&key.as_str())) {
                    self.revert(subject, &base, key);
                }
            }
            ("hasAll", true) => listed.iter().for_each(|key| self.touch(subject, &base, &now, key)),
            ("hasAny", true) => {
                if !listed.is_empty() {
                    let chosen = self.throw(listed.len() as u64) as usize;
                    self.touch(subject, &base, &now, listed[chosen]);
                }
            }
            ("hasOnly", false) => self.touch(subject, &base, &now, "extra"),
            _ => {
                if let Some(key) = listed.first() {
                    self.revert(subject, &base, key);
                }
            }
        }
    }

    fn revert(&mut self, subject: &Keys<'x>, base: &Fields, key: &str) {
        let path = subject.path.iter().cloned().chain([key.to_owned()]).collect();
        self.edits.push((Place::Sent(path), base.get(key).cloned()));
    }

    fn touch(&mut self, subject: &Keys<'x>, base: &Fields, now: &Fields, key: &str) {
        let differs = now.get(key) != base.get(key);
        if differs || (subject.against.is_none() && now.contains_key(key)) {
            return;
        }
        let path: Vec<String> = subject.path.iter().cloned().chain([key.to_owned()]).collect();
        let value = match base.get(key) {
            Some(value) => changed(value),
            None => read(self.plain, &path).cloned().unwrap_or_else(|| Value::text("something")),
        };
        self.set(Place::Sent(path), value);
    }
}

/// A set of names of sent fields: all of them, or those that differ from something.
struct Keys<'x> {
    path: Vec<String>,
    against: Option<&'x Expr>,
}

fn key_subject(expr: &Expr) -> Option<Keys<'_>> {
    let ExprKind::Call { target: Some(target), name, args } = &expr.kind else { return None };
    match name.text.as_str() {
        "toSet" => key_subject(target),
        "keys" => document(target).map(|path| Keys { path, against: None }),
        "affectedKeys" | "changedKeys" | "addedKeys" | "removedKeys" => {
            let ExprKind::Call { target: Some(left), name, args } = &target.kind else { return None };
            let right = args.first().filter(|_| name.text == "diff")?;
            document(left)
                .map(|path| Keys { path, against: Some(right) })
                .or_else(|| document(right).map(|path| Keys { path, against: Some(left) }))
        }
        _ => None,
    }
    .filter(|_| args.is_empty())
}

fn whole(expr: &Expr) -> Option<Keys<'_>> {
    document(expr).filter(Vec::is_empty).map(|path| Keys { path, against: None })
}

/// The path of a sent map, also of the whole document.
fn document(expr: &Expr) -> Option<Vec<String>> {
    origin(expr).filter(|of| of.root == Root::Sent).map(|of| of.fields)
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

fn arithmetic(left: &Value, right: &Value, add: bool) -> Option<Value> {
    Some(match (left, right) {
        (Value::Int(a), Value::Int(b)) => {
            Value::Int(if add { a.checked_add(*b)? } else { a.checked_sub(*b)? })
        }
        (Value::Float(a), Value::Float(b)) => Value::Float(if add { a + b } else { a - b }),
        (Value::Time(a), Value::Duration(b)) => {
            Value::Time(if add { a.checked_add(*b)? } else { a.checked_sub(*b)? })
        }
        (Value::Duration(a), Value::Time(b)) if add => Value::Time(a.checked_add(*b)?),
        _ => return None,
    })
}

fn opposite(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::GreaterOrEqual,
        Operator::LessOrEqual => Operator::Greater,
        Operator::Greater => Operator::LessOrEqual,
        Operator::GreaterOrEqual => Operator::Less,
        other => other,
    }
}

fn mirrored(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        other => other,
    }
}
