//! Python.

use tree_sitter::Node as Syntax;

use super::{Entry, Function, Id, Kind, Lower};

pub(super) fn kind<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Result<Id, Kind> {
    Err(match syntax.kind() {
        "identifier" => Kind::Name,
        "string" => string(lower, syntax),
        "concatenated_string" => Kind::Template(lower.inside(syntax)),
        "integer" | "float" => Kind::Number,
        "true" => Kind::True,
        "false" => Kind::False,
        "none" => Kind::Nothing,
        "attribute" => {
            let object = lower.field_or_nothing(syntax, "object");
            let property = syntax.child_by_field_name("attribute").map_or("", |name| lower.text_of(name));
            Kind::Member { object, property: property.to_owned() }
        }
        "subscript" => subscript(lower, syntax),
        "call" => call(lower, syntax),
        "dictionary" => dictionary(lower, syntax),
        "list" | "tuple" | "set" | "pattern_list" | "tuple_pattern" | "expression_list" => {
            Kind::List(lower.inside(syntax))
        }
        "function_definition" => function(lower, syntax, Vec::new()),
        "lambda" => {
            let parameters = syntax.child_by_field_name("parameters");
            let parameters = parameters.map_or_else(Vec::new, |list| lower.inside(list));
            let body = lower.field(syntax, "body");
            Kind::Function(Box::new(Function { parameters, body, ..Function::default() }))
        }
        "decorated_definition" => return decorated(lower, syntax),
        "class_definition" => class(lower, syntax),
        "module" | "block" => Kind::Block(lower.inside(syntax)),
        "with_statement" => {
            let mut parts = Vec::new();
            for part in lower.parts(syntax, &[]) {
                parts.push(lower.node(part));
            }
            Kind::Block(parts)
        }
        "as_pattern" => {
            let value = lower.parts(syntax, &[]).first().copied();
            let value = lower.node_or_nothing(syntax, value);
            let target = lower.field_or_nothing(syntax, "alias");
            Kind::Assign { target, value, operator: String::new() }
        }
        "assignment" | "augmented_assignment" => {
            let operator =
                syntax.child_by_field_name("operator").map_or("", |operator| lower.text_of(operator));
            let operator = operator.trim_end_matches('=').to_owned();
            let target = lower.field_or_nothing(syntax, "left");
            let value = lower.field_or_nothing(syntax, "right");
            Kind::Assign { target, value, operator }
        }
        "named_expression" => {
            let target = lower.field_or_nothing(syntax, "name");
            let value = lower.field_or_nothing(syntax, "value");
            Kind::Assign { target, value, operator: String::new() }
        }
        "if_statement" => branch(lower, syntax),
        "conditional_expression" => {
            let parts = lower.parts(syntax, &[]);
            let [then, condition, otherwise] = parts[..] else { return Err(Kind::Other(lower.all(&parts))) };
            let condition = lower.node(condition);
            let then = lower.node(then);
            Kind::If { condition, then, otherwise: Some(lower.node(otherwise)) }
        }
        "try_statement" => attempt(lower, syntax),
        "for_statement" | "while_statement" => repeat(lower, syntax),
        "match_statement" => switch(lower, syntax),
        "return_statement" => Kind::Return(first(lower, syntax)),
        "raise_statement" => Kind::Throw(first(lower, syntax)),
        "break_statement" | "continue_statement" => Kind::Leave,
        "binary_operator" | "boolean_operator" => lower.binary(syntax, "left", "right"),
        "comparison_operator" => comparison(lower, syntax),
        "not_operator" => Kind::Not(lower.field_or_nothing(syntax, "argument")),
        "await" => match first(lower, syntax) {
            Some(value) => Kind::Await(value),
            None => Kind::Nothing,
        },
        "import_statement" | "import_from_statement" => import(lower, syntax),
        "parenthesized_expression"
        | "expression_statement"
        | "interpolation"
        | "as_pattern_target"
        | "typed_parameter"
        | "else_clause"
        | "finally_clause"
        | "type_conversion" => {
            let parts = lower.parts(syntax, &["type"]);
            match parts[..] {
                [] => Kind::Other(Vec::new()),
                [only, ..] => return Ok(lower.node(only)),
            }
        }
        "default_parameter" | "typed_default_parameter" => {
            return lower.through(syntax.child_by_field_name("name"));
        }
        "comment" | "type" => Kind::Other(Vec::new()),
        _ => Kind::Other(lower.inside(syntax)),
    })
}

