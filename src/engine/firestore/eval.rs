//! Evaluates conditions, with values that may be unknown.
//!
//! One evaluator serves both ends: with everything known it answers as Google's engine does, with
//! unknown parts it answers which outcomes remain possible.

mod equality;
mod hash;
mod method;
mod operator;
mod package;
mod pattern;
mod text;
mod time;

use std::collections::BTreeSet;

use super::{
    ast::{Expr, ExprKind, Function, Name, Operator, PathPart},
    fault::{Fault, FaultKind},
    scope::{Level, PACKAGES, find_function},
    value::{Fields, Outcomes, Sources, Symbol, Unknown, Value},
};

pub(super) use self::text::is_pattern;

pub(super) type Eval = Result<Value, Fault>;

/// The engine's own limit for one request.
pub(super) const BUDGET: u32 = 1_000;

/// Nested evaluations, function calls included; deeper ones are left open.
const DEEPEST: u32 = 250;

/// Bytes of one value that an evaluation may build.
const HEAVIEST: usize = 1 << 16;

/// Comparisons of two items that one operation on collections may cost.
const MOST_COMPARED: usize = 1 << 18;

/// Where `get` and `exists` look.
pub(super) trait Documents {
    /// The document (`data`, `id`, `__name__`) at the segments below `documents`, as stored or as
    /// it will be after the writes.
    fn read(&self, path: &[String], after: bool) -> Found;
}

pub(super) enum Found {
    Document(Value),
    Nothing,
    /// Not known, and known to be so.
    Open,
}

/// All state of one request.
pub(super) struct Evaluator<'e> {
    pub(super) documents: &'e dyn Documents,
    /// Expressions left.
    pub(super) budget: u32,
    pub(super) exhausted: bool,
    /// Documents read so far, and how many are allowed.
    pub(super) read: BTreeSet<String>,
    pub(super) most_read: usize,
    pub(super) request: Value,
    pub(super) resource: Value,
    /// Is this a storage rule? Then documents are read through `firestore.get`.
    pub(super) storage: bool,
    pub(super) depth: u32,
}

/// Names in scope.
pub(super) struct Frame<'f, 'a> {
    pub(super) levels: &'f [Level<'a>],
    /// Captured segments with the level of their `match`.
    pub(super) captures: &'f [(usize, &'a str, Eval)],
    pub(super) locals: Vec<(&'a str, Eval)>,
}

impl<'a> Evaluator<'_> {
    /// The outcomes of a grant's condition, and what an open one depends on.
    pub(super) fn grants(
        &mut self,
        condition: Option<&'a Expr>,
        frame: &Frame<'_, 'a>,
    ) -> (Outcomes, Sources, Option<Fault>) {
        let Some(condition) = condition else { return (Outcomes::exactly(true), Sources::default(), None) };
        let result = self.eval(condition, frame);
        let (may, on) = outcomes(&result);
        let fault = match result {
            Err(fault) => Some(fault),
            Ok(Value::Bool(_) | Value::Unknown(_)) => None,
            Ok(other) => Some(Fault::types(other.kind(), "bool")),
        };
        (may, on, fault)
    }

    pub(super) fn eval(&mut self, expr: &'a Expr, frame: &Frame<'_, 'a>) -> Eval {
        if self.depth >= DEEPEST {
            return Err(Fault::unsupported("an expression nested this deeply"));
        }
        self.depth += 1;
        let result = self.eval_kind(expr, frame);
        self.depth -= 1;
        result
    }

