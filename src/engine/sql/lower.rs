//! From the grammar's tree to [`Expr`].

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::{
    expr::{Expr, Is, Query, Source},
    syntax::{child, children, find, has_token, parts, string, text},
};

/// Deeper nesting is not understood, so that walking an expression never needs much stack.
const MAX_DEPTH: usize = 60;

pub(super) fn expression(node: &SyntaxNode) -> Expr {
    lower(node, 0)
}

fn lower(node: &SyntaxNode, depth: usize) -> Expr {
    if depth > MAX_DEPTH {
        return opaque(node);
    }
    let next = |node: &SyntaxNode| lower(node, depth + 1);
    match node.kind() {
        SyntaxKind::PAREN_EXPR | SyntaxKind::CAST_EXPR | SyntaxKind::COLLATE | SyntaxKind::SET_EXPR => {
            node.first_child().map_or_else(|| opaque(node), |inner| next(&inner))
        }
        SyntaxKind::SELECT => select(node, depth).map_or_else(|| opaque(node), in_value_position),
        SyntaxKind::LITERAL => literal(node),
        SyntaxKind::NAME_REF | SyntaxKind::FIELD_EXPR => Expr::Name(parts(node)),
        SyntaxKind::PREFIX_EXPR => prefix(node, depth),
        SyntaxKind::POSTFIX_EXPR => postfix(node, depth),
        SyntaxKind::BIN_EXPR => binary(node, depth),
        SyntaxKind::BETWEEN_EXPR => between(node, depth),
        SyntaxKind::CALL_EXPR => call(node, depth),
        SyntaxKind::ARRAY_EXPR | SyntaxKind::TUPLE_EXPR => match child(node, SyntaxKind::SELECT) {
            Some(query) => {
                select(&query, depth).map_or_else(|| opaque(node), |query| Expr::Query(Box::new(query)))
            }
            None => Expr::List(node.children().map(|item| next(&item)).collect()),
        },
        _ => opaque(node),
    }
}

fn opaque(node: &SyntaxNode) -> Expr {
    Expr::Opaque(text(node))
}

/// `(select auth.uid())` is its target.
fn in_value_position(query: Query) -> Expr {
    match query {
        Query { tables, target: Some(target), condition: None, opaque: false } if tables.is_empty() => target,
        query => Expr::Query(Box::new(query)),
    }
}

fn literal(node: &SyntaxNode) -> Expr {
    if has_token(node, SyntaxKind::TRUE_KW) {
        Expr::Bool(true)
    } else if has_token(node, SyntaxKind::FALSE_KW) {
        Expr::Bool(false)
    } else if has_token(node, SyntaxKind::NULL_KW) {
        Expr::Null
    } else if text(node).starts_with('$') && has_token(node, SyntaxKind::POSITIONAL_PARAM) {
        Expr::Name(vec![text(node)])
    } else {
        Expr::Literal(string(node).unwrap_or_else(|| text(node)))
    }
}

fn prefix(node: &SyntaxNode, depth: usize) -> Expr {
    match node.first_child() {
        Some(inner) if has_token(node, SyntaxKind::NOT_KW) => Expr::Not(Box::new(lower(&inner, depth + 1))),
        _ => opaque(node),
    }
}

/// `x IS NULL` in its one-word spelling.
fn postfix(node: &SyntaxNode, depth: usize) -> Expr {
    let Some(inner) = node.first_child() else { return opaque(node) };
    let negated = match text(node).to_lowercase() {
        whole if whole.ends_with("notnull") || whole.ends_with("is not null") => true,
        whole if whole.ends_with("isnull") || whole.ends_with("is null") => false,
        _ => return opaque(node),
    };
    Expr::Is { expr: Box::new(lower(&inner, depth + 1)), what: Is::Null, negated }
}

fn binary(node: &SyntaxNode, depth: usize) -> Expr {
    let Some((left, op, right)) = operands(node) else { return opaque(node) };
    match op.as_str() {
        "and" => Expr::And(chain(node, "and", depth)),
        "or" => Expr::Or(chain(node, "or", depth)),
        "is" | "is not" => is(node, &left, &op, &right, depth),
        "in" | "not in" => {
            let set = in_list(lower(&right, depth + 1));
            let left = Box::new(lower(&left, depth + 1));
            let within = Expr::Any { op: "=".to_owned(), left, right: Box::new(set) };
            if op == "in" { within } else { Expr::Not(Box::new(within)) }
        }
        _ => comparison(&left, op, &right, depth),
    }
}

