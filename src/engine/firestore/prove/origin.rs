//! Where a value in a written-out condition comes from.

use super::super::ast::{Expr, ExprKind};

/// The root of a chain of fields.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Root {
    /// `request.resource.data`.
    Sent,
    /// `resource.data`.
    Stored,
    /// `request.auth.token`.
    Token,
    /// `request.auth.uid` and its other names.
    Uid,
    /// `request.auth.token.email`.
    Email,
    /// `get(…).data`.
    Other,
    /// A variable of the path, by its number.
    Capture(usize),
}

/// `request.resource.data.a.b` is `Sent` with `a`, `b`.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Origin {
    pub(crate) root: Root,
    pub(crate) fields: Vec<String>,
}

/// The chain of fields that an expression is, if it is one. `x['a']` and `x.get('a', d)` count.
pub(crate) fn origin(expr: &Expr) -> Option<Origin> {
    let (base, names) = chain(expr)?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let found =
        |root, rest: &[&str]| Origin { root, fields: rest.iter().map(|&name| name.to_owned()).collect() };
    match &base.kind {
        ExprKind::Variable(name) => Some(match (name.as_str(), names.as_slice()) {
            ("request", ["resource", "data", rest @ ..]) => found(Root::Sent, rest),
            ("resource", ["data", rest @ ..]) => found(Root::Stored, rest),
            ("request", ["auth", "uid"] | ["auth", "token", "sub" | "user_id" | "uid"]) => {
                found(Root::Uid, &[])
            }
            ("request", ["auth", "token", "email"]) => found(Root::Email, &[]),
            ("request", ["auth", "token", rest @ ..]) => found(Root::Token, rest),
            (name, []) => found(Root::Capture(name.strip_prefix('#')?.parse().ok()?), &[]),
            _ => return None,
        }),
        ExprKind::Call { name, .. } if matches!(name.text.as_str(), "get" | "getAfter") => {
            let ["data", rest @ ..] = names.as_slice() else { return None };
            Some(found(Root::Other, rest))
        }
        _ => None,
    }
}

/// The innermost expression and the fields read from it.
fn chain(expr: &Expr) -> Option<(&Expr, Vec<String>)> {
    let mut names = Vec::new();
    let mut at = expr;
    loop {
        match &at.kind {
            ExprKind::Member(inner, name) => {
                names.push(name.text.clone());
                at = inner;
            }
            ExprKind::Index(inner, index) => {
                let ExprKind::Text(name) = &index.kind else { return None };
                names.push(name.clone());
                at = inner;
            }
            ExprKind::Call { target: Some(inner), name, args } if name.text == "get" && args.len() == 2 => {
                match &args[0].kind {
                    ExprKind::Text(name) => names.push(name.clone()),
                    ExprKind::List(path) => {
                        for part in path.iter().rev() {
                            let ExprKind::Text(name) = &part.kind else { return None };
                            names.push(name.clone());
                        }
                    }
                    _ => return None,
                }
                at = inner;
            }
            ExprKind::Variable(_) | ExprKind::Call { target: None, .. } => break,
            // `firestore.get(…)` of a Storage rule.
            ExprKind::Call { target: Some(inner), .. } if matches!(&inner.kind, ExprKind::Variable(name) if name == "firestore") =>
            {
                break;
            }
            _ => return None,
        }
    }
    names.reverse();
    Some((at, names))
}

/// The literal an expression is.
pub(crate) fn literal(expr: &Expr) -> Option<super::Value> {
    use super::Value;
    Some(match &expr.kind {
        ExprKind::Null => Value::Null,
        ExprKind::Bool(value) => Value::Bool(*value),
        ExprKind::Int(value) => Value::Int(*value),
        ExprKind::Float(value) => Value::Float(*value),
        ExprKind::Text(value) => Value::text(value),
        ExprKind::List(items) => Value::List(items.iter().map(literal).collect::<Option<_>>()?),
        _ => return None,
    })
}
