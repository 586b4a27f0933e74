//! DO blocks: a small interpreter for what migrations do in them, which is to create what is not
//! there yet and to loop over lists of tables.

use std::collections::BTreeMap;

use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
};

use super::{Replay, Statement, topics_of};
use crate::engine::sql::{
    expr::{Expr, Is},
    lower::{expression, select},
    name::fold,
    rows::{Row, rows_of},
    split::split,
    syntax::{child, children, find, parts, text},
};

/// Blocks that run blocks.
const MAX_DEPTH: usize = 8;
/// Statements run by all loops of all migrations.
const MAX_STEPS: usize = 20_000;

/// What a variable holds, where that is known.
#[derive(Clone, Debug)]
pub(super) enum Held {
    Text(String),
    List(Vec<String>),
    Row(Row),
}

type Variables = BTreeMap<String, Held>;

impl Replay {
    pub(super) fn run_block(&mut self, node: &SyntaxNode) {
        let block = ast::Do::cast(node.clone()).and_then(|block| block.plpgsql());
        let Some(block) = block.filter(|block| block.errors().is_empty() && self.depth < MAX_DEPTH) else {
            return self.unread("a DO block that is not followed", &text(node));
        };
        let line = self.line;
        self.depth += 1;
        self.block(&block.syntax(), &mut Variables::new());
        self.depth -= 1;
        self.line = line;
    }

    /// A function of the project, called while migrating.
    pub(super) fn call_own(&mut self, name: &str) {
        let bare = name.rsplit('.').next().unwrap_or(name).to_owned();
        let found = self.catalogue.functions.iter().find(|function| function.name.name == bare);
        let Some(function) = found else { return };
        let (body, takes) = (function.body.clone(), function.arguments.len());
        if topics_of(&body).is_empty() {
            return;
        }
        if takes == 0
            && function.language == "plpgsql"
            && self.depth < MAX_DEPTH
            && !body.contains("$gonogo$")
        {
            let line = self.line;
            self.depth += 1;
            self.statement(Statement { text: &format!("do $gonogo${body}$gonogo$"), line });
            self.depth -= 1;
            return;
        }
        self.unread(&format!("a call of {name}(), whose statements are not followed"), &body);
    }

    fn block(&mut self, node: &SyntaxNode, variables: &mut Variables) {
        for part in node.children() {
            match part.kind() {
                SyntaxKind::PLPGSQL_BLOCK => self.block(&part, variables),
                SyntaxKind::PLPGSQL_DECLARE_SECTION => {
                    for declared in children(&part, SyntaxKind::PLPGSQL_VAR_DECL) {
                        declare(&declared, variables);
                    }
                }
                SyntaxKind::PLPGSQL_BODY => self.body(&part, variables),
                // Handlers are for what exists already.
                _ => {}
            }
        }
    }

