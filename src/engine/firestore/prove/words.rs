//! A condition in words.

use std::fmt::Write as _;

use super::{
    super::ast::{Expr, ExprKind, Operator},
    origin::{Root, origin},
};

const LONGEST: usize = 240;

/// What a written-out condition asks for; cut off where it grows long.
pub fn words(condition: &Expr, captures: &[&str]) -> String {
    let mut out = String::new();
    say(condition, captures, &mut out, 0);
    if out.len() > LONGEST {
        out.truncate(out.floor_char_boundary(LONGEST));
        out.push('…');
    }
    out
}

fn say(expr: &Expr, captures: &[&str], out: &mut String, depth: usize) {
    if out.len() > LONGEST || depth > 60 {
        return;
    }
    let sub = |inner: &Expr, out: &mut String| say(inner, captures, out, depth + 1);
    if let Some(of) = origin(expr) {
        let fields = of.fields.join(".");
        let text = match of.root {
            Root::Uid => "the caller's id".to_owned(),
            Root::Email => "the caller's e-mail address".to_owned(),
            Root::Sent if fields.is_empty() => "the sent document".to_owned(),
            Root::Stored if fields.is_empty() => "the stored document".to_owned(),
            Root::Sent => format!("the sent {fields}"),
            Root::Stored => format!("the stored {fields}"),
            Root::Token => format!("the claim {fields}"),
            Root::Other => format!("{fields} of another document"),
            Root::Capture(index) => format!("{{{}}}", captures.get(index).copied().unwrap_or("?")),
        };
        return out.push_str(&text);
    }
    match &expr.kind {
        ExprKind::Binary(Operator::NotEqual, left, right) if is_auth(left) && is_null(right) => {
            out.push_str("the caller is signed in");
        }
        ExprKind::Binary(Operator::Equal, left, right) if is_auth(left) && is_null(right) => {
            out.push_str("the caller is not signed in");
        }
        ExprKind::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
            let other = if *operator == Operator::And { Operator::Or } else { Operator::And };
            for (at, side) in [left, right].into_iter().enumerate() {
                if at == 1 {
                    out.push_str(if *operator == Operator::And { " and " } else { " or " });
                }
                let grouped = matches!(&side.kind, ExprKind::Binary(inner, ..) if *inner == other);
                out.push_str(if grouped { "(" } else { "" });
                sub(side, out);
                out.push_str(if grouped { ")" } else { "" });
            }
        }
        ExprKind::Binary(operator, left, right) => {
            sub(left, out);
            out.push_str(match operator {
                Operator::Equal => " is ",
                Operator::NotEqual => " is not ",
                Operator::In => " is in ",
                _ => "",
            });
            if !matches!(operator, Operator::Equal | Operator::NotEqual | Operator::In) {
                let _ = write!(out, " {} ", operator.symbol());
            }
            sub(right, out);
        }
        ExprKind::Not(inner) => {
            out.push_str("not (");
            sub(inner, out);
            out.push(')');
        }
        ExprKind::Is(inner, kind) => {
            sub(inner, out);
            let _ = write!(out, " is of type {}", kind.text);
        }
        ExprKind::Ternary(parts) => {
            let [condition, then, otherwise] = &**parts;
            for (word, part) in [("if ", condition), (" then ", then), (" else ", otherwise)] {
                out.push_str(word);
                sub(part, out);
            }
        }
        ExprKind::Call { target: None, name, args } if name.text.starts_with("exists") => {
            for arg in args {
                sub(arg, out);
            }
            out.push_str(" exists");
        }
        ExprKind::Call { target, name, args } => {
            if let Some(target) = target {
                sub(target, out);
                out.push('.');
            }
            out.push_str(&name.text);
            list(args, captures, out, depth, ('(', ')'));
        }
        ExprKind::List(items) => list(items, captures, out, depth, ('[', ']')),
        ExprKind::Path(parts) => {
            use super::super::ast::PathPart;
            for part in parts.iter().skip(3) {
                out.push('/');
                match part {
                    PathPart::Literal(text) => out.push_str(text),
                    PathPart::Computed(inner) => sub(inner, out),
                    PathPart::Hole(name) => drop(write!(out, "{{{name}}}")),
                }
            }
        }
        ExprKind::Member(inner, name) => {
            sub(inner, out);
            out.push('.');
            out.push_str(&name.text);
        }
        ExprKind::Index(inner, index) => {
            sub(inner, out);
            list(std::slice::from_ref(index), captures, out, depth, ('[', ']'));
        }
        ExprKind::Slice(target, ..) => {
            sub(target, out);
            out.push_str("[…]");
        }
        ExprKind::Negate(inner) => {
            out.push('-');
            sub(inner, out);
        }
        ExprKind::Null => out.push_str("null"),
        ExprKind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        ExprKind::Int(value) => out.push_str(&value.to_string()),
        ExprKind::Float(value) => out.push_str(&value.to_string()),
        // A long text may be a secret.
        ExprKind::Text(text) if text.len() >= 20 => {
            let _ = write!(out, "'{}…'", text.chars().take(4).collect::<String>());
        }
        ExprKind::Text(text) => drop(write!(out, "'{text}'")),
        ExprKind::Bytes(_) | ExprKind::Map(_) => out.push('…'),
        ExprKind::Variable(name) => out.push_str(name),
    }
}

fn list(
    items: &[impl std::borrow::Borrow<Expr>],
    captures: &[&str],
    out: &mut String,
    depth: usize,
    ends: (char, char),
) {
    out.push(ends.0);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        say(item.borrow(), captures, out, depth + 1);
    }
    out.push(ends.1);
}

fn is_auth(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Member(inner, name)
        if name.text == "auth" && matches!(&inner.kind, ExprKind::Variable(root) if root == "request"))
}

fn is_null(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Null)
}
