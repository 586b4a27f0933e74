//! Dart.

use tree_sitter::Node as Syntax;

use super::{Entry, Function, Id, Kind, Lower};

const SKIP: &[&str] = &[
    "type",
    "type_arguments",
    "type_parameters",
    "annotation",
    "comment",
    "documentation_comment",
    "equality_operator",
    "relational_operator",
    "negation_operator",
    "prefix_operator",
];

pub(super) fn kind<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Result<Id, Kind> {
    Err(match syntax.kind() {
        "identifier" | "type_identifier" | "this" | "super" | "identifier_dollar_escaped" => Kind::Name,
        "string_literal" => string(lower, syntax),
        kind if kind.ends_with("_integer_literal") || kind.ends_with("_point_literal") => Kind::Number,
        "true" => Kind::True,
        "false" => Kind::False,
        "null_literal" => Kind::Nothing,
        "member_expression" | "null_aware_member_expression" | "cascade_member_expression" => {
            let object = lower.field_or_nothing(syntax, "object");
            let property = syntax.child_by_field_name("property").map_or("", |name| lower.text_of(name));
            Kind::Member { object, property: property.to_owned() }
        }
        "index_expression" | "null_aware_index_expression" => index(lower, syntax),
        "call_expression" | "cascade_call_expression" => call(lower, syntax, "function", false),
        "new_expression" | "const_object_expression" | "constructor_invocation" => constructed(lower, syntax),
        "set_or_map_literal" => map(lower, syntax),
        "list_literal" | "record_literal" => list(lower, syntax),
        "function_expression"
        | "function_declaration"
        | "local_function_declaration"
        | "method_declaration" => function(lower, syntax),
        "class_declaration" | "mixin_declaration" | "extension_declaration" => class(lower, syntax),
        "source_file" | "block" => {
            let parts = lower.parts(syntax, SKIP);
            Kind::Block(lower.all(&parts))
        }
        "initialized_variable_declaration" | "initialized_identifier" | "static_final_declaration" => {
            declared(lower, syntax)
        }
        "assignment_expression" => {
            let operator =
                syntax.child_by_field_name("operator").map_or("", |operator| lower.text_of(operator));
            let operator = operator.trim_end_matches('=').to_owned();
            let target = lower.field_or_nothing(syntax, "left");
            let value = lower.field_or_nothing(syntax, "right");
            Kind::Assign { target, value, operator }
        }
        "if_statement" => {
            let condition = lower.field_or_nothing(syntax, "condition");
            let then = lower.field_or_nothing(syntax, "consequence");
            let otherwise = lower.field(syntax, "alternative");
            Kind::If { condition, then, otherwise }
        }
        "conditional_expression" => {
            let condition = lower.parts(syntax, SKIP).first().copied();
            let condition = lower.node_or_nothing(syntax, condition);
            let then = lower.field_or_nothing(syntax, "consequence");
            let otherwise = lower.field(syntax, "alternative");
            Kind::If { condition, then, otherwise }
        }
        "try_statement" => attempt(lower, syntax),
        "for_statement" | "while_statement" | "do_statement" => repeat(lower, syntax),
        "switch_statement" => switch(lower, syntax),
        "switch_statement_case" | "switch_statement_default" => case(lower, syntax),
        "return_statement" => Kind::Return(first(lower, syntax)),
        "throw_expression" | "rethrow_statement" => Kind::Throw(first(lower, syntax)),
        "break_statement" | "continue_statement" => Kind::Leave,
        "logical_and_expression" => pair(lower, syntax, "&&"),
        "logical_or_expression" => pair(lower, syntax, "||"),
        "if_null_expression" => pair(lower, syntax, "??"),
        "equality_expression"
        | "relational_expression"
        | "additive_expression"
        | "multiplicative_expression" => {
            let operator = operator(lower, syntax);
            pair(lower, syntax, &operator)
        }
        "unary_expression" if lower.text_of(syntax).starts_with('!') => match first(lower, syntax) {
            Some(value) => Kind::Not(value),
            None => Kind::Nothing,
        },
        "await_expression" => match first(lower, syntax) {
            Some(value) => Kind::Await(value),
            None => Kind::Nothing,
        },
        "import_or_export" => Kind::Import { module: imported(lower, syntax), names: Vec::new() },
        "parenthesized_expression"
        | "expression_statement"
        | "local_variable_declaration"
        | "finally_clause"
        | "null_assertion_expression"
        | "type_cast_expression"
        | "assignable_expression"
        | "function_body"
        | "function_expression_body"
        | "top_level_variable_declaration"
        | "declaration"
        | "member_declaration"
        | "template_substitution"
        | "spread_element" => {
            let parts = lower.parts(syntax, SKIP);
            match parts[..] {
                [only] => return Ok(lower.node(only)),
                _ if syntax.kind() == "type_cast_expression" && !parts.is_empty() => {
                    return Ok(lower.node(parts[0]));
                }
                _ => Kind::Block(lower.all(&parts)),
            }
        }
        kind if SKIP.contains(&kind) => Kind::Other(Vec::new()),
        _ => Kind::Other(lower.inside(syntax)),
    })
}

