//! What the text of a file mentions, without evaluating it.

use std::collections::BTreeSet;

use super::ast::{Allow, Expr, ExprKind, Function, Match, Operator, Ruleset, Span};

/// Every `allow` of the file, in the order of the text.
pub fn allows(ruleset: &Ruleset) -> Vec<&Allow> {
    let mut found = Vec::new();
    each_match(ruleset, &mut |block| found.extend(&block.allows));
    found.sort_by_key(|allow| allow.span);
    found
}

/// Calls `tell` for every `match`, outer ones first.
pub fn each_match<'a>(ruleset: &'a Ruleset, tell: &mut dyn FnMut(&'a Match)) {
    fn below<'a>(blocks: &'a [Match], tell: &mut dyn FnMut(&'a Match)) {
        for block in blocks {
            tell(block);
            below(&block.matches, tell);
        }
    }
    for service in &ruleset.services {
        below(&service.matches, tell);
    }
}

fn functions(ruleset: &Ruleset) -> Vec<&Function> {
    let mut found: Vec<&Function> = ruleset.functions.iter().collect();
    found.extend(ruleset.services.iter().flat_map(|service| &service.functions));
    each_match(ruleset, &mut |block| found.extend(&block.functions));
    found
}

/// Every outermost expression: conditions, bindings and results.
fn expressions(ruleset: &Ruleset) -> Vec<&Expr> {
    let mut found = Vec::new();
    for function in functions(ruleset) {
        found.extend(function.lets.iter().map(|(_, value)| value).chain([&function.body]));
    }
    found.extend(allows(ruleset).into_iter().filter_map(|allow| allow.condition.as_ref()));
    found
}

/// Does any expression of the file have such a part?
pub(super) fn mentions(ruleset: &Ruleset, is_it: fn(&Expr) -> bool) -> bool {
    let mut found = false;
    for expr in expressions(ruleset) {
        expr.visit(&mut |part| found |= is_it(part));
    }
    found
}

/// `….time` or `['time']`; anything that computes a name, too.
pub(super) fn is_time(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Member(_, name) => name.text == "time",
        ExprKind::Index(_, index) => match &index.kind {
            ExprKind::Text(name) => name == "time",
            ExprKind::Int(_) => false,
            _ => true,
        },
        ExprKind::Call { target: Some(_), name, .. } => name.text == "get" || name.text == "values",
        _ => false,
    }
}

/// Answers whether conditions mention something, themselves or through the functions they call.
/// Functions are told apart by name alone.
pub struct Mentions<'a> {
    functions: BTreeSet<&'a str>,
    is_it: fn(&Expr) -> bool,
}

impl<'a> Mentions<'a> {
    pub fn of(ruleset: &'a Ruleset, is_it: fn(&Expr) -> bool) -> Self {
        let all = functions(ruleset);
        let mut mentions = Self { functions: BTreeSet::new(), is_it };
        // Calls are nested at most 21 deep, so as many rounds find every path.
        for _ in 0..=21 {
            let before = mentions.functions.len();
            for function in &all {
                let mut parts = function.lets.iter().map(|(_, value)| value).chain([&function.body]);
                if parts.any(|part| mentions.is_in(part)) {
                    mentions.functions.insert(&function.name.text);
                }
            }
            if mentions.functions.len() == before {
                break;
            }
        }
        mentions
    }

    pub fn is_in(&self, expr: &Expr) -> bool {
        let mut found = false;
        expr.visit(&mut |part| {
            let called = match &part.kind {
                ExprKind::Call { target: None, name, .. } => self.functions.contains(name.text.as_str()),
                _ => false,
            };
            found |= called || (self.is_it)(part);
        });
        found
    }
}

/// `request.resource`: what the caller sends.
pub fn is_sent_data(expr: &Expr) -> bool {
    chain(expr).is_some_and(|chain| chain == ["request", "resource"])
}

/// `request.auth.token.email`.
pub fn is_email(expr: &Expr) -> bool {
    chain(expr).is_some_and(|chain| chain == ["request", "auth", "token", "email"])
}

/// `….email_verified`, in whatever way it is reached.
pub fn is_email_verified(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Member(_, name) => name.text == "email_verified",
        ExprKind::Text(text) => text == "email_verified",
        _ => false,
    }
}

/// Anything about the request or the document.
pub fn is_about_the_request(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Variable(name) if name == "request" || name == "resource")
}

/// `a.b.c` or `a['b'].c` as its names.
fn chain(expr: &Expr) -> Option<Vec<&str>> {
    match &expr.kind {
        ExprKind::Variable(name) => Some(vec![name]),
        ExprKind::Member(inner, name) => {
            let mut names = chain(inner)?;
            names.push(&name.text);
            Some(names)
        }
        ExprKind::Index(inner, index) => {
            let ExprKind::Text(name) = &index.kind else { return None };
            let mut names = chain(inner)?;
            names.push(name);
            Some(names)
        }
        _ => None,
    }
}

/// A comparison of the caller's identity with one that stands in the file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HardCoded {
    pub span: Span,
    /// `uid` or `email`.
    pub claim: String,
    /// How many identities it names.
    pub count: usize,
}

pub fn hard_coded(ruleset: &Ruleset) -> Vec<HardCoded> {
    let mut found = Vec::new();
    for expr in expressions(ruleset) {
        expr.visit(&mut |part| {
            let ExprKind::Binary(Operator::Equal | Operator::In, left, right) = &part.kind else { return };
            for (claim, literal) in [(left, right), (right, left)] {
                if let (Some(claim), Some(count)) = (identity(claim), literals(literal)) {
                    found.push(HardCoded { span: part.span, claim: claim.to_owned(), count });
                }
            }
        });
    }
    found.sort_by_key(|comparison| comparison.span);
    found
}

fn identity(expr: &Expr) -> Option<&'static str> {
    match chain(expr)?.as_slice() {
        ["request", "auth", "uid"] | ["request", "auth", "token", "sub" | "user_id" | "uid"] => Some("uid"),
        ["request", "auth", "token", "email"] => Some("email"),
        _ => None,
    }
}

/// The number of texts in a text or a list of texts; the empty one is nobody.
fn literals(expr: &Expr) -> Option<usize> {
    match &expr.kind {
        ExprKind::Text(text) if !text.is_empty() => Some(1),
        ExprKind::List(items) if !items.is_empty() => items.iter().map(literals).sum::<Option<usize>>(),
        _ => None,
    }
}
