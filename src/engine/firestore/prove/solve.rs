//! Comparisons turned round: what a field must hold, so that they come out as wanted.

use super::{
    super::ast::{Expr, ExprKind, Operator},
    Value,
    guess::resized,
    origin::literal,
    repair::Repair,
    sample::sample,
    state::Place,
};

/// Methods that a wanted value passes through, more or less.
const THROUGH: [&str; 6] = ["lower", "upper", "trim", "toSet", "size", "toMillis"];

impl<'x> Repair<'_, '_, '_, 'x> {
    /// Can the expression be given a value, by choosing what it is made of?
    pub(super) fn can_solve(&mut self, expr: &'x Expr) -> bool {
        match &expr.kind {
            ExprKind::Call { target: Some(target), name, .. } if THROUGH.contains(&name.text.as_str()) => {
                self.can_solve(target) || self.key_subject(target).is_some()
            }
            ExprKind::Call { target: None, name, args }
                if matches!(name.text.as_str(), "int" | "float" | "string" | "debug" | "path") =>
            {
                args.first().is_some_and(|arg| self.can_solve(arg))
            }
            ExprKind::Binary(Operator::Add | Operator::Subtract, left, right) => {
                self.can_solve(left) || self.can_solve(right)
            }
            ExprKind::Ternary(parts) => self.can_solve(&parts[1]) || self.can_solve(&parts[2]),
            ExprKind::Index(inner, index) => {
                self.place(expr).is_some()
                    || (matches!(index.kind, ExprKind::Int(_)) && self.can_solve(indexed(inner)))
            }
            ExprKind::Slice(inner, ..) => self.can_solve(inner),
            _ => self.place(expr).is_some(),
        }
    }

    pub(super) fn comparison(&mut self, operator: Operator, left: &'x Expr, right: &'x Expr, truth: bool) {
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
        let mut sides = [(left, right), (right, left)];
        if self.throw(4) == 0 {
            sides.reverse();
        }
        for (place, other) in sides {
            let subject = self.key_subject(place);
            if subject.is_none() && !self.can_solve(place) {
                continue;
            }
            let Ok(value) = self.value(other) else { continue };
            if value.is_open() {
                continue;
            }
            if let Some(subject) = subject {
                self.keys(&subject, "hasOnly", &value, true);
                self.keys(&subject, "hasAll", &value, true);
            } else {
                self.solve(place, value);
            }
            return;
        }
    }

    fn unequal(&mut self, left: &'x Expr, right: &'x Expr) {
        let sides = [(left, right), (right, left)];
        let Some((place, other)) = sides.into_iter().find(|(place, _)| self.can_solve(place)) else { return };
        let value = match self.value(other) {
            Ok(Value::Text(text)) => Value::Text(format!("{text}x")),
            Ok(Value::Int(int)) => Value::Int(int.wrapping_add(1)),
            Ok(Value::Bool(truth)) => Value::Bool(!truth),
            Ok(Value::List(_)) => Value::List(vec![Value::text("something")]),
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
        // An hour: clocks differ, and a request takes its time.
        let moved = |time: i128| time.saturating_add(i128::from(step) * 3_600_000_000_000);
        let value = match self.value(other) {
            Ok(Value::Int(int)) => Value::Int(int.saturating_add(step)),
            Ok(Value::Float(float)) => Value::Float(float + step as f64),
            Ok(Value::Time(time)) => Value::Time(moved(time)),
            Ok(Value::Duration(time)) => Value::Duration(moved(time)),
            Ok(Value::Text(text)) if step > 0 => Value::Text(format!("{text}a")),
            Ok(Value::Text(text)) if step == 0 => Value::Text(text),
            Ok(Value::Text(_)) => Value::text(""),
            _ => return,
        };
        self.solve(place, value);
    }

    /// Gives the expression a value: a field, its size, a part of it, or a sum with it.
    pub(super) fn solve(&mut self, expr: &'x Expr, value: Value) {
        if let Some(place) = self.place(expr) {
            let value = if let Value::Set(items) = value { Value::List(items) } else { value };
            return self.set(place, value);
        }
        match &expr.kind {
            ExprKind::Call { target: Some(target), name, .. } => {
                self.through(target, &name.text, value);
            }
            ExprKind::Call { target: None, name, args } if args.len() == 1 => {
                let value = match (name.text.as_str(), value) {
                    ("int" | "float", Value::Int(int)) => Value::text(int.to_string()),
                    ("string", Value::Text(text)) => text.parse().map_or(Value::Text(text), Value::Int),
                    ("path", Value::Path(segments)) => Value::text(segments.join("/")),
                    (_, value) => value,
                };
                self.solve(&args[0], value);
            }
            ExprKind::Ternary(parts) => self.choose(parts, value),
            ExprKind::Binary(operator @ (Operator::Add | Operator::Subtract), left, right) => {
                self.sum(*operator, left, right, &value);
            }
            ExprKind::Index(inner, index) => self.item(inner, index, value),
            ExprKind::Slice(inner, from, _) => {
                let before = match from.as_deref().and_then(literal) {
                    Some(Value::Int(from)) => usize::try_from(from).unwrap_or(0).min(1_000),
                    _ => 0,
                };
                if let Value::Text(text) = value {
                    self.solve(inner, Value::Text(format!("{}{text}", "a".repeat(before))));
                }
            }
            _ => {}
        }
    }

    fn through(&mut self, target: &'x Expr, name: &str, value: Value) {
        match (name, value) {
            ("size", Value::Int(size)) => {
                let Ok(size) = usize::try_from(size) else { return };
                if let Some(subject) = self.key_subject(target) {
                    return self.key_count(&subject, size);
                }
                let place = self.place(target);
                let now =
                    place.and_then(|place| self.current(&place).cloned().or_else(|| self.usual(&place)));
                if size <= 4_000 {
                    self.solve(target, resized(now, size));
                }
            }
            ("toMillis", Value::Int(millis)) => {
                self.solve(target, Value::Time(i128::from(millis) * 1_000_000));
            }
            ("toSet", Value::Set(items)) => self.solve(target, Value::List(items)),
            (_, value) if THROUGH.contains(&name) => self.solve(target, value),
            _ => {}
        }
    }

    /// A branch that can give the value, and the condition that leads there.
    fn choose(&mut self, parts: &'x [Expr; 3], value: Value) {
        let [condition, then, otherwise] = parts;
        let mut branches = [(then, true), (otherwise, false)];
        if self.throw(2) == 0 {
            branches.reverse();
        }
        for (branch, truth) in branches {
            let is_it = literal(branch).is_some_and(|literal| literal == value);
            if is_it || self.can_solve(branch) {
                self.want(condition, truth);
                if !is_it {
                    self.solve(branch, value);
                }
                return;
            }
        }
    }

    fn sum(&mut self, operator: Operator, left: &'x Expr, right: &'x Expr, value: &Value) {
        let is_left = self.can_solve(left);
        let (unknown, known) = if is_left { (left, right) } else { (right, left) };
        let Ok(known) = self.value(known) else { return };
        let inverse = match (operator, is_left, value, &known) {
            (Operator::Add, true, Value::Text(whole), Value::Text(end)) => {
                whole.strip_suffix(end.as_str()).map(Value::text)
            }
            (Operator::Add, false, Value::Text(whole), Value::Text(start)) => {
                whole.strip_prefix(start.as_str()).map(Value::text)
            }
            (Operator::Add, ..) => arithmetic(value, &known, false),
            (_, true, ..) => arithmetic(value, &known, true),
            (_, false, ..) => arithmetic(&known, value, false),
        };
        if let Some(value) = inverse {
            self.solve(unknown, value);
        }
    }

    /// `list[1]`, or `text.split('-')[1]`.
    fn item(&mut self, inner: &'x Expr, index: &'x Expr, value: Value) {
        let Some(Value::Int(at)) = literal(index) else { return };
        let at = usize::try_from(at).unwrap_or(0).min(100);
        let filled = |mut items: Vec<Value>, value: Value| {
            while items.len() <= at {
                items.push(Value::text("something"));
            }
            items[at] = value;
            items
        };
        match &inner.kind {
            ExprKind::Call { target: Some(target), name, args } if name.text == "split" => {
                let Some(Value::Text(between)) = args.first().and_then(literal) else { return };
                let (Some(between), Value::Text(_)) = (sample(&between), &value) else { return };
                let parts = filled(Vec::new(), value);
                let parts: Vec<&str> =
                    parts.iter().map(|part| if let Value::Text(text) = part { text } else { "" }).collect();
                self.solve(target, Value::Text(parts.join(&between)));
            }
            _ => {
                let place = self.place(inner);
                let now = match place.as_ref().and_then(|place| self.current(place)) {
                    Some(Value::List(items)) => items.clone(),
                    _ => Vec::new(),
                };
                self.solve(inner, Value::List(filled(now, value)));
            }
        }
    }

    fn membership(&mut self, item: &'x Expr, container: &'x Expr, truth: bool) {
        let whole = |place: &Place| *place != Place::Uid && place.fields().is_empty();
        let subject = match self.key_subject(container) {
            Some(subject) => Some(subject),
            None => self.resolve(container).filter(whole).map(super::keys::Keys::all),
        };
        if let Some(subject) = subject {
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

    pub(super) fn method(
        &mut self,
        whole: &'x Expr,
        target: &'x Expr,
        name: &str,
        args: &'x [Expr],
        truth: bool,
    ) {
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
                if let Some(subject) = self.key_subject(target) {
                    self.keys(&subject, name, &list, truth);
                } else if self.can_solve(target) {
                    let (Value::List(items) | Value::Set(items)) = list else { return };
                    self.solve(target, Value::List(if truth { items } else { Vec::new() }));
                } else if truth && args.first().is_some_and(|arg| self.can_solve(arg)) {
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
}

/// What a `split` is made of, or the list itself.
fn indexed(inner: &Expr) -> &Expr {
    match &inner.kind {
        ExprKind::Call { target: Some(target), name, .. } if name.text == "split" => target,
        _ => inner,
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
        (Value::Time(a), Value::Time(b)) if !add => Value::Duration(a.checked_sub(*b)?),
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