/// `x IN (1)` reads as a value in parentheses: it is a list of one.
fn in_list(set: Expr) -> Expr {
    match set {
        Expr::Query(_) | Expr::List(_) => set,
        one => Expr::List(vec![one]),
    }
}

fn comparison(left: &SyntaxNode, op: String, right: &SyntaxNode, depth: usize) -> Expr {
    let left = Box::new(lower(left, depth + 1));
    let op = if op == "!=" { "<>".to_owned() } else { op };
    match find_any(right) {
        Some(any) => {
            let inner = any.first_child().map_or_else(|| opaque(&any), |inner| lower(&inner, depth + 1));
            // `= ANY ((SELECT array))` and `= ANY (SELECT column)` both range over a set.
            Expr::Any { op, left, right: Box::new(inner) }
        }
        None => Expr::Binary { op, left, right: Box::new(lower(right, depth + 1)) },
    }
}

fn find_any(node: &SyntaxNode) -> Option<SyntaxNode> {
    (node.kind() == SyntaxKind::CALL_EXPR)
        .then(|| child(node, SyntaxKind::ANY_FN).or_else(|| child(node, SyntaxKind::SOME_FN)))?
}

/// The operands of AND or OR chains, without recursion down their left edge.
fn chain(node: &SyntaxNode, op: &str, depth: usize) -> Vec<Expr> {
    let (mut items, mut rest) = (Vec::new(), node.clone());
    loop {
        match operands(&rest) {
            Some((left, found, right)) if rest.kind() == SyntaxKind::BIN_EXPR && found == op => {
                items.push(lower(&right, depth + 1));
                rest = left;
            }
            _ => break,
        }
    }
    items.push(lower(&rest, depth + 1));
    items.reverse();
    items
}

fn is(node: &SyntaxNode, left: &SyntaxNode, op: &str, right: &SyntaxNode, depth: usize) -> Expr {
    let what = match text(right).to_lowercase().as_str() {
        "null" => Is::Null,
        "true" => Is::True,
        "false" => Is::False,
        _ => return opaque(node),
    };
    Expr::Is { expr: Box::new(lower(left, depth + 1)), what, negated: op == "is not" }
}

/// Left operand, operator text, right operand.
fn operands(node: &SyntaxNode) -> Option<(SyntaxNode, String, SyntaxNode)> {
    let (left, right) = (node.first_child()?, node.last_child()?);
    let mut op = String::new();
    for element in node.children_with_tokens() {
        let range = element.text_range();
        if range.start() < left.text_range().end() || range.end() > right.text_range().start() {
            continue;
        }
        match element.kind() {
            SyntaxKind::WHITESPACE | SyntaxKind::COMMENT => op.push(' '),
            _ => match element {
                squawk_syntax::SyntaxElement::Node(node) => op.push_str(&text(&node)),
                squawk_syntax::SyntaxElement::Token(token) => op.push_str(token.text()),
            },
        }
    }
    let op = op.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    (left != right).then_some((left, op, right))
}

fn between(node: &SyntaxNode, depth: usize) -> Expr {
    let operands: Vec<Expr> = node.children().map(|child| lower(&child, depth + 1)).collect();
    match <[Expr; 3]>::try_from(operands) {
        Ok([value, low, high]) => {
            let compare = |op: &str, bound: Expr| Expr::Binary {
                op: op.to_owned(),
                left: Box::new(value.clone()),
                right: Box::new(bound),
            };
            let within = Expr::And(vec![compare(">=", low), compare("<=", high)]);
            if has_token(node, SyntaxKind::NOT_KW) { Expr::Not(Box::new(within)) } else { within }
        }
        Err(_) => opaque(node),
    }
}

