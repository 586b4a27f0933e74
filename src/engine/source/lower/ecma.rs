//! TypeScript, TSX and JavaScript.

use tree_sitter::Node as Syntax;

use super::{Entry, Function, Id, Kind, Lower};

/// Types say nothing about what happens.
const TYPES: &[&str] = &[
    "type_annotation",
    "type_arguments",
    "type_parameters",
    "interface_declaration",
    "type_alias_declaration",
    "accessibility_modifier",
    "override_modifier",
    "asserts_annotation",
    "predefined_type",
    "type_identifier",
    "generic_type",
    "union_type",
    "comment",
];

pub(super) fn kind<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Result<Id, Kind> {
    Err(match syntax.kind() {
        "identifier"
        | "this"
        | "super"
        | "shorthand_property_identifier"
        | "shorthand_property_identifier_pattern"
        | "property_identifier"
        | "private_property_identifier" => Kind::Name,
        "string" => Kind::Text(lower.unquoted(syntax)),
        "template_string" => template(lower, syntax),
        "number" => Kind::Number,
        "true" => Kind::True,
        "false" => Kind::False,
        "null" | "undefined" => Kind::Nothing,
        "member_expression" => member(lower, syntax),
        "subscript_expression" => subscript(lower, syntax),
        "call_expression" => call(lower, syntax, "function", false),
        "new_expression" => call(lower, syntax, "constructor", true),
        "object" | "object_pattern" => object(lower, syntax),
        "array" | "array_pattern" => Kind::List(lower.inside(syntax)),
        "function_declaration"
        | "function_expression"
        | "arrow_function"
        | "generator_function"
        | "generator_function_declaration"
        | "method_definition"
        | "function" => function(lower, syntax, Vec::new()),
        "class_declaration" | "class" | "abstract_class_declaration" => class(lower, syntax),
        "program" | "statement_block" => {
            let parts = lower.parts(syntax, TYPES);
            Kind::Block(lower.all(&parts))
        }
        "lexical_declaration" | "variable_declaration" => {
            let parts = lower.parts(syntax, TYPES);
            match parts[..] {
                [only] => return Ok(lower.node(only)),
                _ => Kind::Block(lower.all(&parts)),
            }
        }
        "variable_declarator" | "public_field_definition" | "field_definition" => declarator(lower, syntax),
        "assignment_expression"
        | "augmented_assignment_expression"
        | "object_assignment_pattern"
        | "assignment_pattern" => assignment(lower, syntax),
        "if_statement" | "ternary_expression" => branch(lower, syntax),
        "try_statement" => attempt(lower, syntax),
        "for_statement" | "for_in_statement" | "while_statement" | "do_statement" => repeat(lower, syntax),
        "switch_statement" => switch(lower, syntax),
        "switch_case" | "switch_default" => case(lower, syntax),
        "return_statement" => Kind::Return(first(lower, syntax)),
        "throw_statement" => Kind::Throw(first(lower, syntax)),
        "break_statement" | "continue_statement" => Kind::Leave,
        "binary_expression" => lower.binary(syntax, "left", "right"),
        "unary_expression" => match syntax.child_by_field_name("operator").map(|operator| operator.kind()) {
            Some("!") => Kind::Not(lower.field_or_nothing(syntax, "argument")),
            Some("void") => return lower.through(syntax.child_by_field_name("argument")),
            _ => Kind::Other(lower.inside(syntax)),
        },
        "await_expression" => match first(lower, syntax) {
            Some(value) => Kind::Await(value),
            None => Kind::Nothing,
        },
        "parenthesized_expression"
        | "expression_statement"
        | "as_expression"
        | "satisfies_expression"
        | "non_null_expression"
        | "type_assertion"
        | "finally_clause"
        | "else_clause"
        | "rest_pattern"
        | "spread_element"
        | "jsx_expression" => {
            return unwrapped(lower, syntax);
        }
        "required_parameter" | "optional_parameter" => {
            return match syntax.child_by_field_name("value") {
                Some(_) => {
                    let target = lower.field_or_nothing(syntax, "pattern");
                    let value = lower.field_or_nothing(syntax, "value");
                    Err(Kind::Assign { target, value, operator: String::new() })
                }
                None => unwrapped(lower, syntax),
            };
        }
        "import_statement" => import(lower, syntax),
        "export_statement" => return export(lower, syntax),
        kind if TYPES.contains(&kind) => Kind::Other(Vec::new()),
        _ => {
            let parts = lower.parts(syntax, TYPES);
            Kind::Other(lower.all(&parts))
        }
    })
}

fn first<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Option<Id> {
    let part = lower.parts(syntax, TYPES).first().copied()?;
    Some(lower.node(part))
}