fn first<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Option<Id> {
    let part = lower.parts(syntax, SKIP).first().copied()?;
    Some(lower.node(part))
}

fn string<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let mut computed = Vec::new();
    for piece in lower.parts(syntax, &[]) {
        computed.extend(
            lower.parts(piece, &[]).into_iter().filter(|part| part.kind() == "template_substitution"),
        );
    }
    if computed.is_empty() {
        Kind::Text(lower.unquoted(syntax))
    } else {
        Kind::Template(lower.all(&computed))
    }
}

fn index<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let parts = lower.parts(syntax, SKIP);
    let [object, index, ..] = parts[..] else { return Kind::Other(lower.all(&parts)) };
    let object = lower.node(object);
    let index = lower.node(index);
    match lower.tree.literal(index) {
        Some(property) => Kind::Member { object, property: property.to_owned() },
        None => Kind::Index { object, index },
    }
}

fn call<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>, callee: &str, new: bool) -> Kind {
    let callee = lower.field_or_nothing(syntax, callee);
    let arguments = arguments(lower, syntax.child_by_field_name("arguments"));
    Kind::Call { callee, arguments, new }
}

fn constructed<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let parts = lower.parts(syntax, &["type_arguments"]);
    let callee = parts.iter().find(|part| part.kind() != "arguments").copied();
    let callee = match callee {
        Some(name) => lower.add(name, Kind::Name),
        None => lower.add(syntax, Kind::Nothing),
    };
    let list = parts.into_iter().find(|part| part.kind() == "arguments");
    let arguments = arguments(lower, list);
    Kind::Call { callee, arguments, new: true }
}

fn arguments<'a>(lower: &mut Lower<'a>, list: Option<Syntax<'a>>) -> Vec<Id> {
    let Some(list) = list else { return Vec::new() };
    let (mut plain, mut named) = (Vec::new(), Vec::new());
    for part in lower.parts(list, SKIP) {
        if part.kind() == "named_argument" {
            let inner = lower.parts(part, SKIP);
            let key =
                inner.iter().find(|inner| inner.kind() == "label").map_or("", |label| lower.text_of(*label));
            let key = key.trim_end_matches(':').trim().to_owned();
            let value = inner.into_iter().rfind(|inner| inner.kind() != "label");
            let Some(value) = value else { continue };
            let value = lower.node(value);
            named.push(Entry { key, value });
        } else {
            plain.push(lower.node(part));
        }
    }
    if !named.is_empty() {
        plain.push(lower.add(list, Kind::Object(named)));
    }
    plain
}

fn map<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let mut entries = Vec::new();
    for part in lower.parts(syntax, SKIP) {
        let inner = lower.parts(part, SKIP);
        let (key, value) = match (part.kind(), &inner[..]) {
            ("map_element", [key, value]) => {
                let key = lower.node(*key);
                (lower.tree.literal(key).unwrap_or_default().to_owned(), lower.node(*value))
            }
            _ => (String::new(), lower.node(part)),
        };
        entries.push(Entry { key, value });
    }
    Kind::Object(entries)
}

fn list<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let parts = lower.parts(syntax, SKIP);
    Kind::List(lower.all(&parts))
}

