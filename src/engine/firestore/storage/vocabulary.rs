//! What the conditions of a file speak of: the values worth trying.

use std::collections::BTreeSet;

use super::super::{
    access::Grant,
    ast::{Expr, ExprKind, Operator},
    prove::sample,
};

/// Values of one kind that are tried.
const MOST: usize = 12;

#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    /// Texts, and samples of patterns.
    pub(super) texts: Vec<String>,
    /// Numbers, products taken together.
    pub(super) numbers: Vec<i64>,
    /// Names below `metadata`.
    pub(super) metadata: Vec<String>,
}

impl Vocabulary {
    pub(super) fn of<'a>(grants: impl IntoIterator<Item = &'a Grant>) -> Self {
        let (mut texts, mut numbers, mut metadata) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for condition in grants.into_iter().filter_map(|grant| grant.flat.as_ref()) {
            condition.visit(&mut |part| {
                match &part.kind {
                    ExprKind::Text(text) if text.len() < 200 => drop(texts.insert(text.clone())),
                    ExprKind::Call { name, args, .. } if name.text == "matches" => {
                        if let Some(ExprKind::Text(pattern)) = args.first().map(|arg| &arg.kind) {
                            texts.extend(sample(pattern));
                        }
                    }
                    _ => {}
                }
                numbers.extend(number(part, 0).filter(|number| *number > 0));
                metadata.extend(below_metadata(part));
            });
        }
        Self {
            texts: texts.into_iter().take(MOST * 2).collect(),
            numbers: numbers.into_iter().rev().take(MOST).collect(),
            metadata: metadata.into_iter().take(MOST).collect(),
        }
    }
}

/// `5 * 1024 * 1024`.
fn number(expr: &Expr, depth: u32) -> Option<i64> {
    match &expr.kind {
        ExprKind::Int(int) => Some(*int),
        ExprKind::Binary(Operator::Multiply, left, right) if depth < 20 => {
            number(left, depth + 1)?.checked_mul(number(right, depth + 1)?)
        }
        _ => None,
    }
}

/// `x.metadata.owner` and `x.metadata['owner']`.
fn below_metadata(expr: &Expr) -> Option<String> {
    let is_metadata =
        |expr: &Expr| matches!(&expr.kind, ExprKind::Member(_, name) if name.text == "metadata");
    match &expr.kind {
        ExprKind::Member(inner, name) if is_metadata(inner) => Some(name.text.clone()),
        ExprKind::Index(inner, index) if is_metadata(inner) => match &index.kind {
            ExprKind::Text(name) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}