fn first<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Option<Id> {
    let part = lower.parts(syntax, &[]).first().copied()?;
    Some(lower.node(part))
}

fn string<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let parts = lower.parts(syntax, &["string_start", "string_content", "string_end", "escape_sequence"]);
    if parts.is_empty() { Kind::Text(lower.unquoted(syntax)) } else { Kind::Template(lower.all(&parts)) }
}

fn subscript<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let object = lower.field_or_nothing(syntax, "value");
    match syntax.child_by_field_name("subscript") {
        Some(index) if index.kind() == "string" => Kind::Member { object, property: lower.unquoted(index) },
        _ => Kind::Index { object, index: lower.field_or_nothing(syntax, "subscript") },
    }
}

fn call<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let callee = lower.field_or_nothing(syntax, "function");
    let (mut arguments, mut named) = (Vec::new(), Vec::new());
    let list = syntax.child_by_field_name("arguments");
    for part in list.map_or_else(Vec::new, |list| lower.parts(list, &[])) {
        if part.kind() == "keyword_argument" {
            let key = part.child_by_field_name("name").map_or("", |name| lower.text_of(name)).to_owned();
            named.push(Entry { key, value: lower.field_or_nothing(part, "value") });
        } else {
            arguments.push(lower.node(part));
        }
    }
    if !named.is_empty() {
        // As an options object would be.
        arguments.push(lower.add(list.unwrap_or(syntax), Kind::Object(named)));
    }
    Kind::Call { callee, arguments, new: false }
}

fn dictionary<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let mut entries = Vec::new();
    for part in lower.parts(syntax, &[]) {
        let key = part.child_by_field_name("key").filter(|key| key.kind() == "string");
        let key = key.map(|key| lower.unquoted(key)).unwrap_or_default();
        let value =
            if part.kind() == "pair" { lower.field_or_nothing(part, "value") } else { lower.node(part) };
        entries.push(Entry { key, value });
    }
    Kind::Object(entries)
}

fn function<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>, decorators: Vec<Id>) -> Kind {
    let name = syntax.child_by_field_name("name").map_or("", |name| lower.text_of(name)).to_owned();
    let parameters = syntax.child_by_field_name("parameters");
    let parameters = parameters.map_or_else(Vec::new, |list| lower.inside(list));
    let body = lower.field(syntax, "body");
    Kind::Function(Box::new(Function { name, parameters, body, decorators }))
}

fn decorated<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Result<Id, Kind> {
    let mut decorators = Vec::new();
    for part in lower.parts(syntax, &["function_definition", "class_definition"]) {
        decorators.extend(first(lower, part));
    }
    match syntax.child_by_field_name("definition") {
        Some(inner) if inner.kind() == "function_definition" => Err(function(lower, inner, decorators)),
        inner => lower.through(inner),
    }
}

fn class<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let name = syntax.child_by_field_name("name").map_or("", |name| lower.text_of(name)).to_owned();
    let members = match syntax.child_by_field_name("body") {
        Some(body) => lower.inside(body),
        None => Vec::new(),
    };
    Kind::Class { name, members }
}

fn branch<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let condition = lower.field_or_nothing(syntax, "condition");
    let then = lower.field_or_nothing(syntax, "consequence");
    let mut cursor = syntax.walk();
    let alternatives: Vec<Syntax<'a>> = syntax.children_by_field_name("alternative", &mut cursor).collect();
    let mut otherwise = None;
    for part in alternatives.into_iter().rev() {
        otherwise = Some(if part.kind() == "elif_clause" {
            let condition = lower.field_or_nothing(part, "condition");
            let then = lower.field_or_nothing(part, "consequence");
            lower.add(part, Kind::If { condition, then, otherwise })
        } else {
            lower.field_or_nothing(part, "body")
        });
    }
    Kind::If { condition, then, otherwise }
}