fn call(node: &SyntaxNode, depth: usize) -> Expr {
    if let Some(exists) = child(node, SyntaxKind::EXISTS_FN) {
        let query = find(&exists, SyntaxKind::SELECT).and_then(|query| select(&query, depth));
        return query.map_or_else(|| opaque(node), |query| Expr::Exists(Box::new(query)));
    }
    let (Some(name), Some(list)) = (node.first_child(), child(node, SyntaxKind::ARG_LIST)) else {
        // `current_user` and functions with a grammar of their own (`extract`, `json_object`, …).
        return opaque(node);
    };
    if !matches!(name.kind(), SyntaxKind::NAME_REF | SyntaxKind::FIELD_EXPR) {
        return opaque(node);
    }
    let args = children(&list, SyntaxKind::ARG)
        .map(|arg| arg.first_child().map_or_else(|| opaque(&arg), |arg| lower(&arg, depth + 1)))
        .collect();
    Expr::Call { name: parts(&name).join("."), args }
}

/// A plain SELECT; `None` for what is not one.
pub(super) fn select(node: &SyntaxNode, depth: usize) -> Option<Query> {
    if node.kind() != SyntaxKind::SELECT {
        return None;
    }
    let (mut tables, mut conditions, mut opaque) = (Vec::new(), Vec::new(), false);
    for part in node.children() {
        match part.kind() {
            SyntaxKind::SELECT_CLAUSE | SyntaxKind::LIMIT_CLAUSE | SyntaxKind::ORDER_BY_CLAUSE => {}
            SyntaxKind::FROM_CLAUSE => opaque |= !from(&part, depth, &mut tables, &mut conditions),
            SyntaxKind::WHERE_CLAUSE => {
                conditions.extend(part.first_child().map(|expr| lower(&expr, depth + 1)));
            }
            _ => opaque = true,
        }
    }
    let target = find(&child(node, SyntaxKind::SELECT_CLAUSE)?, SyntaxKind::TARGET)
        .and_then(|target| target.first_child())
        .map(|expr| lower(&expr, depth + 1));
    let condition = if conditions.len() > 1 { Some(Expr::And(conditions)) } else { conditions.pop() };
    Some(Query { tables, target, condition, opaque })
}

/// Collects the tables and ON conditions of a FROM; false where something is not understood.
fn from(clause: &SyntaxNode, depth: usize, tables: &mut Vec<Source>, conditions: &mut Vec<Expr>) -> bool {
    let mut plain = true;
    let mut open: Vec<SyntaxNode> = clause.children().collect();
    while let Some(item) = open.pop() {
        match item.kind() {
            SyntaxKind::JOIN_EXPR => open.extend(item.children()),
            // An outer join keeps rows that its ON would drop, so its ON promises nothing.
            SyntaxKind::JOIN if is_inner(&item) => open.extend(item.children()),
            SyntaxKind::JOIN => {
                open.extend(item.children().filter(|part| part.kind() != SyntaxKind::ON_CLAUSE));
            }

            SyntaxKind::RELATION_FROM_ITEM => tables.extend(source(&item)),
            SyntaxKind::ON_CLAUSE => {
                conditions.extend(item.first_child().map(|expr| lower(&expr, depth + 1)));
            }
            SyntaxKind::JOIN_INNER
            | SyntaxKind::JOIN_CROSS
            | SyntaxKind::JOIN_LEFT
            | SyntaxKind::JOIN_RIGHT
            | SyntaxKind::JOIN_FULL => {}
            // USING, functions, subqueries, LATERAL.
            _ => plain = false,
        }
    }
    plain
}

fn is_inner(join: &SyntaxNode) -> bool {
    let outer = [SyntaxKind::JOIN_LEFT, SyntaxKind::JOIN_RIGHT, SyntaxKind::JOIN_FULL];
    !join.children().any(|part| outer.contains(&part.kind()))
}

fn source(item: &SyntaxNode) -> Option<Source> {
    let table = parts(&find(item, SyntaxKind::RELATION_NAME_REF)?);
    let alias = find(item, SyntaxKind::TABLE_ALIAS).and_then(|alias| parts(&alias).into_iter().next());
    let alias = alias.or_else(|| table.last().cloned())?;
    Some(Source { table, alias })
}

/// Every relation a query names, however it is built.
pub(super) fn relations_of(node: &SyntaxNode) -> Vec<Vec<String>> {
    node.descendants()
        .filter(|found| found.kind() == SyntaxKind::RELATION_NAME_REF)
        .map(|found| parts(&found))
        .collect()
}
