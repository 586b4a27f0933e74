//! Evaluates a policy's expression for one caller, over all rows at once.
//!
//! Values that are the same for every row are computed; the others say what they depend on. The
//! claim to hold: `True` is true for every row, `Never` for no row, whatever the data.

use super::{
    caller::{Caller, Needs},
    catalogue::{Catalogue, Relation},
    claims::{self, Claim},
    expr::{Expr, Is, Query, Source},
    truth::{Absence, Truth},
};

/// Functions are followed this deep.
const MAX_CALLS: usize = 8;
/// And this many steps are taken for one expression.
const MAX_STEPS: usize = 20_000;

/// A value, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Text(String),
    /// The caller's own id or verified address; never NULL.
    Identity,
    /// The claims of the token, or a part of them.
    Claim(Claim),
    /// A column of the row that is judged.
    Row {
        not_null: bool,
        column: String,
    },
    /// A column of a table in a subquery.
    Inner,
    /// The result of a query: what it depends on.
    Data(Needs),
    /// A truth value.
    Truth(Truth),
    /// A list of any of these.
    List(Vec<Value>),
    Unknown(Needs),
}

/// The condition's truth for `caller` over the rows of `relation`.
pub fn evaluate(expr: &Expr, caller: Caller, relation: &Relation, catalogue: &Catalogue) -> Truth {
    let mut run = Run { caller, relation, catalogue, scopes: Vec::new(), calls: 0, steps: 0 };
    run.truth(expr)
}

struct Run<'a> {
    caller: Caller,
    relation: &'a Relation,
    catalogue: &'a Catalogue,
    /// Tables of the subqueries around, innermost last.
    scopes: Vec<Vec<Source>>,
    calls: usize,
    steps: usize,
}