fn attempt<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let body = lower.field_or_nothing(syntax, "body");
    let (mut catches, mut finally) = (Vec::new(), None);
    for part in lower.parts(syntax, &[]) {
        let block = lower.parts(part, &[]).into_iter().find(|inner| inner.kind() == "block");
        let Some(block) = block else { continue };
        match part.kind() {
            "except_clause" | "except_group_clause" => {
                let name = lower.text_of(part).lines().next().and_then(|line| line.split(" as ").nth(1));
                let name = name.map(|name| name.trim().trim_end_matches(':').trim().to_owned());
                // From the `except` on, which is where the error is caught.
                let block = lower.node(block);
                catches.push((name, lower.add(part, Kind::Block(vec![block]))));
            }
            "finally_clause" => finally = Some(lower.node(block)),
            _ => {}
        }
    }
    Kind::Try { body, catches, finally }
}

fn repeat<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let mut head = Vec::new();
    if let (Some(left), Some(right)) =
        (syntax.child_by_field_name("left"), syntax.child_by_field_name("right"))
    {
        let target = lower.node(left);
        let value = lower.node(right);
        head.push(lower.add(left, Kind::Assign { target, value, operator: String::new() }));
    }
    head.extend(lower.field(syntax, "condition"));
    let body = lower.field_or_nothing(syntax, "body");
    Kind::Loop { head, body }
}

fn switch<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let subject = lower.field_or_nothing(syntax, "subject");
    let body = syntax.child_by_field_name("body");
    let mut cases = Vec::new();
    for part in body.map_or_else(Vec::new, |body| lower.parts(body, &[])) {
        let consequence = part.child_by_field_name("consequence");
        let patterns: Vec<Syntax<'a>> =
            lower.parts(part, &[]).into_iter().filter(|inner| inner.kind() == "case_pattern").collect();
        let default = patterns.iter().all(|pattern| lower.text_of(*pattern) == "_");
        let tests = if default { Vec::new() } else { lower.all(&patterns) };
        let mut block: Vec<Id> = consequence.map(|body| lower.node(body)).into_iter().collect();
        // No case falls through.
        block.push(lower.add(part, Kind::Leave));
        cases.push(lower.add(part, Kind::Case { tests, body: block }));
    }
    Kind::Switch { subject, cases }
}

fn comparison<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let mut cursor = syntax.walk();
    let operator =
        syntax.children(&mut cursor).find(|child| !child.is_named()).map_or("", |child| child.kind());
    let operator = match operator {
        "is" => "==",
        "is not" => "!=",
        other => other,
    };
    let operator = operator.to_owned();
    let parts = lower.parts(syntax, &[]);
    let [left, right, ..] = parts[..] else { return Kind::Other(lower.all(&parts)) };
    let left = lower.node(left);
    let right = lower.node(right);
    Kind::Binary { operator, left, right }
}

fn import<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let module = syntax.child_by_field_name("module_name");
    let mut cursor = syntax.walk();
    let parts: Vec<Syntax<'a>> = syntax.children_by_field_name("name", &mut cursor).collect();
    let mut names = Vec::new();
    for part in &parts {
        let name = part.child_by_field_name("name").unwrap_or(*part);
        let alias = part.child_by_field_name("alias").unwrap_or(name);
        let whole = if module.is_some() { lower.text_of(name) } else { "*" };
        names.push((lower.text_of(alias).to_owned(), whole.to_owned()));
    }
    let module =
        module.or_else(|| parts.first().map(|part| part.child_by_field_name("name").unwrap_or(*part)));
    Kind::Import { module: module.map_or("", |module| lower.text_of(module)).to_owned(), names }
}
