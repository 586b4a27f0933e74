//! Functions: whose rights they run with, who may call them, and what the simple ones return.

use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
};

use super::Replay;
use crate::engine::sql::{
    acl::Sort,
    catalogue::Function,
    expr::Expr,
    lower::{expression, select},
    syntax::{child, children, find, parts, string, text},
};

impl Replay {
    /// CREATE OR REPLACE keeps the grants.
    pub(super) fn create_function(&mut self, node: &SyntaxNode) {
        let named =
            child(node, SyntaxKind::FUNCTION_NAME).or_else(|| child(node, SyntaxKind::PROCEDURE_NAME));
        let Some(name) = named.and_then(|name| self.new_name(&parts(&name))) else { return };
        let (parameters, arguments) = signature(node);
        let mut function = Function {
            acl: self.catalogue.defaults.for_new(&name.schema, Sort::Function),
            name,
            arguments,
            parameters,
            origin: self.origin(),
            definer: false,
            search_path: None,
            language: String::new(),
            returns: find(node, SyntaxKind::RET_TYPE)
                .map(|kind| text(&kind).to_lowercase())
                .unwrap_or_default(),
            body: String::new(),
            value: None,
        };
        set_options(&mut function, node);
        function.body = body(node);
        function.value = value(node, &function.language).map(Box::new);
        let same =
            |other: &&mut Function| other.name == function.name && other.arguments == function.arguments;
        match self.catalogue.functions.iter_mut().find(same) {
            Some(old) => {
                function.acl = std::mem::take(&mut old.acl);
                *old = function;
            }
            None => self.catalogue.functions.push(function),
        }
    }

    pub(super) fn alter_function(&mut self, node: &SyntaxNode) {
        let Some(signature) = find(node, SyntaxKind::FUNCTION_SIG) else { return };
        for at in self.functions_of(&signature) {
            set_options(&mut self.catalogue.functions[at], node);
            if let Some(schema) =
                find(node, SyntaxKind::SET_SCHEMA).and_then(|set| find(&set, SyntaxKind::SCHEMA_REF))
            {
                self.catalogue.functions[at].name.schema = parts(&schema).pop().unwrap_or_default();
            }
        }
    }

    pub(super) fn drop_function(&mut self, node: &SyntaxNode) {
        let signatures: Vec<_> =
            node.descendants().filter(|part| part.kind() == SyntaxKind::FUNCTION_SIG).collect();
        for signature in signatures {
            let mut dropped = self.functions_of(&signature);
            dropped.sort_unstable_by(|one, other| other.cmp(one));
            for at in dropped {
                self.catalogue.functions.remove(at);
            }
        }
    }

    /// Where the functions a signature means stand; one without arguments means all of the name.
    pub(super) fn functions_of(&self, signature: &SyntaxNode) -> Vec<usize> {
        let Some(name) = signature.first_child().map(|name| parts(&name)) else { return Vec::new() };
        let arguments = child(signature, SyntaxKind::PARAM_LIST).map(|_| self::signature(signature).1);
        let is_named = |function: &Function| match &name[..] {
            [.., schema, name] => function.name.schema == *schema && function.name.name == *name,
            [name] => function.name.name == *name && self.search_path.contains(&function.name.schema),
            [] => false,
        };
        let named = self.catalogue.functions.iter().enumerate().filter(|(_, function)| is_named(function));
        named
            .filter(|(_, function)| arguments.as_ref().is_none_or(|wanted| *wanted == function.arguments))
            .map(|(at, _)| at)
            .collect()
    }

    /// An event trigger that switches row level security on for new tables, as Supabase's own
    /// documentation shows it.
    pub(super) fn create_event_trigger(&mut self, node: &SyntaxNode) {
        let Some(call) = child(node, SyntaxKind::CALL_EXPR).and_then(|call| call.first_child()) else {
            return;
        };
        let name = parts(&call).pop().unwrap_or_default();
        let mut named = self.catalogue.functions.iter().filter(|function| function.name.name == name);
        self.enables_rls |=
            named.any(|function| function.body.to_lowercase().contains("enable row level security"));
    }
}