fn function<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let mut signature = syntax.child_by_field_name("signature").unwrap_or(syntax);
    if signature.kind() == "method_signature" {
        signature = lower.parts(signature, SKIP).first().copied().unwrap_or(signature);
    }
    let name = signature.child_by_field_name("name").map_or("", |name| lower.text_of(name)).to_owned();
    let list = lower.parts(signature, &[]).into_iter().find(|part| part.kind() == "formal_parameter_list");
    let mut parameters = Vec::new();
    for part in list.map_or_else(Vec::new, |list| lower.parts(list, &[])) {
        let name = part.child_by_field_name("name").unwrap_or(part);
        let kind = if name.kind() == "identifier" { Kind::Name } else { Kind::Other(Vec::new()) };
        parameters.push(lower.add(name, kind));
    }
    let body = lower.field(syntax, "body");
    Kind::Function(Box::new(Function { name, parameters, body, decorators: Vec::new() }))
}

fn class<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let name = syntax.child_by_field_name("name").map_or("", |name| lower.text_of(name)).to_owned();
    let body = lower.parts(syntax, SKIP).into_iter().find(|part| part.kind().ends_with("_body"));
    let parts = body.map_or_else(Vec::new, |body| lower.parts(body, SKIP));
    Kind::Class { name, members: lower.all(&parts) }
}

/// `final a = b, c = d`.
fn declared<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let name = syntax.child_by_field_name("name");
    let value = syntax.child_by_field_name("value");
    let parts = lower.parts(syntax, SKIP);
    let name = name.or_else(|| parts.iter().find(|part| part.kind() == "identifier").copied());
    let value = value.or_else(|| parts.iter().rfind(|part| Some(**part) != name).copied());
    let Some(name) = name else { return Kind::Block(lower.all(&parts)) };
    let target = lower.add(name, Kind::Name);
    let value = lower.node_or_nothing(syntax, value);
    let called = lower.text_of(name).to_owned();
    lower.name_function(value, &called);
    Kind::Assign { target, value, operator: String::new() }
}

fn attempt<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let body = lower.field_or_nothing(syntax, "body");
    let body_syntax = syntax.child_by_field_name("body");
    let (mut catches, mut finally, mut name) = (Vec::new(), None, None);
    for part in lower.parts(syntax, SKIP).into_iter().filter(|part| Some(*part) != body_syntax) {
        match part.kind() {
            "catch_clause" => {
                name = part.child_by_field_name("exception").map(|name| lower.text_of(name).to_owned());
            }
            "block" => {
                let block = lower.node(part);
                catches.push((name.take(), block));
            }
            "finally_clause" => finally = Some(lower.node(part)),
            _ => {}
        }
    }
    Kind::Try { body, catches, finally }
}

fn repeat<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let body_syntax = syntax.child_by_field_name("body");
    let parts: Vec<Syntax<'a>> =
        lower.parts(syntax, SKIP).into_iter().filter(|part| Some(*part) != body_syntax).collect();
    let head = lower.all(&parts);
    let body = lower.field_or_nothing(syntax, "body");
    Kind::Loop { head, body }
}

fn switch<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let subject = lower.field_or_nothing(syntax, "condition");
    let cases = match syntax.child_by_field_name("body") {
        Some(body) => lower.inside(body),
        None => Vec::new(),
    };
    Kind::Switch { subject, cases }
}

fn case<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let mut parts = lower.inside(syntax);
    let tests = if syntax.kind() == "switch_statement_case" && !parts.is_empty() {
        vec![parts.remove(0)]
    } else {
        Vec::new()
    };
    Kind::Case { tests, body: parts }
}

fn operator(lower: &Lower<'_>, syntax: Syntax<'_>) -> String {
    let mut cursor = syntax.walk();
    let found =
        syntax.children(&mut cursor).find(|child| child.kind().ends_with("_operator") || !child.is_named());
    found.map_or("", |operator| lower.text_of(operator)).to_owned()
}

fn pair<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>, operator: &str) -> Kind {
    let parts = lower.parts(syntax, &[SKIP, &["additive_operator", "multiplicative_operator"]].concat());
    let [left, .., right] = parts[..] else { return Kind::Other(lower.all(&parts)) };
    let left = lower.node(left);
    let right = lower.node(right);
    Kind::Binary { operator: operator.to_owned(), left, right }
}

fn imported(lower: &Lower<'_>, syntax: Syntax<'_>) -> String {
    lower.text_of(syntax).split(['\'', '"']).nth(1).unwrap_or_default().to_owned()
}