    fn body(&mut self, node: &SyntaxNode, variables: &mut Variables) {
        for statement in node.children() {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return self.unread("loops that run too long to be followed", &text(&statement));
            }
            self.step(&statement, variables);
        }
    }

    fn step(&mut self, statement: &SyntaxNode, variables: &mut Variables) {
        match statement.kind() {
            SyntaxKind::PLPGSQL_BLOCK => self.block(statement, variables),
            SyntaxKind::PLPGSQL_EXEC_SQL_STMT => {
                if let Some(inner) = statement.first_child() {
                    self.apply(&inner);
                }
            }
            SyntaxKind::PLPGSQL_PERFORM_STMT => {
                if let Some(inner) = statement.first_child() {
                    self.select(&inner);
                }
            }
            SyntaxKind::PLPGSQL_DYN_EXECUTE_STMT => self.execute(statement, variables),
            SyntaxKind::PLPGSQL_ASSIGN_STMT => assign(statement, variables),
            SyntaxKind::PLPGSQL_IF_STMT => self.if_then(statement, variables),
            SyntaxKind::PLPGSQL_FOR_EACH_STMT => self.for_each(statement, variables),
            SyntaxKind::PLPGSQL_FOR_QUERY_STMT => self.for_query(statement, variables),
            _ => self.unfollowed(statement),
        }
    }

    fn unfollowed(&mut self, statement: &SyntaxNode) {
        self.doubt("dynamic SQL that is not followed", &text(statement), None);
    }

    /// `EXECUTE 'text'` or `EXECUTE format('text', …)` where all of it is known.
    fn execute(&mut self, statement: &SyntaxNode, variables: &Variables) {
        let sql = find(statement, SyntaxKind::TARGET)
            .and_then(|target| target.first_child())
            .and_then(|target| known(&expression(&target), variables));
        let Some(Held::Text(sql)) = sql else { return self.unfollowed(statement) };
        if self.depth >= MAX_DEPTH {
            return self.unfollowed(statement);
        }
        let line = self.line;
        self.depth += 1;
        for inner in split(&sql) {
            self.statement(Statement { text: inner.text, line });
        }
        self.depth -= 1;
    }

    /// A condition on what exists is what IF NOT EXISTS says, and applying a statement twice does
    /// nothing here. Whether any other condition holds is not known.
    fn if_then(&mut self, statement: &SyntaxNode, variables: &mut Variables) {
        let condition = child(statement, SyntaxKind::PLPGSQL_EXPR);
        if let Some(holds) = condition.as_ref().and_then(|condition| self.exists(condition)) {
            let other = child(statement, SyntaxKind::PLPGSQL_ELSE_CLAUSE);
            let plain = child(statement, SyntaxKind::PLPGSQL_ELSIF_CLAUSE).is_none();
            let branch = if holds { Some(statement.clone()) } else { other.filter(|_| plain) };
            if let Some(body) = branch.and_then(|branch| child(&branch, SyntaxKind::PLPGSQL_BODY)) {
                self.body(&body, variables);
            }
            return;
        }
        let condition = condition.map(|expr| text(&expr).to_lowercase());
        let asks_what_exists = condition.is_some_and(|condition| {
            ["pg_", "information_schema.", "to_regclass", "storage.buckets"]
                .iter()
                .any(|word| condition.contains(word))
        });
        let otherwise = child(statement, SyntaxKind::PLPGSQL_ELSE_CLAUSE)
            .or_else(|| child(statement, SyntaxKind::PLPGSQL_ELSIF_CLAUSE));
        if let Some(body) = child(statement, SyntaxKind::PLPGSQL_BODY) {
            self.body(&body, variables);
        }
        if !asks_what_exists || otherwise.is_some_and(|other| !topics_of(&text(&other)).is_empty()) {
            self.doubt("a condition in a DO block that is not followed", &text(statement), None);
            // Its body was applied and may not have been: the doubt goes both ways.
            if let Some(doubt) =
                self.catalogue.doubts.last_mut().filter(|doubt| doubt.origin.line == self.line)
            {
                doubt.tightens = true;
                doubt.loosens = true;
            }
        }
    }

    /// `to_regclass('name') IS [NOT] NULL`, asked of the catalogue.
    fn exists(&self, condition: &SyntaxNode) -> Option<bool> {
        let target = find(condition, SyntaxKind::TARGET)?.first_child()?;
        let Expr::Is { expr, what: Is::Null, negated } = expression(&target) else { return None };
        let Expr::Call { name, args } = *expr else { return None };
        let [Expr::Literal(table)] = &args[..] else { return None };
        if !name.ends_with("to_regclass") {
            return None;
        }
        let parts: Vec<String> = table.split('.').map(fold).collect();
        let found =
            self.existing_parts(&parts).is_some_and(|name| self.catalogue.relations.contains_key(&name));
        Some(found == negated)
    }

    fn for_each(&mut self, statement: &SyntaxNode, variables: &mut Variables) {
        let list = find(statement, SyntaxKind::TARGET)
            .and_then(|target| target.first_child())
            .and_then(|target| known(&expression(&target), variables));
        let Some(Held::List(items)) = list else { return self.unfollowed(statement) };
        let items = items.into_iter().map(Held::Text).collect();
        self.repeat(statement, items, variables);
    }

    /// Loops over the catalogue's own tables (`pg_tables`, `pg_policies`, …) and over UNNEST.
    fn for_query(&mut self, statement: &SyntaxNode, variables: &mut Variables) {
        let query = child(statement, SyntaxKind::SELECT).or_else(|| {
            child(statement, SyntaxKind::PAREN_SELECT).and_then(|inner| child(&inner, SyntaxKind::SELECT))
        });
        let rows = query.as_ref().and_then(|query| {
            if let Some(call) = unnested(query) {
                let Held::List(items) = known(&call, variables)? else { return None };
                return Some(items.into_iter().map(Held::Text).collect());
            }
            let rows = rows_of(&select(query, 0)?, &self.catalogue)?;
            Some(rows.into_iter().map(Held::Row).collect())
        });
        match rows {
            Some(rows) => self.repeat(statement, rows, variables),
            None => self.unfollowed(statement),
        }
    }

    fn repeat(&mut self, statement: &SyntaxNode, items: Vec<Held>, variables: &mut Variables) {
        let name = find(statement, SyntaxKind::PLPGSQL_VAR_NAME_REF).and_then(|name| parts(&name).pop());
        let (Some(name), Some(body)) = (name, child(statement, SyntaxKind::PLPGSQL_BODY)) else {
            return self.unfollowed(statement);
        };
        for item in items {
            variables.insert(name.clone(), item);
            self.body(&body, variables);
        }
    }
}