    fn eval_kind(&mut self, expr: &'a Expr, frame: &Frame<'_, 'a>) -> Eval {
        self.charge(1)?;
        match &expr.kind {
            ExprKind::Null => Ok(Value::Null),
            ExprKind::Bool(value) => Ok(Value::Bool(*value)),
            ExprKind::Int(value) => Ok(Value::Int(*value)),
            ExprKind::Float(value) => Ok(Value::Float(*value)),
            ExprKind::Text(value) => Ok(Value::Text(value.clone())),
            ExprKind::Bytes(value) => Ok(Value::Bytes(value.clone())),
            ExprKind::List(items) => {
                let items = self.eval_all(items, frame)?;
                Self::gathered(items.iter()).map_or_else(|| bounded(Value::List(items)), Ok)
            }
            ExprKind::Map(entries) => self.map(entries, frame),
            ExprKind::Path(parts) => self.path(parts, frame),
            ExprKind::Variable(name) => self.variable(name, frame),
            ExprKind::Member(target, name) => {
                if let Some((value, depth)) = self.borrowed(expr, frame) {
                    let value = value.clone();
                    self.charge(depth)?;
                    return Ok(value);
                }
                self.eval(target, frame).and_then(|target| member(target, &name.text))
            }
            ExprKind::Index(target, index) => {
                let target = self.eval(target, frame)?;
                let index = self.eval(index, frame)?;
                method::index(target, &index)
            }
            ExprKind::Slice(target, from, to) => self.slice(target, from.as_deref(), to.as_deref(), frame),
            ExprKind::Call { target, name, args } => self.call(target.as_deref(), name, args, frame),
            ExprKind::Not(operand) => {
                let operand = self.eval(operand, frame)?;
                operator::not(operand)
            }
            ExprKind::Negate(operand) => {
                let operand = self.eval(operand, frame)?;
                operator::negate(&operand)
            }
            ExprKind::Binary(Operator::And, left, right) => self.connective(left, right, false, frame),
            ExprKind::Binary(Operator::Or, left, right) => self.connective(left, right, true, frame),
            ExprKind::Binary(operator, left, right) => {
                let left = self.eval(left, frame)?;
                let right = self.eval(right, frame)?;
                operator::binary(*operator, &left, &right)
            }
            ExprKind::Is(operand, kind) => {
                self.charge(1)?;
                let operand = self.eval(operand, frame)?;
                Ok(operator::is(&operand, &kind.text))
            }
            ExprKind::Ternary(parts) => self.ternary(parts, frame),
        }
    }

    /// A field of the request or the document that is there, without copying what is around it;
    /// and how many expressions lie below.
    fn borrowed(&self, expr: &Expr, frame: &Frame<'_, 'a>) -> Option<(&Value, u32)> {
        match &expr.kind {
            ExprKind::Member(target, name) => match self.borrowed(target, frame)? {
                (Value::Map(map), depth) => Some((map.get(&name.text)?, depth + 1)),
                _ => None,
            },
            ExprKind::Variable(name) => {
                let known = match name.as_str() {
                    "request" => &self.request,
                    "resource" => &self.resource,
                    _ => return None,
                };
                let hidden = frame.locals.iter().any(|(local, _)| local == name)
                    || frame.captures.iter().any(|(_, capture, _)| capture == name);
                (!hidden).then_some((known, 0))
            }
            _ => None,
        }
    }

    fn charge(&mut self, expressions: u32) -> Result<(), Fault> {
        if let Some(left) = self.budget.checked_sub(expressions) {
            self.budget = left;
            return Ok(());
        }
        // Sticky, because nothing makes up for it: whatever follows is charged and fails too.
        self.budget = 0;
        self.exhausted = true;
        Err(Fault::budget())
    }

    fn eval_all(&mut self, exprs: &'a [Expr], frame: &Frame<'_, 'a>) -> Result<Vec<Value>, Fault> {
        exprs.iter().map(|expr| self.eval(expr, frame)).collect()
    }

    fn map(&mut self, entries: &'a [(Expr, Expr)], frame: &Frame<'_, 'a>) -> Eval {
        let mut map = Fields::new();
        for (key, value) in entries {
            let key = match self.eval(key, frame)? {
                Value::Text(key) => key,
                Value::Unknown(unknown) => return Ok(Value::unknown(unknown.on)),
                other => return Err(Fault::types(other.kind(), "string")),
            };
            map.insert(key, self.eval(value, frame)?);
        }
        Self::gathered(map.values()).map_or_else(|| bounded(Value::Map(map)), Ok)
    }

