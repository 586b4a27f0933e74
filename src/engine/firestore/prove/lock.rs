//! A condition in which some sent fields are known.
//!
//! The abstract evaluator knows a sent document wholly or not at all. Where a few fields are given,
//! they are written into the condition instead, with what they say about its set of keys.

use super::{
    super::{
        ast::{Expr, ExprKind},
        request::Fields,
    },
    Value,
    origin::{Origin, Root, literal, origin},
};

/// The condition with these fields sent; `stored` is absent for a create.
pub(crate) fn locked(condition: &Expr, sent: &Fields, stored: Option<&Fields>) -> Expr {
    let mut condition = condition.clone();
    write(&mut condition, sent, stored);
    condition
}

fn write(expr: &mut Expr, sent: &Fields, stored: Option<&Fields>) {
    if let Some(kind) = known(expr, sent, stored) {
        expr.kind = kind;
        return;
    }
    for part in parts(expr) {
        write(part, sent, stored);
    }
}

fn known(expr: &Expr, sent: &Fields, stored: Option<&Fields>) -> Option<ExprKind> {
    if let Some(Origin { root: Root::Sent, fields }) = origin(expr)
        && let [field] = fields.as_slice()
    {
        return sent.get(field).and_then(written);
    }
    match &expr.kind {
        ExprKind::Binary(super::super::ast::Operator::In, item, container) => {
            let ExprKind::Text(key) = &item.kind else { return None };
            let about = whole(container) || keys_of(container).is_some_and(|keys| keys == Keys::All);
            (about && sent.contains_key(key)).then_some(ExprKind::Bool(true))
        }
        ExprKind::Call { target: Some(target), name, args } => {
            let keys = keys_of(target)?;
            let Some(Value::List(listed)) = args.first().and_then(literal) else { return None };
            let mut there =
                sent.iter().filter(|(key, value)| keys.has(key, value, stored)).map(|(key, _)| key);
            let is_listed = |key: &String| listed.contains(&Value::text(key));
            match name.text.as_str() {
                "hasOnly" => there.any(|key| !is_listed(key)).then_some(ExprKind::Bool(false)),
                "hasAny" => there.any(is_listed).then_some(ExprKind::Bool(true)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Which set of the sent document's keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Keys {
    All,
    Affected,
    Changed,
    Added,
}

impl Keys {
    fn has(self, key: &str, value: &Value, stored: Option<&Fields>) -> bool {
        let old = stored.and_then(|stored| stored.get(key));
        match self {
            Self::All => true,
            Self::Affected => old != Some(value),
            Self::Changed => old.is_some_and(|old| old != value),
            Self::Added => old.is_none(),
        }
    }
}

fn keys_of(expr: &Expr) -> Option<Keys> {
    let ExprKind::Call { target: Some(target), name, .. } = &expr.kind else { return None };
    let diff = |keys| match &target.kind {
        ExprKind::Call { target: Some(left), name, args } if name.text == "diff" => {
            let stored = args.first().and_then(origin);
            let stored = stored.is_some_and(|of| of.root == Root::Stored && of.fields.is_empty());
            (whole(left) && stored).then_some(keys)
        }
        _ => None,
    };
    match name.text.as_str() {
        "toSet" => keys_of(target),
        "keys" => whole(target).then_some(Keys::All),
        "affectedKeys" => diff(Keys::Affected),
        "changedKeys" => diff(Keys::Changed),
        "addedKeys" => diff(Keys::Added),
        _ => None,
    }
}

fn whole(expr: &Expr) -> bool {
    origin(expr).is_some_and(|of| of.root == Root::Sent && of.fields.is_empty())
}

fn written(value: &Value) -> Option<ExprKind> {
    Some(match value {
        Value::Null => ExprKind::Null,
        Value::Bool(truth) => ExprKind::Bool(*truth),
        Value::Int(int) => ExprKind::Int(*int),
        Value::Float(float) => ExprKind::Float(*float),
        Value::Text(text) => ExprKind::Text(text.clone()),
        _ => return None,
    })
}

fn parts(expr: &mut Expr) -> Vec<&mut Expr> {
    use super::super::ast::PathPart;
    match &mut expr.kind {
        ExprKind::List(items) => items.iter_mut().collect(),
        ExprKind::Map(entries) => entries.iter_mut().flat_map(|(key, value)| [key, value]).collect(),
        ExprKind::Path(parts) => parts
            .iter_mut()
            .filter_map(|part| if let PathPart::Computed(inner) = part { Some(inner) } else { None })
            .collect(),
        ExprKind::Member(inner, _)
        | ExprKind::Not(inner)
        | ExprKind::Negate(inner)
        | ExprKind::Is(inner, _) => vec![inner],
        ExprKind::Index(left, right) | ExprKind::Binary(_, left, right) => vec![left, right],
        ExprKind::Slice(target, from, to) => {
            let bounds = [from, to].into_iter().flatten();
            [target].into_iter().chain(bounds).map(AsMut::as_mut).collect()
        }
        ExprKind::Call { target, args, .. } => {
            target.iter_mut().map(AsMut::as_mut).chain(args.iter_mut()).collect()
        }
        ExprKind::Ternary(parts) => parts.iter_mut().collect(),
        _ => Vec::new(),
    }
}