fn declare(node: &SyntaxNode, variables: &mut Variables) {
    let name = child(node, SyntaxKind::PLPGSQL_VAR_NAME).and_then(|name| parts(&name).pop());
    let value = child(node, SyntaxKind::PLPGSQL_VAR_INIT)
        .and_then(|init| find(&init, SyntaxKind::TARGET))
        .and_then(|target| target.first_child())
        .and_then(|target| known(&expression(&target), variables));
    if let (Some(name), Some(value)) = (name, value) {
        variables.insert(name, value);
    }
}

fn assign(node: &SyntaxNode, variables: &mut Variables) {
    let Some(name) = find(node, SyntaxKind::PLPGSQL_VAR_NAME_REF).and_then(|name| parts(&name).pop()) else {
        return;
    };
    let value = find(node, SyntaxKind::TARGET)
        .and_then(|target| target.first_child())
        .and_then(|target| known(&expression(&target), variables));
    match value {
        Some(value) => drop(variables.insert(name, value)),
        None => drop(variables.remove(&name)),
    }
}

/// `SELECT unnest(ARRAY[…])`.
fn unnested(query: &SyntaxNode) -> Option<Expr> {
    let Expr::Call { name, args } = select(query, 0)?.target? else { return None };
    (name == "unnest").then(|| args.into_iter().next())?
}

/// The value of an expression made of constants and known variables.
fn known(expr: &Expr, variables: &Variables) -> Option<Held> {
    let one = |expr: &Expr| match known(expr, variables)? {
        Held::Text(text) => Some(text),
        Held::Row(row) if row.len() == 1 => row.values().next().cloned(),
        Held::Row(_) | Held::List(_) => None,
    };
    match expr {
        Expr::Literal(text) => Some(match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(items) => {
                Held::List(items.split(',').map(|item| item.trim().trim_matches('"').to_owned()).collect())
            }
            None => Held::Text(text.clone()),
        }),
        Expr::List(items) => items.iter().map(one).collect::<Option<Vec<_>>>().map(Held::List),
        Expr::Name(parts) => match &parts[..] {
            [name] => variables.get(name).cloned(),
            [row, column] => match variables.get(row)? {
                Held::Row(row) => row.get(column).cloned().map(Held::Text),
                _ => None,
            },
            _ => None,
        },
        Expr::Binary { op, left, right } if op == "||" => Some(Held::Text(one(left)? + &one(right)?)),
        Expr::Call { name, args } => match (name.as_str(), &args[..]) {
            ("format", [template, rest @ ..]) => {
                let arguments = rest.iter().map(one).collect::<Option<Vec<_>>>()?;
                format_text(&one(template)?, &arguments).map(Held::Text)
            }
            ("quote_ident", [name]) => Some(Held::Text(crate::engine::sql::quote_ident(&one(name)?))),
            ("quote_literal", [text]) => Some(Held::Text(quote_literal(&one(text)?))),
            ("replace", [text, from, to]) => Some(Held::Text(one(text)?.replace(&one(from)?, &one(to)?))),
            ("lower", [text]) => Some(Held::Text(one(text)?.to_lowercase())),
            ("concat", args) => Some(Held::Text(args.iter().map(one).collect::<Option<Vec<_>>>()?.concat())),
            _ => None,
        },
        _ => None,
    }
}

fn quote_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `format()` with `%I`, `%L`, `%s` and `%1$I`.
fn format_text(template: &str, arguments: &[String]) -> Option<String> {
    let (mut out, mut next, mut rest) = (String::new(), 0_usize, template);
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && rest[digits..].starts_with('$') {
            next = rest[..digits].parse::<usize>().ok()?.checked_sub(1)?;
            rest = &rest[digits + 1..];
        }
        let argument = arguments.get(next)?;
        match rest.chars().next()? {
            'I' => out.push_str(&crate::engine::sql::quote_ident(argument)),
            'L' => out.push_str(&quote_literal(argument)),
            's' => out.push_str(argument),
            _ => return None,
        }
        rest = &rest[1..];
        next += 1;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn format_knows_its_places() {
        let arguments = ["Todo".to_owned(), "it's".to_owned()];
        assert_eq!(format_text("on %I: %L 100%%", &arguments).unwrap(), "on \"Todo\": 'it''s' 100%");
        assert_eq!(format_text("%2$s %1$s", &arguments).unwrap(), "it's Todo");
        assert_eq!(format_text("%I %I %I", &arguments), None);
        assert_eq!(format_text("%", &arguments), None);
    }
}
