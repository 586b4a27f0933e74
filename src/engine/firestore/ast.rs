//! A rules file as a tree. Every part knows where it stands.

/// Byte offsets into the file's text.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub(super) fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    pub(super) fn to(self, end: Self) -> Self {
        Self { start: self.start, end: end.end.max(self.start) }
    }
}

/// Something the compiler says about a place: an error or a warning.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    pub span: Span,
    /// Lower case, without a full stop.
    pub message: String,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ruleset {
    /// The text of `rules_version`, usually `1` or `2`; absent means 1.
    pub version: Option<Name>,
    pub functions: Vec<Function>,
    pub services: Vec<Service>,
}

impl Ruleset {
    /// Version 2: a recursive wildcard also matches nothing and may stand anywhere in a path.
    pub fn is_v2(&self) -> bool {
        self.version.as_ref().is_some_and(|version| version.text == "2")
    }

    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name.text == name)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// `cloud.firestore` or `firebase.storage`.
    pub name: Name,
    pub functions: Vec<Function>,
    pub matches: Vec<Match>,
}

/// `match /users/{id} { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    pub path: Vec<Segment>,
    pub path_span: Span,
    pub functions: Vec<Function>,
    pub allows: Vec<Allow>,
    pub matches: Vec<Match>,
}

/// One segment of a `match` path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Segment {
    Literal(String),
    /// `{id}`: exactly one segment.
    Capture(String),
    /// `{rest=**}`: the rest of the path.
    Recursive(String),
}

impl Segment {
    /// Does it bind a name?
    pub fn is_variable(&self) -> bool {
        !matches!(self, Self::Literal(_))
    }
}

/// `allow read, write: if …;`
#[derive(Clone, Debug, PartialEq)]
pub struct Allow {
    pub methods: Vec<Name>,
    /// Absent means always.
    pub condition: Option<Expr>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub name: Name,
    pub params: Vec<Name>,
    pub lets: Vec<(Name, Expr)>,
    pub body: Expr,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
    /// Height of the tree as the compiler counts it: parentheses count, member access does not.
    pub(super) height: u32,
    /// Height in our own recursion.
    pub(super) nesting: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    Path(Vec<PathPart>),
    Variable(String),
    Member(Box<Expr>, Name),
    Index(Box<Expr>, Box<Expr>),
    Slice(Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
    /// `f(x)`, `target.f(x)`, `math.abs(x)`.
    Call {
        target: Option<Box<Expr>>,
        name: Name,
        args: Vec<Expr>,
    },
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    Is(Box<Expr>, Name),
    /// `condition ? then : otherwise`.
    Ternary(Box<[Expr; 3]>),
}

/// A segment of a path expression.
#[derive(Clone, Debug, PartialEq)]
pub enum PathPart {
    Literal(String),
    /// `$(…)`.
    Computed(Expr),
    /// `{x}`, to be filled by `bind`.
    Hole(String),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Operator {
    Or,
    And,
    In,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operator {
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::In => "in",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

impl Expr {
    /// Calls `tell` for this expression and everything below it, in reading order.
    pub fn visit<'a>(&'a self, tell: &mut dyn FnMut(&'a Self)) {
        tell(self);
        for part in self.parts() {
            part.visit(tell);
        }
    }

    /// The expressions directly below.
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::List(items) => items.iter().collect(),
            ExprKind::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            ExprKind::Path(parts) => parts
                .iter()
                .filter_map(|part| match part {
                    PathPart::Computed(expr) => Some(expr),
                    PathPart::Literal(_) | PathPart::Hole(_) => None,
                })
                .collect(),
            ExprKind::Member(inner, _)
            | ExprKind::Not(inner)
            | ExprKind::Negate(inner)
            | ExprKind::Is(inner, _) => vec![inner],
            ExprKind::Index(left, right) | ExprKind::Binary(_, left, right) => vec![left, right],
            ExprKind::Slice(target, from, to) => {
                [Some(target), from.as_ref(), to.as_ref()].into_iter().flatten().map(AsRef::as_ref).collect()
            }
            ExprKind::Call { target, args, .. } => target.iter().map(AsRef::as_ref).chain(args).collect(),
            ExprKind::Ternary(parts) => parts.iter().collect(),
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Text(_)
            | ExprKind::Bytes(_)
            | ExprKind::Variable(_) => Vec::new(),
        }
    }
}