impl Run<'_> {
    fn truth(&mut self, expr: &Expr) -> Truth {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Truth::depends(Needs::UNKNOWN);
        }
        match expr {
            Expr::And(items) => items.iter().fold(Truth::True, |sum, item| sum.and(self.truth(item))),
            Expr::Or(items) => items.iter().fold(Truth::FALSE, |sum, item| sum.or(self.truth(item))),
            Expr::Not(inner) => self.truth(inner).not(),
            Expr::Is { expr, what, negated } => {
                let truth = self.is(expr, *what);
                if *negated { truth.not() } else { truth }
            }
            Expr::Binary { op, left, right } if is_comparison(op) => {
                let (left, right) = (self.value(left), self.value(right));
                compare(op, &left, &right)
            }
            Expr::Any { op, left, right } => self.any(op, left, right),
            Expr::Exists(query) => match self.query(query).0 {
                Truth::Never(_) => Truth::FALSE,
                Truth::True => Truth::depends(Needs::DATA),
                depends @ Truth::Depends(_) => depends,
            },
            other => truth_of(self.value(other)),
        }
    }

    fn value(&mut self, expr: &Expr) -> Value {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Value::Unknown(Needs::UNKNOWN);
        }
        match expr {
            Expr::Null => Value::Null,
            Expr::Bool(value) => Value::Bool(*value),
            Expr::Literal(text) => Value::Text(text.clone()),
            Expr::Name(parts) => self.name(parts),
            Expr::Call { name, args } => self.call(name, args),
            Expr::List(items) => Value::List(items.iter().map(|item| self.value(item)).collect()),
            Expr::Query(query) => self.scalar(query),
            Expr::Binary { op, left, right } if !is_comparison(op) => {
                let (left, right) = (self.value(left), self.value(right));
                combine(op, left, right, self.caller)
            }
            Expr::Opaque(_) => Value::Unknown(Needs::UNKNOWN),
            truth => Value::Truth(self.truth(truth)),
        }
    }

    /// A column of the innermost table that has it, else of the row.
    fn name(&self, parts: &[String]) -> Value {
        let (Some(column), qualifier) =
            (parts.last(), parts.len().checked_sub(2).and_then(|at| parts.get(at)))
        else {
            return Value::Unknown(Needs::UNKNOWN);
        };
        if qualifier.is_none() && matches!(column.as_str(), "current_user" | "current_role" | "user") {
            return Value::Text(self.caller.role().to_owned());
        }
        for scope in self.scopes.iter().rev() {
            let found = match qualifier {
                Some(qualifier) => scope.iter().any(|source| source.alias == *qualifier),
                None => scope.iter().any(|source| self.may_have(source, column)),
            };
            if found {
                return Value::Inner;
            }
        }
        match self.relation.column(column) {
            Some(found) => Value::Row { not_null: found.not_null, column: column.clone() },
            // `NEW`, a whole-row reference, or a column of a table that was not created here.
            None => Value::Row { not_null: false, column: parts.join(".") },
        }
    }

    /// A table whose columns are not known may have any.
    fn may_have(&self, source: &Source, column: &str) -> bool {
        let known = self.catalogue.resolve(&source.table).filter(|relation| !relation.columns.is_empty());
        match known {
            Some(relation) => relation.column(column).is_some(),
            None => self.relation.column(column).is_none(),
        }
    }

    fn is(&mut self, expr: &Expr, what: Is) -> Truth {
        if what == Is::Null {
            return match self.value(expr) {
                Value::Null | Value::Truth(Truth::Never(Absence::Null)) => Truth::True,
                Value::Bool(_)
                | Value::Text(_)
                | Value::Identity
                | Value::List(_)
                | Value::Row { not_null: true, .. }
                | Value::Truth(Truth::True | Truth::Never(Absence::False)) => Truth::FALSE,
                Value::Claim(claim) => claims::is_null(&claim, self.caller),
                Value::Row { .. } => Truth::depends(Needs::ROW),
                Value::Inner => Truth::depends(Needs::DATA),
                Value::Data(needs) | Value::Unknown(needs) => {
                    Truth::depends(needs.negated().and(Needs::DATA))
                }
                Value::Truth(_) => Truth::depends(Needs::UNKNOWN),
            };
        }
        match (self.truth(expr), what) {
            (Truth::Never(Absence::Null), _) => Truth::FALSE,
            (truth, Is::True) => match truth {
                Truth::Never(_) => Truth::FALSE,
                other => other,
            },
            (truth, _) => truth.not(),
        }
    }

    fn any(&mut self, op: &str, left: &Expr, right: &Expr) -> Truth {
        let value = self.value(left);
        if let Expr::Query(query) = right {
            let (found, target) = self.query(query);
            return match found {
                Truth::Never(_) => Truth::FALSE,
                found => found.and(compare(op, &value, &target)).weakened(),
            };
        }
        match self.value(right) {
            Value::List(items) => {
                items.iter().fold(Truth::FALSE, |sum, item| sum.or(compare(op, &value, item)))
            }
            Value::Text(array) => array
                .trim_matches(['{', '}'])
                .split(',')
                .map(|item| Value::Text(item.trim().trim_matches('"').to_owned()))
                .fold(Truth::FALSE, |sum, item| sum.or(compare(op, &value, &item))),
            set => compare(op, &value, &set),
        }
    }

    /// Whether the query has a row, and what its target then is.
    fn query(&mut self, query: &Query) -> (Truth, Value) {
        self.scopes.push(query.tables.clone());
        let mut found = query.condition.as_ref().map_or(Truth::True, |condition| self.truth(condition));
        let target =
            query.target.as_ref().map_or(Value::Unknown(Needs::UNKNOWN), |target| self.value(target));
        self.scopes.pop();
        if query.opaque && !matches!(found, Truth::Never(_)) {
            found = found.and(Truth::depends(Needs::UNKNOWN));
        }
        (found, target)
    }

    fn scalar(&mut self, query: &Query) -> Value {
        if matches!(&query.target, Some(Expr::Call { name, .. }) if is_aggregate(name)) || query.opaque {
            let (found, _) = self.query(query);
            let needs =
                if let Truth::Depends(alternatives) = found { sum(&alternatives) } else { Needs::DATA };
            return Value::Unknown(needs.and(Needs::UNKNOWN));
        }
        match self.query(query) {
            (Truth::Never(_), _) => Value::Null,
            (Truth::True, target) if query.tables.is_empty() => target,
            (Truth::True, _) => Value::Data(Needs::DATA),
            (Truth::Depends(alternatives), _) => Value::Data(sum(&alternatives)),
        }
    }

    fn call(&mut self, name: &str, args: &[Expr]) -> Value {
        match (name, args) {
            ("auth.uid", []) => claims::identity(self.caller),
            ("auth.email", []) => claims::part(&Claim::root(), "email", self.caller),
            ("auth.role", []) => Value::Text(self.caller.role().to_owned()),
            ("auth.jwt", []) => Value::Claim(Claim::root()),
            ("current_setting", [Expr::Literal(setting), ..]) => claims::setting(setting, self.caller),
            ("coalesce", args) => self.coalesce(args),
            (
                "nullif" | "lower" | "upper" | "trim" | "btrim" | "storage.foldername" | "storage.filename"
                | "storage.extension" | "split_part" | "string_to_array",
                [value, ..],
            ) => self.value(value),
            ("now" | "gen_random_uuid" | "clock_timestamp", _) => Value::Unknown(Needs::DATA),
            ("realtime.topic", []) => Value::Unknown(Needs::ROW),
            (name, args) if PURE.contains(&name.trim_start_matches("pg_catalog.")) => {
                let needs = args.iter().fold(Needs::DATA, |sum, arg| sum.and(needs_of(&self.value(arg))));
                Value::Unknown(needs)
            }
            _ => self.own_function(name, args),
        }
    }

    fn coalesce(&mut self, args: &[Expr]) -> Value {
        for arg in args {
            match self.value(arg) {
                Value::Null | Value::Truth(Truth::Never(Absence::Null)) => {}
                Value::Claim(claim) if claims::is_null(&claim, self.caller) == Truth::True => {}
                // A value that may be NULL hands over to the rest, which is then not known.
                Value::Row { not_null: false, column } if args.len() > 1 => {
                    return Value::Row { not_null: true, column };
                }
                other => return other,
            }
        }
        Value::Null
    }

    /// Follows a function of the project where its body is one expression.
    fn own_function(&mut self, name: &str, args: &[Expr]) -> Value {
        let parts: Vec<String> = name.split('.').map(str::to_owned).collect();
        let Some(function) = self.catalogue.function(&parts, args.len()) else {
            return self.unread_call(args, false);
        };
        let Some(value) = function.value.as_ref().filter(|_| self.calls < MAX_CALLS) else {
            return self.unread_call(args, function.looks_at_caller());
        };
        let inlined = value.with_arguments(&function.parameters, args);
        self.calls += 1;
        let value = self.value(&inlined);
        self.calls -= 1;
        value
    }

    /// A function that looks at the caller, or is handed the caller, is taken to bind the caller.
    fn unread_call(&mut self, args: &[Expr], looks_at_caller: bool) -> Value {
        let mut needs = Needs::UNKNOWN;
        let mut binds = looks_at_caller;
        for arg in args {
            match self.value(arg) {
                Value::Identity | Value::Claim(_) => binds = true,
                Value::Row { .. } => needs = needs.and(Needs::ROW),
                Value::Data(more) | Value::Unknown(more) => needs = needs.and(more),
                _ => {}
            }
        }
        Value::Unknown(if binds { needs.and(Needs::MEMBER) } else { needs })
    }
}

