//! Rules about files, rewritten as rules about documents.

use gonogo::engine::firestore::{
    Compiled,
    ast::{Expr, ExprKind, Function, Match, Operator, Segment, Span},
    survey::{allows, each_match},
};

/// Where the copies of the rules stand: for odd and even paths, and for uploads over a file.
pub(in super::super) const PLACES: [(&str, bool); 4] =
    [("one", false), ("two/pad", false), ("over1/a/b", true), ("over2/a/b/c", true)];

/// A replacement of a part of the text.
type Edit = (usize, usize, String);

pub(in super::super) fn transplant(text: &str, rules: &Compiled) -> Result<String, String> {
    let service = rules.ruleset.service("firebase.storage").ok_or("it has no rules for files")?;
    if rules.ruleset.services.len() > 1 {
        return Err("it has rules for documents, too".to_owned());
    }
    let mut edits: Vec<Edit> = vec![edit(service.name.span, "cloud.firestore")];
    for expr in expressions(rules) {
        properties(expr, &mut edits)?;
    }
    edits.sort();
    edits.dedup();
    let mut over = edits.clone();
    for name in allows(&rules.ruleset).iter().flat_map(|allow| &allow.methods) {
        match name.text.as_str() {
            "create" => over.push(edit(name.span, "update")),
            "update" => over.push(edit(name.span, "neither")),
            _ => {}
        }
    }
    over.sort();
    let (mut out, mut at) = (String::new(), 0);
    for block in &service.matches {
        let rest = below_bucket(block, text)?;
        let (from, to) = (block.path_span.start as usize, end_of_block(text, block)?);
        out.push_str(&applied(text, at, from, &edits));
        let body = block.path_span.end as usize;
        let copies: Vec<String> = PLACES
            .iter()
            .map(|(place, is_over)| {
                let Segment::Capture(bucket) = &block.path[1] else { return String::new() };
                let body = applied(text, body, to, if *is_over { &over } else { &edits });
                format!("/databases/{{{bucket}}}/documents/{place}{rest}{body}")
            })
            .collect();
        out.push_str(&copies.join("\n  match "));
        at = to;
    }
    out.push_str(&applied(text, at, text.len(), &edits));
    Ok(out)
}

fn edit(span: Span, new: &str) -> Edit {
    (span.start as usize, span.end as usize, new.to_owned())
}

/// What the path says after `/b/{bucket}/o`, with its slash.
fn below_bucket(block: &Match, text: &str) -> Result<String, String> {
    let is =
        |at: usize, word: &str| matches!(block.path.get(at), Some(Segment::Literal(name)) if name == word);
    if !(is(0, "b") && is(2, "o")) {
        return Err("a path does not begin with /b/{bucket}/o".to_owned());
    }
    if !block.path[1].is_variable() {
        return Err("it names a bucket".to_owned());
    }
    let written = &text[block.path_span.start as usize..block.path_span.end as usize];
    let parts: Vec<&str> = written.trim().trim_start_matches('/').split('/').skip(3).collect();
    Ok(parts.iter().flat_map(|part| ["/", part]).collect())
}

/// The byte behind the block's closing brace.
fn end_of_block(text: &str, block: &Match) -> Result<usize, String> {
    let bytes = text.as_bytes();
    let (mut at, mut open) = (block.path_span.end as usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'{' => open += 1,
            b'}' if open == 1 => return Ok(at + 1),
            b'}' => open -= 1,
            quote @ (b'\'' | b'"') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = text[at..].find('\n').map_or(text.len(), |found| at + found);
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = text[at..].find("*/").map_or(text.len(), |found| at + found + 1);
            }
            _ => {}
        }
        at += 1;
    }
    Err("a block has no end".to_owned())
}

fn applied(text: &str, from: usize, to: usize, edits: &[Edit]) -> String {
    let (mut out, mut at) = (String::new(), from);
    for (start, end, new) in edits.iter().filter(|(start, end, _)| *start >= from && *end <= to) {
        out.push_str(&text[at..*start]);
        out.push_str(new);
        at = *end;
    }
    out + &text[at..to]
}

/// Conditions, and what functions bind and return.
pub(in super::super) fn expressions(rules: &Compiled) -> Vec<&Expr> {
    let mut functions: Vec<&Function> = rules.ruleset.functions.iter().collect();
    functions.extend(rules.ruleset.services.iter().flat_map(|service| &service.functions));
    each_match(&rules.ruleset, &mut |block| functions.extend(&block.functions));
    let bodies = functions
        .into_iter()
        .flat_map(|function| function.lets.iter().map(|(_, value)| value).chain([&function.body]));
    bodies.chain(allows(&rules.ruleset).into_iter().filter_map(|allow| allow.condition.as_ref())).collect()
}

/// `resource.size` becomes `resource.data.size`, `firestore.get(…)` becomes `get(…)`.
fn properties(expr: &Expr, edits: &mut Vec<Edit>) -> Result<(), String> {
    let data = |target: &Expr| -> Edit {
        let end = target.span.end as usize;
        (end, end, ".data".to_owned())
    };
    if let ExprKind::Member(inner, name) = &expr.kind
        && is_variable(inner, "request")
        && ["path", "params", "method"].contains(&name.text.as_str())
    {
        return Err(format!("a condition on request.{}", name.text));
    }
    let mut known: Vec<&Expr> = Vec::new();
    match &expr.kind {
        ExprKind::Member(inner, _) | ExprKind::Index(inner, _) if is_file(inner) => {
            edits.push(data(inner));
            known.push(inner);
        }
        ExprKind::Call { target: Some(target), name, .. } if is_variable(target, "firestore") => {
            edits.push((target.span.start as usize, name.span.start as usize, String::new()));
        }
        ExprKind::Call { target: Some(target), .. } if is_file(target) => {
            edits.push(data(target));
            known.push(target);
        }
        ExprKind::Binary(Operator::In, _, right) if is_file(right) => {
            edits.push(data(right));
            known.push(right);
        }
        ExprKind::Binary(Operator::Equal | Operator::NotEqual, left, right) => {
            let is_null = |side: &Expr| matches!(side.kind, ExprKind::Null);
            known.extend(
                [left, right].into_iter().map(AsRef::as_ref).filter(|_| is_null(left) || is_null(right)),
            );
        }
        _ => {}
    }
    for part in expr.parts() {
        if is_file(part) && !known.iter().any(|known| std::ptr::eq(*known, part)) {
            return Err("a file as a whole is used as a value".to_owned());
        }
        properties(part, edits)?;
    }
    Ok(())
}

fn is_variable(expr: &Expr, name: &str) -> bool {
    matches!(&expr.kind, ExprKind::Variable(variable) if variable == name)
}

fn is_file(expr: &Expr) -> bool {
    is_variable(expr, "resource")
        || matches!(&expr.kind, ExprKind::Member(inner, name) if name.text == "resource" && is_variable(inner, "request"))
}