/// Names and types of the input parameters.
fn signature(node: &SyntaxNode) -> (Vec<String>, Vec<String>) {
    let Some(list) = child(node, SyntaxKind::PARAM_LIST) else { return (Vec::new(), Vec::new()) };
    let inputs = children(&list, SyntaxKind::PARAM)
        .filter(|param| !param.children().any(|mode| text(&mode).eq_ignore_ascii_case("out")));
    inputs
        .map(|param| {
            let name = child(&param, SyntaxKind::PARAM_NAME).and_then(|name| parts(&name).pop());
            let kind = param.children().find(|part| {
                !matches!(
                    part.kind(),
                    SyntaxKind::PARAM_NAME | SyntaxKind::PARAM_DEFAULT | SyntaxKind::PARAM_VARIADIC
                ) && !matches!(text(part).to_lowercase().as_str(), "in" | "inout" | "variadic")
            });
            (name.unwrap_or_default(), kind.map(|kind| short_type(&text(&kind))).unwrap_or_default())
        })
        .unzip()
}

/// One spelling a type: without its schema and length, and with PostgreSQL's short name.
fn short_type(text: &str) -> String {
    let lower = text.to_lowercase().replace('"', "");
    let lower = lower.strip_prefix("pg_catalog.").or_else(|| lower.strip_prefix("public.")).unwrap_or(&lower);
    let (base, array) = lower.split_once('[').map_or((lower, ""), |(base, _)| (base, "[]"));
    let base = base.split('(').next().unwrap_or(base).trim();
    let short = match base {
        "integer" | "int4" => "int",
        "bigint" => "int8",
        "smallint" => "int2",
        "boolean" => "bool",
        "character varying" => "varchar",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "double precision" => "float8",
        "decimal" => "numeric",
        other => other,
    };
    format!("{short}{array}")
}

fn set_options(function: &mut Function, node: &SyntaxNode) {
    let Some(options) = child(node, SyntaxKind::FUNC_OPTION_LIST) else { return };
    for option in options.children() {
        match option.kind() {
            SyntaxKind::SECURITY_DEFINER_FUNC_OPTION => function.definer = true,
            SyntaxKind::SECURITY_INVOKER_FUNC_OPTION => function.definer = false,
            SyntaxKind::LANGUAGE_FUNC_OPTION => {
                let language =
                    option.first_child().map(|name| text(&name).to_lowercase()).unwrap_or_default();
                language.trim_matches(['\'', '"']).clone_into(&mut function.language);
            }
            SyntaxKind::SET_FUNC_OPTION => {
                let setting = text(&option);
                if setting.to_lowercase().contains("search_path") {
                    let value = find(&option, SyntaxKind::TO_CONFIG_VALUE).map(|value| text(&value));
                    function.search_path =
                        Some(value.unwrap_or_default().trim_start_matches("= ").to_owned());
                }
            }
            SyntaxKind::RESET_FUNC_OPTION => function.search_path = None,
            _ => {}
        }
    }
}

fn body(node: &SyntaxNode) -> String {
    let definition = find(node, SyntaxKind::AS_DEFINITION).and_then(|definition| definition.first_child());
    definition
        .and_then(|literal| string(&literal))
        .unwrap_or_else(|| node.children().last().map(|last| text(&last)).unwrap_or_default())
}

/// What the function returns, if that is one expression.
fn value(node: &SyntaxNode, language: &str) -> Option<Expr> {
    let function = ast::CreateFunction::cast(node.clone())?;
    match language {
        "sql" => sql_value(&function),
        "plpgsql" => {
            let body = function.plpgsql()?;
            if !body.errors().is_empty() {
                return None;
            }
            plpgsql_value(&body.syntax())
        }
        _ => None,
    }
}

fn sql_value(function: &ast::CreateFunction) -> Option<Expr> {
    let root = function.sql_body()?.syntax();
    let mut statements = root.children().filter(|node| node.kind() != SyntaxKind::EMPTY_STMT);
    let only = statements.next().filter(|_| statements.next().is_none())?;
    let query = select(&only, 0)?;
    Some(if query.tables.is_empty() && query.condition.is_none() && !query.opaque {
        query.target?
    } else {
        Expr::Query(Box::new(query))
    })
}

/// `BEGIN RETURN expression; END` without variables.
fn plpgsql_value(root: &SyntaxNode) -> Option<Expr> {
    let block = child(root, SyntaxKind::PLPGSQL_BLOCK)?;
    let mut parts = block.children();
    let body = parts.next().filter(|body| body.kind() == SyntaxKind::PLPGSQL_BODY)?;
    let mut statements = body.children();
    let only = statements.next().filter(|_| statements.next().is_none())?;
    if only.kind() != SyntaxKind::PLPGSQL_RETURN_STMT || parts.next().is_some() {
        return None;
    }
    let target = find(&only, SyntaxKind::TARGET)?;
    if child(&find(&only, SyntaxKind::PLPGSQL_EXPR)?, SyntaxKind::FROM_CLAUSE).is_some() {
        return None;
    }
    Some(expression(&target.first_child()?))
}