/// Functions of PostgreSQL whose result depends on their arguments and on nothing else.
const PURE: &[&str] = &[
    "length",
    "char_length",
    "octet_length",
    "substring",
    "substr",
    "position",
    "strpos",
    "left",
    "right",
    "replace",
    "regexp_replace",
    "regexp_match",
    "array_length",
    "cardinality",
    "jsonb_array_length",
    "jsonb_typeof",
    "date_trunc",
    "date_part",
    "age",
    "abs",
    "round",
    "floor",
    "ceil",
    "greatest",
    "least",
    "to_char",
    "to_timestamp",
    "to_date",
    "concat",
    "md5",
    "starts_with",
    "array_position",
    "array_append",
    "jsonb_extract_path_text",
    "jsonb_build_object",
    "to_jsonb",
    "jsonb_exists",
    "make_interval",
    "path_tokens",
    "array_remove",
    "string_agg",
];

fn is_aggregate(name: &str) -> bool {
    matches!(name, "count" | "sum" | "max" | "min" | "bool_or" | "bool_and" | "array_agg" | "avg" | "every")
}

fn is_comparison(op: &str) -> bool {
    matches!(
        op,
        "=" | "<>"
            | "<"
            | ">"
            | "<="
            | ">="
            | "like"
            | "ilike"
            | "not like"
            | "not ilike"
            | "~"
            | "~*"
            | "@>"
            | "<@"
            | "&&"
            | "?"
            | "is distinct from"
            | "is not distinct from"
            | "^@"
            | "!~"
            | "?|"
            | "?&"
    )
}

