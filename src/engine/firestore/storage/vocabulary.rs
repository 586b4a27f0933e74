//! What the conditions of a file speak of: the values worth trying.

use std::collections::BTreeSet;

use super::super::{
    access::Grant,
    ast::{Expr, ExprKind, Operator, Segment},
    prove::sample,
};

/// Values of one kind that are tried.
const MOST: usize = 12;

/// What one condition speaks of.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    texts: BTreeSet<String>,
    numbers: BTreeSet<i64>,
    metadata: BTreeSet<String>,
    reads: Reads,
}

/// Properties of a file on which a condition may depend. What none reads need not be tried with several
/// values: all of them are decided alike.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reads {
    pub(super) kind: bool,
    pub(super) size: bool,
    pub(super) metadata: bool,
}

/// What the conditions at one path speak of together.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    /// Texts, and samples of patterns.
    pub(super) texts: Vec<String>,
    /// Numbers, products taken together.
    pub(super) numbers: Vec<i64>,
    /// Names below `metadata`.
    pub(super) metadata: Vec<String>,
    pub(super) reads: Reads,
}

impl Words {
    pub(super) fn of(grant: &Grant) -> Self {
        let mut words = Self::default();
        let Some(condition) = &grant.flat else {
            // What was not taken apart may read anything.
            words.reads = Reads::all(grant.conditional);
            return words;
        };
        condition.visit(&mut |part| {
            match &part.kind {
                ExprKind::Text(text) if text.len() < 200 => drop(words.texts.insert(text.clone())),
                ExprKind::Call { name, args, .. } if name.text == "matches" => {
                    if let Some(ExprKind::Text(pattern)) = args.first().map(|arg| &arg.kind) {
                        words.texts.extend(sample(pattern));
                    }
                }
                _ => {}
            }
            words.numbers.extend(number(part, 0).filter(|number| *number > 0));
            words.metadata.extend(below_metadata(part));
        });
        words.reads = Reads::of(condition);
        words
    }
}

impl Vocabulary {
    pub(super) fn of<'w>(all: impl IntoIterator<Item = &'w Words>) -> Self {
        let (mut texts, mut numbers, mut metadata) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut reads = Reads::default();
        for words in all {
            texts.extend(&words.texts);
            numbers.extend(&words.numbers);
            metadata.extend(&words.metadata);
            reads = Reads {
                kind: reads.kind || words.reads.kind,
                size: reads.size || words.reads.size,
                metadata: reads.metadata || words.reads.metadata,
            };
        }
        Self {
            texts: texts.into_iter().take(MOST * 2).cloned().collect(),
            numbers: numbers.into_iter().rev().take(MOST).copied().collect(),
            metadata: metadata.into_iter().take(MOST).cloned().collect(),
            reads,
        }
    }
}

impl Reads {
    fn all(truth: bool) -> Self {
        Self { kind: truth, size: truth, metadata: truth }
    }

    fn of(condition: &Expr) -> Self {
        let mut reads = Self::default();
        let (mut files, mut plain) = (0, 0);
        condition.visit(&mut |part| {
            files += usize::from(is_file(part) || is_request(part));
            plain += match &part.kind {
                ExprKind::Member(inner, name) if is_file(inner) || is_request(inner) => {
                    reads.note(&name.text);
                    1
                }
                ExprKind::Index(inner, index) if is_file(inner) => match &index.kind {
                    ExprKind::Text(name) => {
                        reads.note(name);
                        1
                    }
                    _ => 0,
                },
                ExprKind::Binary(Operator::Equal | Operator::NotEqual, left, right) => {
                    let with_null =
                        |one: &Expr, other: &Expr| is_file(one) && matches!(other.kind, ExprKind::Null);
                    usize::from(with_null(left, right) || with_null(right, left))
                }
                _ => 0,
            };
        });
        // A file that is used as a whole is read as a whole.
        if files > plain { Self::all(true) } else { reads }
    }

    fn note(&mut self, property: &str) {
        match property {
            "contentType" => self.kind = true,
            "size" => self.size = true,
            "metadata" => self.metadata = true,
            _ => {}
        }
    }
}

/// `resource` and `request.resource`.
fn is_file(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Variable(name) => name == "resource",
        ExprKind::Member(inner, name) => name.text == "resource" && is_request(inner),
        _ => false,
    }
}

fn is_request(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Variable(name) if name == "request")
}

/// Is there a path of both patterns?
pub(super) fn meets(one: &[Segment], other: &[Segment]) -> bool {
    match (one, other) {
        // A recursive wildcard may stand for anything that the other has left.
        ([], []) | ([Segment::Recursive(_), ..], _) | (_, [Segment::Recursive(_), ..]) => true,
        ([Segment::Literal(a), one @ ..], [Segment::Literal(b), other @ ..]) => a == b && meets(one, other),
        ([_, one @ ..], [_, other @ ..]) => meets(one, other),
        _ => false,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::firestore::Analysis;

    fn reads(condition: &str) -> (bool, bool, bool) {
        let text = format!(
            "rules_version = '2'; service firebase.storage {{ match /b/{{b}}/o {{ \
             function small(file) {{ return file.size < 10; }} \
             match /a/{{f}} {{ allow create: if {condition}; }} }} }}"
        );
        let analysis = Analysis::of(&text);
        assert!(analysis.compiled.errors.is_empty(), "{condition}: {:?}", analysis.compiled.errors);
        let reads = Words::of(&analysis.grants[0]).reads;
        (reads.kind, reads.size, reads.metadata)
    }

    /// What a condition may read is never taken for unread.
    #[test]
    fn a_property_that_is_read_is_known_to_be() {
        assert_eq!(reads("request.auth != null && resource == null"), (false, false, false));
        assert_eq!(reads("request.resource.size < 5 && request.resource != null"), (false, true, false));
        assert_eq!(reads("small(request.resource)"), (false, true, false));
        assert_eq!(reads("resource.metadata.owner == f"), (false, false, true));
        assert_eq!(reads("request.resource['contentType'] == 'a/b'"), (true, false, false));
        for whole in [
            "resource == request.resource",
            "request.resource.keys().hasAll(['size'])",
            "request['resource'].size > 1",
            "request.resource[f] == 1",
            "[request.resource][0].size > 1",
            "request.resource.get('size', 1) > 1",
            "(f == 'a' ? request : request).resource.size > 1",
            "request.resource.size() > 1",
        ] {
            assert_eq!(reads(whole), (true, true, true), "{whole}");
        }
    }
}