fn unwrapped<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Result<Id, Kind> {
    // A parameter's default and its decorators follow or precede its pattern.
    let part = syntax.child_by_field_name("pattern");
    let parts = lower.parts(syntax, TYPES);
    // `<T>value` has its type first.
    let part = part.or(if syntax.kind() == "type_assertion" {
        parts.last().copied()
    } else {
        parts.first().copied()
    });
    lower.through(part)
}

fn template<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let parts = lower.parts(syntax, &["string_fragment", "escape_sequence"]);
    if parts.is_empty() {
        return Kind::Text(lower.unquoted(syntax));
    }
    let inner: Vec<Syntax<'a>> = parts.iter().flat_map(|part| lower.parts(*part, TYPES)).collect();
    Kind::Template(lower.all(&inner))
}

fn member<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let object = lower.field_or_nothing(syntax, "object");
    let property = syntax.child_by_field_name("property").map_or("", |name| lower.text_of(name)).to_owned();
    Kind::Member { object, property }
}

fn subscript<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let object = lower.field_or_nothing(syntax, "object");
    match syntax.child_by_field_name("index") {
        Some(index) if index.kind() == "string" => Kind::Member { object, property: lower.unquoted(index) },
        _ => Kind::Index { object, index: lower.field_or_nothing(syntax, "index") },
    }
}

fn call<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>, callee: &str, new: bool) -> Kind {
    let callee = lower.field_or_nothing(syntax, callee);
    let arguments = match syntax.child_by_field_name("arguments") {
        // A tagged template: sql`…`.
        Some(template) if template.kind() == "template_string" => vec![lower.node(template)],
        Some(list) => lower.inside(list),
        None => Vec::new(),
    };
    Kind::Call { callee, arguments, new }
}

fn object<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let mut entries = Vec::new();
    for part in lower.parts(syntax, &[]) {
        let key = part.child_by_field_name("key").or_else(|| part.child_by_field_name("name"));
        let key = match (part.kind(), key) {
            ("shorthand_property_identifier" | "shorthand_property_identifier_pattern", _) => {
                lower.text_of(part).to_owned()
            }
            ("object_assignment_pattern", _) => {
                part.child_by_field_name("left").map_or("", |left| lower.text_of(left)).to_owned()
            }
            (_, Some(key)) if matches!(key.kind(), "string") => lower.unquoted(key),
            (_, Some(key)) if key.kind() != "computed_property_name" => lower.text_of(key).to_owned(),
            _ => String::new(),
        };
        let value = match part.kind() {
            "pair" | "pair_pattern" => lower.field_or_nothing(part, "value"),
            _ => lower.node(part),
        };
        lower.name_function(value, &key);
        entries.push(Entry { key, value });
    }
    Kind::Object(entries)
}

fn function<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>, decorators: Vec<Id>) -> Kind {
    let name = syntax.child_by_field_name("name").map_or("", |name| lower.text_of(name)).to_owned();
    let parameters = match (syntax.child_by_field_name("parameters"), syntax.child_by_field_name("parameter"))
    {
        (Some(list), _) => lower.inside(list),
        (None, Some(one)) => vec![lower.node(one)],
        (None, None) => Vec::new(),
    };
    let body = lower.field(syntax, "body");
    Kind::Function(Box::new(Function { name, parameters, body, decorators }))
}

fn class<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let name = syntax.child_by_field_name("name").map_or("", |name| lower.text_of(name)).to_owned();
    let (mut members, mut decorators) = (Vec::new(), Vec::new());
    let body = syntax.child_by_field_name("body");
    for part in body.map_or_else(Vec::new, |body| lower.parts(body, TYPES)) {
        match part.kind() {
            "decorator" => decorators.extend(first(lower, part)),
            "method_definition" => {
                let kind = function(lower, part, std::mem::take(&mut decorators));
                members.push(lower.add(part, kind));
            }
            _ => {
                decorators.clear();
                members.push(lower.node(part));
            }
        }
    }
    Kind::Class { name, members }
}

fn declarator<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let name = if syntax.kind() == "field_definition" { "property" } else { "name" };
    let target = lower.field_or_nothing(syntax, name);
    let value = lower.field_or_nothing(syntax, "value");
    let name = lower.tree.source(target).to_owned();
    lower.name_function(value, &name);
    Kind::Assign { target, value, operator: String::new() }
}

fn assignment<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let operator = syntax.child_by_field_name("operator").map_or("", |operator| lower.text_of(operator));
    let operator = operator.trim_end_matches('=').to_owned();
    let target = lower.field_or_nothing(syntax, "left");
    let value = lower.field_or_nothing(syntax, "right");
    let name = lower.tree.last_name(target).to_owned();
    lower.name_function(value, &name);
    Kind::Assign { target, value, operator }
}

fn branch<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let condition = lower.field_or_nothing(syntax, "condition");
    let then = lower.field_or_nothing(syntax, "consequence");
    let otherwise = lower.field(syntax, "alternative");
    Kind::If { condition, then, otherwise }
}