    /// A literal with a part that may be an error may be one as a whole.
    fn gathered<'v>(mut parts: impl Iterator<Item = &'v Value> + Clone) -> Option<Value> {
        let fails = |part: &Value| matches!(part, Value::Unknown(unknown) if unknown.may.error);
        if !parts.clone().any(fails) {
            return None;
        }
        let on = parts.clone().fold(Sources::default(), |on, part| on.and(part.sources()));
        // Of others alone only where no part can be the caller's: the text may name an administrator.
        let is_others = parts.all(|part| equality::is_others(part) || matches!(part, Value::Null));
        Some(Value::unknown(if is_others { on } else { on.and(Sources::TOKEN) }))
    }

    fn path(&mut self, parts: &'a [PathPart], frame: &Frame<'_, 'a>) -> Eval {
        let mut segments = Vec::with_capacity(parts.len());
        let (mut open, mut fails): (Option<Sources>, bool) = (None, false);
        for part in parts {
            match part {
                PathPart::Literal(text) => {
                    self.charge(1)?;
                    segments.push(text.clone());
                }
                PathPart::Hole(name) => segments.push(format!("{{{name}}}")),
                PathPart::Computed(expr) => match self.eval(expr, frame)? {
                    Value::Text(text) => segments.push(text),
                    Value::Int(int) => segments.push(int.to_string()),
                    Value::Path(inner) => segments.extend(inner),
                    Value::Unknown(unknown) => {
                        open = Some(open.unwrap_or_default().and(unknown.on));
                        fails |= unknown.may.error;
                    }
                    Value::Null => return Err(Fault::null()),
                    other => return Err(Fault::types(other.kind(), "string")),
                },
            }
        }
        match open {
            Some(on) => Ok(Value::truth(Outcomes::EITHER.with_error(fails), on.and(Sources::PATH))),
            None => bounded(Value::Path(segments)),
        }
    }

    fn variable(&mut self, name: &str, frame: &Frame<'_, 'a>) -> Eval {
        if let Some((_, value)) = frame.locals.iter().rev().find(|(local, _)| *local == name) {
            return value.clone();
        }
        let seen =
            |(level, capture, _): &&(usize, &str, Eval)| *capture == name && *level < frame.levels.len();
        if let Some((_, _, value)) = frame.captures.iter().rev().find(seen) {
            return value.clone();
        }
        match name {
            "request" => Ok(self.request.clone()),
            "resource" => Ok(self.resource.clone()),
            _ => Err(Fault::null()),
        }
    }

    fn slice(
        &mut self,
        target: &'a Expr,
        from: Option<&'a Expr>,
        to: Option<&'a Expr>,
        frame: &Frame<'_, 'a>,
    ) -> Eval {
        let target = self.eval(target, frame)?;
        let from = from.map(|from| self.eval(from, frame)).transpose()?;
        let to = to.map(|to| self.eval(to, frame)).transpose()?;
        method::slice(&target, from.as_ref(), to.as_ref())
    }

    /// `&&` and `||`: an operand that decides also decides over the other's error.
    fn connective(&mut self, left: &'a Expr, right: &'a Expr, or: bool, frame: &Frame<'_, 'a>) -> Eval {
        let first = self.eval(left, frame);
        let (first_may, first_on) = outcomes(&first);
        if first_may == Outcomes::exactly(or) {
            return Ok(Value::Bool(or));
        }
        self.charge(1)?;
        let second = self.eval(right, frame);
        let (second_may, second_on) = outcomes(&second);
        let may = if or { first_may.or(second_may) } else { first_may.and(second_may) };
        if may == Outcomes::exactly(true) || may == Outcomes::exactly(false) {
            return Ok(Value::Bool(may.yes));
        }
        if may == Outcomes::ERROR {
            let fault = [first, second].into_iter().find_map(|result| match result {
                Ok(Value::Bool(_) | Value::Unknown(_)) => None,
                Ok(other) => Some(Fault::operation(format!("{} in && or ||", other.kind()))),
                Err(fault) => Some(fault),
            });
            return Err(fault.unwrap_or_else(|| Fault::types("unknown", "bool")));
        }
        // What cannot matter any more is no condition: `false && x` and `true || x`.
        let decided = |may: Outcomes| may == Outcomes::exactly(!or);
        let on = match (decided(first_may), decided(second_may)) {
            (true, _) => second_on,
            (_, true) => first_on,
            _ => first_on.and(second_on),
        };
        Ok(Value::truth(may, on))
    }

    fn ternary(&mut self, [condition, then, otherwise]: &'a [Expr; 3], frame: &Frame<'_, 'a>) -> Eval {
        self.charge(1)?;
        let condition = self.eval(condition, frame)?;
        match condition {
            Value::Bool(true) => self.eval(then, frame),
            Value::Bool(false) => {
                self.charge(2)?;
                self.eval(otherwise, frame)
            }
            Value::Unknown(unknown) => {
                let (then, otherwise) = (self.eval(then, frame), self.eval(otherwise, frame));
                Ok(operator::either(unknown, &then, &otherwise))
            }
            other => Err(Fault::types(other.kind(), "bool")),
        }
    }

    fn call(
        &mut self,
        target: Option<&'a Expr>,
        name: &'a Name,
        args: &'a [Expr],
        frame: &Frame<'_, 'a>,
    ) -> Eval {
        let Some(target) = target else {
            if let Some((function, sees)) = find_function(frame.levels, &name.text) {
                return self.function(function, sees, args, frame);
            }
            if self.storage && READS.contains(&name.text.as_str()) {
                return Err(Fault::no_function(&name.text));
            }
            return self.built_in(&name.text, args, frame);
        };
        if let ExprKind::Variable(package) = &target.kind {
            if PACKAGES.contains(&package.as_str()) {
                let args = self.eval_all(args, frame)?;
                return package::call(package, &name.text, &args).and_then(bounded);
            }
            if self.storage && package == "firestore" {
                return self.built_in(&name.text, args, frame);
            }
        }
        let target = self.eval(target, frame)?;
        let args = self.eval_all(args, frame)?;
        method::call(&target, &name.text, &args).and_then(bounded)
    }

    /// Arguments and bindings are evaluated once; their errors matter only where they are used.
    fn function(
        &mut self,
        function: &'a Function,
        sees: usize,
        args: &'a [Expr],
        frame: &Frame<'_, 'a>,
    ) -> Eval {
        if args.len() != function.params.len() {
            let message = format!(
                "Incorrect number of arguments. Received: {}. Expected: {}({}).",
                args.len(),
                function.name.text,
                function.params.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(",")
            );
            return Err(Fault::new(FaultKind::Function, message));
        }
        let mut locals: Vec<(&'a str, Eval)> = Vec::new();
        for (param, arg) in function.params.iter().zip(args) {
            let value = self.eval(arg, frame);
            locals.push((&param.text, value));
        }
        let mut inner = Frame { levels: &frame.levels[..sees], captures: frame.captures, locals };
        for (name, value) in &function.lets {
            self.charge(1)?;
            let value = self.eval(value, &inner);
            inner.locals.push((&name.text, value));
        }
        self.eval(&function.body, &inner)
    }

    fn built_in(&mut self, name: &str, args: &'a [Expr], frame: &Frame<'_, 'a>) -> Eval {
        let short = args.first().is_some_and(is_no_document);
        let args = self.eval_all(args, frame)?;
        let [arg] = args.as_slice() else { return Err(Fault::no_function(name)) };
        if short && arg.is_open() && READS.contains(&name) {
            return Err(service_error(name, arg));
        }
        match name {
            "get" | "getAfter" => match self.document(name, arg)? {
                Found::Document(document) => Ok(document),
                Found::Nothing => Err(service_error(name, arg)),
                Found::Open => Ok(Value::Unknown(Unknown {
                    may: Outcomes::ANY,
                    on: Sources::OTHER,
                    symbol: Symbol::Document,
                })),
            },
            "exists" | "existsAfter" => match self.document(name, arg)? {
                Found::Document(_) => Ok(Value::Bool(true)),
                Found::Nothing => Ok(Value::Bool(false)),
                // Where the path may be an error, so may the answer.
                Found::Open => {
                    let fails = matches!(arg, Value::Unknown(unknown) if unknown.may.error);
                    Ok(Value::truth(Outcomes::EITHER.with_error(fails), Sources::OTHER))
                }
            },
            "debug" => Ok(arg.clone()),
            "int" | "float" | "string" | "path" => text::convert(name, arg),
            _ => Err(Fault::no_function(name)),
        }
    }

    fn document(&mut self, function: &str, arg: &Value) -> Result<Found, Fault> {
        let segments = match arg {
            Value::Path(segments) => segments,
            Value::Unknown(_) => return Ok(Found::Open),
            Value::Null => return Err(Fault::null()),
            other => return Err(Fault::operation(format!("{function}({})", other.kind()))),
        };
        let below = match segments.as_slice() {
            [databases, _, documents, below @ ..] if databases == "databases" && documents == "documents" => {
                below
            }
            _ => return Err(service_error(function, arg)),
        };
        if below.is_empty() || below.len() % 2 == 1 || below.iter().any(String::is_empty) {
            return Err(service_error(function, arg));
        }
        let after = function.ends_with("After");
        let found = self.documents.read(below, after);
        if !matches!(found, Found::Open) {
            self.read.insert(below.join("/"));
            if self.read.len() > self.most_read {
                return Err(service_error(function, arg));
            }
        }
        Ok(found)
    }
}

