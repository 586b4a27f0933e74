//! Expressions, by precedence climbing.

use super::{Lost, Parsed, Parser, RESERVED};
use crate::engine::firestore::{
    ast::{Expr, ExprKind, Name, Operator, PathPart, Span},
    token::Word,
};

/// The compiler's own limit for the height of an expression.
const HIGHEST: u32 = 99;

/// Our limit for what the compiler does not count, such as `a.b.c.…`.
const DEEPEST: u32 = 400;

/// Types that `is` knows.
const TYPES: [&str; 17] = [
    "bool",
    "bytes",
    "constraint",
    "duration",
    "float",
    "int",
    "latlng",
    "list",
    "vector",
    "set",
    "number",
    "map",
    "string",
    "timestamp",
    "path",
    "map_diff",
    "boolean",
];

impl Parser {
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.depth += 1;
        if self.depth > HIGHEST + 1 {
            return self.too_complex();
        }
        let condition = self.binary(0)?;
        let read = if self.take("?") { self.ternary(condition) } else { Ok(condition) };
        self.depth -= 1;
        read
    }

    fn ternary(&mut self, condition: Expr) -> Parsed<Expr> {
        let then = self.expression()?;
        self.expect(":")?;
        let otherwise = self.expression()?;
        let span = condition.span.to(otherwise.span);
        self.node(ExprKind::Ternary(Box::new([condition, then, otherwise])), span)
    }

    /// Binary operators that bind at least as tightly as `least`, all to the left.
    fn binary(&mut self, least: u8) -> Parsed<Expr> {
        let mut left = self.unary()?;
        loop {
            if self.is_name("is") && least <= 3 {
                self.at += 1;
                let kind = self.type_name()?;
                let span = left.span.to(kind.span);
                left = self.node(ExprKind::Is(Box::new(left), kind), span)?;
                continue;
            }
            let Some((operator, strength)) = self.operator().filter(|(_, strength)| *strength >= least)
            else {
                return Ok(left);
            };
            self.at += 1;
            let right = self.binary(strength + 1)?;
            let span = left.span.to(right.span);
            left = self.node(ExprKind::Binary(operator, Box::new(left), Box::new(right)), span)?;
        }
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        Some(match self.word() {
            Word::Sign("||") => (Operator::Or, 1),
            Word::Sign("&&") => (Operator::And, 2),
            Word::Name(name) if name == "in" => (Operator::In, 3),
            Word::Sign("==") => (Operator::Equal, 4),
            Word::Sign("!=") => (Operator::NotEqual, 4),
            Word::Sign("<") => (Operator::Less, 5),
            Word::Sign("<=") => (Operator::LessOrEqual, 5),
            Word::Sign(">") => (Operator::Greater, 5),
            Word::Sign(">=") => (Operator::GreaterOrEqual, 5),
            Word::Sign("+") => (Operator::Add, 6),
            Word::Sign("-") => (Operator::Subtract, 6),
            Word::Sign("*") => (Operator::Multiply, 7),
            Word::Sign("/") => (Operator::Divide, 7),
            Word::Sign("%") => (Operator::Remainder, 7),
            _ => return None,
        })
    }

    fn type_name(&mut self) -> Parsed<Name> {
        let span = self.span();
        let Word::Name(text) = self.word().clone() else {
            return self.unexpected("a type's name after `is`");
        };
        // `boolean` is the common mistake for `bool`.
        if !TYPES.contains(&text.as_str()) || text == "boolean" {
            return self.lost(format!("`{}` is not a type that `is` knows", super::shortened(&text)));
        }
        self.at += 1;
        Ok(Name { text, span })
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let start = self.span();
        if self.is("--") || self.is("++") {
            return self.lost("increment and decrement are not supported");
        }
        let negate = self.is("-");
        if !negate && !self.is("!") {
            return self.postfix();
        }
        self.at += 1;
        if negate && self.is("-") {
            return self.unexpected("an operand of `-`");
        }
        self.depth += 1;
        if self.depth > HIGHEST + 1 {
            return self.too_complex();
        }
        let operand = self.unary()?;
        self.depth -= 1;
        let span = start.to(operand.span);
        let kind = if negate { negated(operand) } else { ExprKind::Not(Box::new(operand)) };
        self.node(kind, span)
    }

    fn postfix(&mut self) -> Parsed<Expr> {
        let mut target = self.primary()?;
        loop {
            if self.take(".") {
                let name = self.member_name()?;
                let mut span = target.span.to(name.span);
                let kind = if self.take("(") {
                    let args = self.items(")")?;
                    span = span.to(self.previous());
                    ExprKind::Call { target: Some(Box::new(target)), name, args }
                } else {
                    ExprKind::Member(Box::new(target), name)
                };
                target = self.node(kind, span)?;
            } else if self.take("[") {
                target = self.subscript(target)?;
            } else {
                return Ok(target);
            }
        }
    }

    fn subscript(&mut self, target: Expr) -> Parsed<Expr> {
        let start = target.span;
        let from = if self.is(":") { None } else { Some(Box::new(self.expression()?)) };
        let kind = match from {
            Some(index) if !self.is(":") => ExprKind::Index(Box::new(target), index),
            from => {
                self.expect(":")?;
                let to = if self.is("]") { None } else { Some(Box::new(self.expression()?)) };
                ExprKind::Slice(Box::new(target), from, to)
            }
        };
        self.expect("]")?;
        let span = start.to(self.previous());
        self.node(kind, span)
    }

    /// After a dot keywords are names too.
    fn member_name(&mut self) -> Parsed<Name> {
        let span = self.span();
        match self.word().clone() {
            Word::Name(text) if text != "service" && text != "rules_version" => {
                self.at += 1;
                Ok(Name { text, span })
            }
            _ => self.unexpected("a field's or function's name"),
        }
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let span = self.span();
        let kind = match self.word().clone() {
            Word::Int(digits) => self.int(digits)?,
            Word::Float(float) => ExprKind::Float(float),
            Word::Text(text) => ExprKind::Text(text),
            Word::Bytes(Some(bytes)) => ExprKind::Bytes(bytes),
            Word::Bytes(None) => return self.lost("invalid bytes literal"),
            Word::Name(name) => match name.as_str() {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                "null" => ExprKind::Null,
                other if RESERVED.contains(&other) => return self.unexpected("an expression"),
                _ => return self.variable_or_call(name, span),
            },
            Word::PathText(_) | Word::PathOpen => return self.path(),
            Word::Sign("(") => return self.group(),
            Word::Sign("[") => {
                self.at += 1;
                ExprKind::List(self.items("]")?)
            }
            Word::Sign("{") => {
                self.at += 1;
                ExprKind::Map(self.entries()?)
            }
            _ => return self.unexpected("an expression"),
        };
        if !matches!(kind, ExprKind::List(_) | ExprKind::Map(_)) {
            self.at += 1;
        }
        let span = span.to(self.previous());
        self.node(kind, span)
    }

    /// Only the smallest integer has a magnitude without a positive counterpart.
    fn int(&mut self, digits: Option<u64>) -> Parsed<ExprKind> {
        if let Some(int) = digits.and_then(|digits| i64::try_from(digits).ok()) {
            return Ok(ExprKind::Int(int));
        }
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        if digits == Some(1 << 63) && before.is_some_and(|token| token.word == Word::Sign("-")) {
            return Ok(ExprKind::Int(i64::MIN));
        }
        self.lost("the number does not fit into 64 bits")
    }

    fn variable_or_call(&mut self, text: String, span: Span) -> Parsed<Expr> {
        self.at += 1;
        if !self.take("(") {
            return self.node(ExprKind::Variable(text), span);
        }
        let args = self.items(")")?;
        let whole = span.to(self.previous());
        self.node(ExprKind::Call { target: None, name: Name { text, span }, args }, whole)
    }

    /// Parentheses leave no node, but the compiler counts them.
    fn group(&mut self) -> Parsed<Expr> {
        let start = self.span();
        self.at += 1;
        let mut inner = self.expression()?;
        self.expect(")")?;
        inner.span = start.to(self.previous());
        inner.height += 1;
        if inner.height > HIGHEST { self.too_complex() } else { Ok(inner) }
    }

    /// Expressions up to the closing sign; a comma may follow the last.
    fn items(&mut self, close: &str) -> Parsed<Vec<Expr>> {
        let mut items = Vec::new();
        while !self.take(close) {
            items.push(self.expression()?);
            if !self.is(close) {
                self.expect(",")?;
            }
        }
        Ok(items)
    }

    fn entries(&mut self) -> Parsed<Vec<(Expr, Expr)>> {
        let mut entries = Vec::new();
        while !self.take("}") {
            let key = self.expression()?;
            self.expect(":")?;
            entries.push((key, self.expression()?));
            if !self.is("}") {
                self.expect(",")?;
            }
        }
        Ok(entries)
    }

    fn path(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let mut parts = Vec::new();
        while self.is_path() {
            if let Word::PathText(text) = self.word().clone() {
                self.at += 1;
                parts.push(PathPart::Literal(text));
                continue;
            }
            self.at += 1;
            if self.take("$") {
                self.expect("(")?;
                parts.push(PathPart::Computed(self.expression()?));
                self.expect(")")?;
            } else {
                self.expect("{")?;
                parts.push(PathPart::Hole(self.name("a variable's name")?.text));
                if self.take("=") && !self.take("**") {
                    self.expect("*")?;
                }
                self.expect("}")?;
            }
        }
        let span = start.to(self.previous());
        // A slash that ends a path divides nothing.
        if self.is("/") && self.span().start == span.end {
            return self.lost("a slash must be followed by a name or `$(…)`");
        }
        self.node(ExprKind::Path(parts), span)
    }

    /// Puts the heights together and holds the limits.
    fn node(&mut self, kind: ExprKind, span: Span) -> Parsed<Expr> {
        let mut expr = Expr { kind, span, height: 0, nesting: 0 };
        let parts = expr.parts();
        let nesting = 1 + parts.iter().map(|part| part.nesting).max().unwrap_or(0);
        let highest = parts.iter().map(|part| part.height).max().unwrap_or(0);
        expr.height = match &expr.kind {
            ExprKind::Member(inner, _) => inner.height,
            ExprKind::Index(target, index) => target.height.max(index.height + 1),
            ExprKind::Slice(target, from, to) => {
                let bounds = from.iter().chain(to).map(|bound| bound.height + 1).max().unwrap_or(0);
                target.height.max(bounds)
            }
            ExprKind::Call { target: Some(target), args, .. } => {
                target.height.max(1 + args.iter().map(|arg| arg.height).max().unwrap_or(0))
            }
            _ => highest + 1,
        };
        expr.nesting = nesting;
        if expr.height > HIGHEST || nesting > DEEPEST { self.too_complex() } else { Ok(expr) }
    }

    fn too_complex<T>(&mut self) -> Parsed<T> {
        self.mistake("the expression is too complex to evaluate safely");
        // Nothing useful follows: the rest would be the tail of the same expression.
        self.at = self.tokens.len().saturating_sub(1);
        Err(Lost)
    }
}

/// `-9223372036854775808` was read as its own negation already.
fn negated(operand: Expr) -> ExprKind {
    match operand.kind {
        ExprKind::Int(i64::MIN) => ExprKind::Int(i64::MIN),
        _ => ExprKind::Negate(Box::new(operand)),
    }
}
