//! Policy expressions, reduced to what deciding about them needs.

/// An SQL expression. Casts and collations are left out, chains of AND and OR are flat.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Null,
    Bool(bool),
    /// A string or number, by its text.
    Literal(String),
    /// A dotted name: a column, with or without its table.
    Name(Vec<String>),
    Call {
        name: String,
        args: Vec<Expr>,
    },
    /// `ARRAY[…]`, `(a, b)`, or the list of an IN.
    List(Vec<Expr>),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// `=`, `<>`, `->>`, …; the operator in lower case with single blanks.
    Binary {
        op: String,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `left op ANY (right)` where `right` is an array or a query.
    Any {
        op: String,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Is {
        expr: Box<Expr>,
        what: Is,
        negated: bool,
    },
    Exists(Box<Query>),
    /// A query used as a value, or as the set of an IN.
    Query(Box<Query>),
    /// Not understood; its text.
    Opaque(String),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Is {
    Null,
    True,
    False,
}

/// `SELECT target FROM tables WHERE condition`.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub tables: Vec<Source>,
    pub target: Option<Expr>,
    /// WHERE and every ON, joined with AND.
    pub condition: Option<Expr>,
    /// Has parts (UNION, WITH, LATERAL, grouping) that are not understood.
    pub opaque: bool,
}

/// One table of a FROM.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Source {
    /// Dotted parts as written.
    pub table: Vec<String>,
    /// What columns are qualified with.
    pub alias: String,
}

impl Expr {
    /// Calls `visit` with every part, the whole first.
    pub fn walk(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        match self {
            Self::Null | Self::Bool(_) | Self::Literal(_) | Self::Name(_) | Self::Opaque(_) => {}
            Self::Call { args, .. } | Self::List(args) | Self::And(args) | Self::Or(args) => {
                for arg in args {
                    arg.walk(visit);
                }
            }
            Self::Not(expr) | Self::Is { expr, .. } => expr.walk(visit),
            Self::Binary { left, right, .. } | Self::Any { left, right, .. } => {
                left.walk(visit);
                right.walk(visit);
            }
            Self::Exists(query) | Self::Query(query) => {
                query.target.iter().chain(&query.condition).for_each(|expr| expr.walk(visit));
            }
        }
    }

    /// The same with parameters of a function replaced by its arguments.
    #[must_use]
    pub(super) fn with_arguments(&self, parameters: &[String], arguments: &[Self]) -> Self {
        let again = |expr: &Self| expr.with_arguments(parameters, arguments);
        let all = |exprs: &[Self]| exprs.iter().map(again).collect();
        match self {
            Self::Null | Self::Bool(_) | Self::Literal(_) | Self::Opaque(_) => self.clone(),
            Self::Name(parts) => argument(parts, parameters, arguments).unwrap_or_else(|| self.clone()),
            Self::Call { name, args } => Self::Call { name: name.clone(), args: all(args) },
            Self::List(items) => Self::List(all(items)),
            Self::And(items) => Self::And(all(items)),
            Self::Or(items) => Self::Or(all(items)),
            Self::Not(expr) => Self::Not(Box::new(again(expr))),
            Self::Is { expr, what, negated } => {
                Self::Is { expr: Box::new(again(expr)), what: *what, negated: *negated }
            }
            Self::Binary { op, left, right } => {
                Self::Binary { op: op.clone(), left: Box::new(again(left)), right: Box::new(again(right)) }
            }
            Self::Any { op, left, right } => {
                Self::Any { op: op.clone(), left: Box::new(again(left)), right: Box::new(again(right)) }
            }
            Self::Exists(query) => Self::Exists(Box::new(query.with_arguments(parameters, arguments))),
            Self::Query(query) => Self::Query(Box::new(query.with_arguments(parameters, arguments))),
        }
    }
}

impl Query {
    fn with_arguments(&self, parameters: &[String], arguments: &[Expr]) -> Self {
        let again = |expr: &Expr| expr.with_arguments(parameters, arguments);
        Self {
            tables: self.tables.clone(),
            target: self.target.as_ref().map(again),
            condition: self.condition.as_ref().map(again),
            opaque: self.opaque,
        }
    }
}

/// `$1`, the parameter's name, or `function.parameter`.
fn argument(parts: &[String], parameters: &[String], arguments: &[Expr]) -> Option<Expr> {
    let name = parts.last()?;
    let at = match name.strip_prefix('$') {
        Some(number) => number.parse::<usize>().ok()?.checked_sub(1)?,
        None if parts.len() == 1 => parameters.iter().position(|parameter| parameter == name)?,
        None => return None,
    };
    arguments.get(at).cloned()
}