fn sum(alternatives: &[Needs]) -> Needs {
    alternatives.iter().fold(Needs::default(), |sum, needs| sum.and(*needs))
}

impl Truth {
    /// Found in a query's result: true only where the data has it.
    fn weakened(self) -> Self {
        if self == Self::True { Self::depends(Needs::DATA) } else { self }
    }
}

/// A value in the place of a condition.
fn truth_of(value: Value) -> Truth {
    match value {
        Value::Null => Truth::NULL,
        Value::Bool(value) => Truth::of(value),
        Value::Text(text) => match text.to_lowercase().as_str() {
            "t" | "true" | "yes" | "on" | "1" | "y" => Truth::True,
            "f" | "false" | "no" | "off" | "0" | "n" => Truth::FALSE,
            _ => Truth::depends(Needs::UNKNOWN),
        },
        Value::Truth(truth) => truth,
        Value::Row { .. } => Truth::depends(Needs::ROW),
        Value::Inner => Truth::depends(Needs::DATA),
        Value::Claim(claim) => Truth::depends(claim.needs()),
        Value::Data(needs) | Value::Unknown(needs) => Truth::depends(needs),
        Value::Identity | Value::List(_) => Truth::depends(Needs::UNKNOWN),
    }
}

fn compare(op: &str, left: &Value, right: &Value) -> Truth {
    if op == "is distinct from" || op == "is not distinct from" {
        return distinct(op == "is distinct from", left, right);
    }
    let negated = matches!(op, "<>" | "not like" | "not ilike" | "!~");
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Truth::NULL,
        (Value::Truth(truth), other) | (other, Value::Truth(truth)) => boolean(truth, other, negated),
        (Value::Bool(one), Value::Bool(other)) if op == "=" || negated => {
            Truth::of((one == other) != negated)
        }
        (Value::Text(one), Value::Text(other)) if op == "=" || op == "<>" => {
            Truth::of((one == other) != negated)
        }
        (Value::Row { column: one, not_null }, Value::Row { column: other, .. })
            if one == other && op == "=" =>
        {
            if *not_null {
                Truth::True
            } else {
                Truth::depends(Needs::ROW)
            }
        }
        (Value::Identity, Value::Identity) if op == "=" => Truth::True,
        (Value::Identity, other) | (other, Value::Identity) => identity(other, negated),
        (Value::Claim(claim), other) | (other, Value::Claim(claim)) => claim_against(claim, other, negated),
        (one, other) => match needs_of(one).and(needs_of(other)) {
            // Two constants under an operator that is not computed here.
            needs if needs == Needs::default() => Truth::depends(Needs::UNKNOWN),
            needs => Truth::depends(needs),
        },
    }
}