const READS: [&str; 4] = ["get", "exists", "getAfter", "existsAfter"];

/// A path that begins with another word than `databases`, whatever comes after.
fn is_no_document(path: &Expr) -> bool {
    let ExprKind::Path(parts) = &path.kind else { return false };
    matches!(parts.first(), Some(PathPart::Literal(first)) if first != "databases")
}

fn service_error(function: &str, arg: &Value) -> Fault {
    let shown = text::shown(arg);
    Fault::new(
        FaultKind::Document,
        format!("Service call error. Function: [{function}], Argument: [{shown}]."),
    )
}

/// A field of a map, or of something unknown.
pub(super) fn member(target: Value, field: &str) -> Eval {
    match target {
        Value::Map(map) => map.get(field).cloned().ok_or_else(|| Fault::missing(field)),
        Value::Null => Err(Fault::null()),
        Value::Unknown(unknown) => open_member(unknown, field),
        other => Err(Fault::types(other.kind(), "map,path")),
    }
}

fn open_member(unknown: Unknown, field: &str) -> Eval {
    let kept = |symbol| Value::Unknown(Unknown { symbol, ..unknown });
    match (unknown.symbol, field) {
        (Symbol::Document, "data") => Ok(kept(Symbol::Fields)),
        (Symbol::Document, "id" | "__name__") => {
            Ok(Value::Unknown(Unknown { symbol: Symbol::Any, on: unknown.on.and(Sources::PATH), ..unknown }))
        }
        (Symbol::Document, _) => Err(Fault::missing(field)),
        (Symbol::Any | Symbol::Fields, _) => Ok(Value::unknown(unknown.on)),
        (Symbol::Now(_), _) => Err(Fault::types("timestamp", "map,path")),
        _ => Err(Fault::types("string", "map,path")),
    }
}