fn attempt<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let body = lower.field_or_nothing(syntax, "body");
    let mut catches = Vec::new();
    if let Some(handler) = syntax.child_by_field_name("handler") {
        let name = handler.child_by_field_name("parameter").map(|name| lower.text_of(name).to_owned());
        catches.push((name, lower.field_or_nothing(handler, "body")));
    }
    let finally = lower.field(syntax, "finalizer");
    Kind::Try { body, catches, finally }
}

fn repeat<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let mut head = Vec::new();
    if let (Some(left), Some(right)) =
        (syntax.child_by_field_name("left"), syntax.child_by_field_name("right"))
    {
        // `for (const x of list)` gives x a part of the list.
        let target = lower.node(left);
        let value = lower.node(right);
        head.push(lower.add(left, Kind::Assign { target, value, operator: String::new() }));
    }
    for name in ["initializer", "condition", "increment"] {
        head.extend(lower.field(syntax, name));
    }
    let body = lower.field_or_nothing(syntax, "body");
    Kind::Loop { head, body }
}

fn switch<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let subject = lower.field_or_nothing(syntax, "value");
    let cases = match syntax.child_by_field_name("body") {
        Some(body) => lower.inside(body),
        None => Vec::new(),
    };
    Kind::Switch { subject, cases }
}

fn case<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let test = syntax.child_by_field_name("value");
    let parts = lower.parts(syntax, TYPES);
    let body: Vec<Syntax<'a>> = parts.into_iter().filter(|part| Some(*part) != test).collect();
    let tests = test.map(|test| lower.node(test)).into_iter().collect();
    Kind::Case { tests, body: lower.all(&body) }
}

fn import<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Kind {
    let module =
        syntax.child_by_field_name("source").map(|source| lower.unquoted(source)).unwrap_or_default();
    let mut names = Vec::new();
    for clause in lower.parts(syntax, &["string"]) {
        for part in lower.parts(clause, &[]) {
            match part.kind() {
                "identifier" => names.push((lower.text_of(part).to_owned(), "default".to_owned())),
                "namespace_import" => {
                    let name = lower.parts(part, &[]).first().map_or("", |name| lower.text_of(*name));
                    names.push((name.to_owned(), "*".to_owned()));
                }
                _ => {
                    for one in lower.parts(part, &[]) {
                        let name = one.child_by_field_name("name").map_or("", |name| lower.text_of(name));
                        let alias = one.child_by_field_name("alias").map_or(name, |name| lower.text_of(name));
                        names.push((alias.to_owned(), name.to_owned()));
                    }
                }
            }
        }
    }
    Kind::Import { module, names }
}

/// Names that a module passes on from another, under its own and the other's name; `*` for all.
fn passed_on<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for clause in lower.parts(syntax, &["string"]) {
        for one in lower.parts(clause, &[]) {
            let Some(local) = one.child_by_field_name("name") else { continue };
            let name = one.child_by_field_name("alias").unwrap_or(local);
            names.push((lower.text_of(name).to_owned(), lower.text_of(local).to_owned()));
        }
    }
    if names.is_empty() { vec![("*".to_owned(), "*".to_owned())] } else { names }
}

fn export<'a>(lower: &mut Lower<'a>, syntax: Syntax<'a>) -> Result<Id, Kind> {
    if let Some(value) = syntax.child_by_field_name("value") {
        let value = lower.node(value);
        return Err(Kind::Export { name: String::new(), value });
    }
    let mut cursor = syntax.walk();
    let is_default = syntax.children(&mut cursor).any(|child| child.kind() == "default");
    if let Some(declaration) = syntax.child_by_field_name("declaration") {
        let value = lower.node(declaration);
        let name = match lower.tree.kind(value) {
            Kind::Function(function) => function.name.clone(),
            Kind::Class { name, .. } => name.clone(),
            Kind::Assign { target, .. } => lower.tree.source(*target).to_owned(),
            _ => "*".to_owned(),
        };
        return Err(Kind::Export { name: if is_default { String::new() } else { name }, value });
    }
    // `export { a, b as c }` and `export … from`.
    let mut exported = Vec::new();
    if let Some(source) = syntax.child_by_field_name("source") {
        let module = lower.unquoted(source);
        let names = passed_on(lower, syntax);
        exported.push(lower.add(source, Kind::Import { module, names }));
    }
    for clause in lower.parts(syntax, &["string"]) {
        for one in lower.parts(clause, &[]) {
            let Some(local) = one.child_by_field_name("name") else { continue };
            let name = one.child_by_field_name("alias").unwrap_or(local);
            let value = lower.add(local, Kind::Name);
            let name = lower.text_of(name).to_owned();
            let name = if name == "default" { String::new() } else { name };
            exported.push(lower.add(one, Kind::Export { name, value }));
        }
    }
    Err(Kind::Block(exported))
}
