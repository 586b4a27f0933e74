//! A condition without functions and bindings, so that it can be taken apart.

use super::super::{
    ast::{Expr, ExprKind, PathPart},
    scope::{Level, PACKAGES, find_function},
};

/// Nodes of one condition written out; larger ones are not taken apart.
const MOST_NODES: usize = 3_000;
const DEEPEST: usize = 200;

/// A `match` variable: the level of its block and its name.
pub(crate) type Capture<'a> = (usize, &'a str);

/// Writes a condition out: calls replaced by bodies, names by what they stand for, path variables
/// by their number (`#0`), because two blocks may use one name. Nothing where it grows too large or
/// past what is left for the file; and the nodes that it took.
pub(crate) fn inline<'a>(
    condition: &'a Expr,
    levels: &[Level<'a>],
    captures: &[Capture<'a>],
    left: usize,
) -> (Option<Expr>, usize) {
    let mut inliner = Inliner { captures, nodes: 0, most: MOST_NODES.min(left), depth: 0 };
    let written = inliner.expr(condition, levels, &[]);
    (written, inliner.nodes)
}

/// The name of the path variable with this number.
pub(super) fn numbered(index: usize) -> String {
    format!("#{index}")
}

struct Inliner<'c, 'a> {
    captures: &'c [Capture<'a>],
    nodes: usize,
    most: usize,
    depth: usize,
}

type Locals<'a> = [(&'a str, Expr)];

impl<'a> Inliner<'_, 'a> {
    fn expr(&mut self, expr: &'a Expr, levels: &[Level<'a>], locals: &Locals<'a>) -> Option<Expr> {
        self.nodes += 1;
        if self.nodes > self.most || self.depth > DEEPEST {
            return None;
        }
        self.depth += 1;
        let kind = self.kind(expr, levels, locals);
        self.depth -= 1;
        let kind = match kind? {
            Out::Kind(kind) => kind,
            Out::Whole(whole) => return Some(whole),
        };
        Some(Expr { kind, span: expr.span, height: expr.height, nesting: expr.nesting })
    }

    fn kind(&mut self, expr: &'a Expr, levels: &[Level<'a>], locals: &Locals<'a>) -> Option<Out> {
        let mut sub = |inner: &'a Expr| self.expr(inner, levels, locals);
        let kind = match &expr.kind {
            ExprKind::Variable(name) => return self.variable(name, levels, locals),
            ExprKind::Call { target: None, name, args } => {
                let args: Vec<Expr> = args.iter().map(sub).collect::<Option<_>>()?;
                match find_function(levels, &name.text) {
                    Some((function, sees)) if function.params.len() == args.len() => {
                        let names = function.params.iter().map(|param| param.text.as_str());
                        let mut locals: Vec<(&'a str, Expr)> = names.zip(args).collect();
                        for (name, value) in &function.lets {
                            let value = self.expr(value, &levels[..sees], &locals)?;
                            locals.push((&name.text, value));
                        }
                        return self.expr(&function.body, &levels[..sees], &locals).map(Out::Whole);
                    }
                    _ => ExprKind::Call { target: None, name: name.clone(), args },
                }
            }
            ExprKind::Call { target: Some(target), name, args } => {
                let is_package = matches!(&target.kind, ExprKind::Variable(package)
                    if PACKAGES.contains(&package.as_str()) || package == "firestore");
                let args: Vec<Expr> = args.iter().map(&mut sub).collect::<Option<_>>()?;
                let target = if is_package { (**target).clone() } else { sub(target)? };
                ExprKind::Call { target: Some(Box::new(target)), name: name.clone(), args }
            }
            ExprKind::List(items) => ExprKind::List(items.iter().map(sub).collect::<Option<_>>()?),
            ExprKind::Map(entries) => ExprKind::Map(
                entries.iter().map(|(key, value)| Some((sub(key)?, sub(value)?))).collect::<Option<_>>()?,
            ),
            ExprKind::Path(parts) => ExprKind::Path(
                parts
                    .iter()
                    .map(|part| match part {
                        PathPart::Computed(inner) => sub(inner).map(PathPart::Computed),
                        other => Some(other.clone()),
                    })
                    .collect::<Option<_>>()?,
            ),
            ExprKind::Member(inner, name) => ExprKind::Member(Box::new(sub(inner)?), name.clone()),
            ExprKind::Index(left, right) => ExprKind::Index(Box::new(sub(left)?), Box::new(sub(right)?)),
            ExprKind::Slice(target, from, to) => {
                let target = Box::new(sub(target)?);
                let mut bound = |bound: &'a Option<Box<Expr>>| match bound {
                    None => Some(None),
                    Some(bound) => sub(bound).map(|bound| Some(Box::new(bound))),
                };
                ExprKind::Slice(target, bound(from)?, bound(to)?)
            }
            ExprKind::Not(inner) => ExprKind::Not(Box::new(sub(inner)?)),
            ExprKind::Negate(inner) => ExprKind::Negate(Box::new(sub(inner)?)),
            ExprKind::Binary(operator, left, right) => {
                ExprKind::Binary(*operator, Box::new(sub(left)?), Box::new(sub(right)?))
            }
            ExprKind::Is(inner, kind) => ExprKind::Is(Box::new(sub(inner)?), kind.clone()),
            ExprKind::Ternary(parts) => {
                let [condition, then, otherwise] = &**parts;
                ExprKind::Ternary(Box::new([sub(condition)?, sub(then)?, sub(otherwise)?]))
            }
            plain => plain.clone(),
        };
        Some(Out::Kind(kind))
    }

    fn variable(&mut self, name: &'a str, levels: &[Level<'a>], locals: &Locals<'a>) -> Option<Out> {
        if let Some((_, value)) = locals.iter().rev().find(|(local, _)| *local == name) {
            self.nodes += size(value);
            return (self.nodes <= self.most).then(|| Out::Whole(value.clone()));
        }
        let seen = |(level, capture): &Capture<'a>| *capture == name && *level < levels.len();
        let name = match self.captures.iter().rposition(seen) {
            Some(index) => numbered(index),
            None => name.to_owned(),
        };
        Some(Out::Kind(ExprKind::Variable(name)))
    }
}

/// A node to be put where the old one stood, or a whole other expression.
enum Out {
    Kind(ExprKind),
    Whole(Expr),
}

fn size(expr: &Expr) -> usize {
    let mut count = 0;
    expr.visit(&mut |_| count += 1);
    count
}