/// What a result may come to as a truth value.
pub(in crate::engine::firestore) fn outcomes(result: &Eval) -> (Outcomes, Sources) {
    match result {
        Ok(Value::Bool(value)) => (Outcomes::exactly(*value), Sources::default()),
        Ok(Value::Unknown(Unknown { may, on, symbol: Symbol::Any })) => (*may, *on),
        Err(fault) if fault.kind == FaultKind::Unsupported => (Outcomes::ANY, Sources::OPAQUE),
        Ok(_) | Err(_) => (Outcomes::ERROR, Sources::default()),
    }
}

/// Lists and sets are compared item by item, so the time is the product of their sizes.
fn comparable(left: &Value, right: &Value) -> Result<(), Fault> {
    few_pairs(size(left), size(right))
}

fn comparable_fields(left: &Fields, right: &Fields) -> Result<(), Fault> {
    few_pairs(left.values().map(size).sum(), right.values().map(size).sum())
}

fn few_pairs(left: usize, right: usize) -> Result<(), Fault> {
    let many = left.saturating_mul(right) > MOST_COMPARED;
    if many { Err(Fault::unsupported("collections this large")) } else { Ok(()) }
}

/// Items in lists and sets, roughly.
fn size(value: &Value) -> usize {
    match value {
        Value::List(_) | Value::Set(_) => value.weight() / 8,
        Value::Map(map) => map.values().map(size).sum(),
        _ => 0,
    }
}

/// Keeps doubling expressions from doubling for ever.
fn bounded(value: Value) -> Eval {
    if value.weight() > HEAVIEST { Err(Fault::unsupported("a value this large")) } else { Ok(value) }
}