fn distinct(wanted: bool, left: &Value, right: &Value) -> Truth {
    let equal = match (left, right) {
        (Value::Null, Value::Null) => Truth::True,
        (Value::Null, Value::Text(_) | Value::Identity | Value::Bool(_))
        | (Value::Text(_) | Value::Identity | Value::Bool(_), Value::Null) => Truth::FALSE,
        (Value::Null, other) | (other, Value::Null) => Truth::depends(needs_of(other).negated()),
        (one, other) => match compare("=", one, other) {
            Truth::Never(Absence::Null) => Truth::depends(Needs::UNKNOWN),
            known => known,
        },
    };
    if wanted { equal.not() } else { equal }
}

/// `condition = true`.
fn boolean(truth: &Truth, other: &Value, negated: bool) -> Truth {
    match truth_of(other.clone()) {
        Truth::True => {
            if negated {
                truth.clone().not()
            } else {
                truth.clone()
            }
        }
        Truth::Never(Absence::False) => {
            if negated {
                truth.clone()
            } else {
                truth.clone().not()
            }
        }
        Truth::Never(Absence::Null) => Truth::NULL,
        Truth::Never(Absence::Either) | Truth::Depends(_) => Truth::depends(Needs::UNKNOWN),
    }
}

fn identity(other: &Value, negated: bool) -> Truth {
    let needs = match other {
        Value::Row { .. } => Needs::OWNER,
        Value::Inner => Needs::MEMBER,
        Value::Text(_) | Value::Claim(_) => Needs::CLAIM,
        Value::Data(needs) => needs.and(Needs::MEMBER),
        Value::Unknown(needs) => needs.and(Needs::OWNER),
        Value::List(items) => {
            return items.iter().fold(Truth::FALSE, |sum, item| sum.or(identity(item, negated)));
        }
        _ => Needs::UNKNOWN,
    };
    let truth = Truth::depends(needs);
    if negated { truth.not() } else { truth }
}

fn claim_against(claim: &Claim, other: &Value, negated: bool) -> Truth {
    let truth = Truth::depends(match other {
        Value::Row { .. } if claim.is_identity() => Needs::OWNER,
        Value::Inner if claim.is_identity() => Needs::MEMBER,
        other => claim.needs().and(needs_of(other)),
    });
    if negated && claim.is_identity() { truth.not() } else { truth }
}

fn needs_of(value: &Value) -> Needs {
    match value {
        Value::Row { .. } => Needs::ROW,
        Value::Inner => Needs::DATA,
        Value::Data(needs) | Value::Unknown(needs) => *needs,
        Value::Claim(claim) => claim.needs(),
        Value::Identity => Needs::OWNER,
        Value::Truth(Truth::Depends(alternatives)) => sum(alternatives),
        Value::List(items) => items.iter().fold(Needs::default(), |sum, item| sum.and(needs_of(item))),
        Value::Null | Value::Bool(_) | Value::Text(_) | Value::Truth(_) => Needs::default(),
    }
}

/// Operators that make values: JSON access, arithmetic, concatenation.
fn combine(op: &str, left: Value, right: Value, caller: Caller) -> Value {
    match (op, left, right) {
        ("->" | "->>", Value::Claim(claim), Value::Text(key)) => claims::part(&claim, &key, caller),
        (_, Value::Null, _) | (_, _, Value::Null) => Value::Null,
        ("->" | "->>" | "#>>" | "#>", value @ (Value::Row { .. } | Value::Inner | Value::Data(_)), _) => {
            value
        }
        // Arithmetic on times, concatenation: it depends on what its parts depend on.
        ("+" | "-" | "*" | "/" | "%" | "||", left, right) => {
            Value::Unknown(needs_of(&left).and(needs_of(&right)).and(Needs::DATA))
        }
        (_, left, right) => Value::Unknown(needs_of(&left).and(needs_of(&right)).and(Needs::UNKNOWN)),
    }
}
