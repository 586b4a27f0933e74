//! Who may do what: every grant of a file judged for whole classes of callers.
//!
//! Partial evaluation with unknown documents, paths and input. `Always` and `Never` are proved;
//! what depends on something says on what.

use super::{
    Compiled,
    ast::{Allow, Expr, ExprKind, Match, Segment, Service, Span},
    eval::{BUDGET, Evaluator, Frame},
    prove::inline,
    request::{Closed, Method},
    scope::Level,
    value::{Outcomes, Sources, Symbol, Unknown, Value},
};

/// Whole classes of callers.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Principal {
    /// No token at all.
    Anonymous,
    /// Any account that someone made for themselves, and a document that belongs to another.
    Stranger,
}

impl Principal {
    pub const ALL: [Self; 2] = [Self::Anonymous, Self::Stranger];
}

/// May the class do it?
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// On every document that the path covers, whatever is stored.
    Always,
    /// On none: false or an error on every branch.
    Never,
    /// It depends on these things.
    Depends(Sources),
    /// Whatever typical document is stored, the caller finds something to send that is let through:
    /// shown by requests that the rules allow.
    Reached,
    /// The same, but only while the document is in some state that others choose.
    InState,
    /// Not decided, for this reason. Never read it as either.
    Unknown(&'static str),
}

impl Access {
    /// Always, or whenever the caller sends the right input: nothing stored stands in the way.
    pub fn is_at_will(self) -> bool {
        match self {
            Self::Always | Self::Reached => true,
            Self::Depends(on) => on.is_within(Sources::SENT.and(Sources::QUERY)),
            Self::Never | Self::InState | Self::Unknown(_) => false,
        }
    }
}

/// One `allow` in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// `cloud.firestore` or `firebase.storage`.
    pub service: String,
    /// The whole pattern below `…/documents` (or `…/o`), without leading slash: `users/{id}`.
    pub pattern: Vec<Segment>,
    /// The words after `allow`.
    pub methods: Vec<String>,
    pub span: Span,
    /// Is the pattern below `/databases/{database}/documents` (or `/b/{bucket}/o`)?
    pub rooted: bool,
    /// Has it a condition at all?
    pub conditional: bool,
    /// The condition where it is one word, `true` or `false`.
    pub constant: Option<bool>,
    /// The condition without functions and bindings; absent where it grows too large.
    pub(super) flat: Option<Expr>,
    /// Path variables above the pattern: the database's name, where it is one.
    pub(super) leading: usize,
    /// By principal and method; methods that the grant does not speak of are absent.
    pub access: Vec<(Principal, Method, Access)>,
}

impl Grant {
    pub fn access(&self, principal: Principal, method: Method) -> Option<Access> {
        let found = self.access.iter().find(|(who, what, _)| (*who, *what) == (principal, method));
        found.map(|(.., access)| *access)
    }

    /// Does one of its words cover the method?
    pub fn speaks_of(&self, method: Method) -> bool {
        self.methods.iter().any(|word| method.is_in(word))
    }

    pub(super) fn replace(&mut self, principal: Principal, method: Method, access: Access) {
        for (who, what, known) in &mut self.access {
            if (*who, *what) == (principal, method) && matches!(known, Access::Depends(_)) {
                *known = access;
            }
        }
    }

    /// Names of the path's variables, by their number.
    pub(super) fn captures(&self) -> Vec<&str> {
        let names = self.pattern.iter().filter_map(|segment| match segment {
            Segment::Literal(_) => None,
            Segment::Capture(name) | Segment::Recursive(name) => Some(name.as_str()),
        });
        std::iter::repeat_n("database", self.leading).chain(names).collect()
    }

    /// The moments that the condition names (nanoseconds since 1970), the last one first.
    pub fn moments(&self) -> Vec<i128> {
        let mut moments = Vec::new();
        if let Some(condition) = &self.flat {
            condition.visit(&mut |part| moments.extend(moment(part)));
        }
        moments.sort_unstable_by(|one, other| other.cmp(one));
        moments
    }

    /// Does the pattern end in a recursive wildcard?
    pub fn is_recursive(&self) -> bool {
        matches!(self.pattern.last(), Some(Segment::Recursive(_)))
    }

    /// `/users/{id}`.
    pub fn shown(&self) -> String {
        shown(&self.pattern)
    }
}

/// `/users/{id}`.
pub fn shown(pattern: &[Segment]) -> String {
    pattern
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => format!("/{text}"),
            Segment::Capture(name) => format!("/{{{name}}}"),
            Segment::Recursive(name) => format!("/{{{name}=**}}"),
        })
        .collect()
}

/// `timestamp.date(2026, 12, 31)` and `timestamp.value(1700000000000)`.
fn moment(expr: &Expr) -> Option<i128> {
    let ExprKind::Call { target: Some(target), name, args } = &expr.kind else { return None };
    if !matches!(&target.kind, ExprKind::Variable(package) if package == "timestamp") {
        return None;
    }
    let number = |at: usize| match args.get(at).map(|argument| &argument.kind) {
        Some(ExprKind::Int(number)) => Some(*number),
        _ => None,
    };
    match (name.text.as_str(), args.len()) {
        ("value", 1) => Some(i128::from(number(0)?) * 1_000_000),
        ("date", 3) => {
            let month = i8::try_from(number(1)?).ok()?;
            let day = i8::try_from(number(2)?).ok()?;
            let date = jiff::civil::Date::new(i16::try_from(number(0)?).ok()?, month, day).ok()?;
            Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_nanosecond())
        }
        _ => None,
    }
}

/// Grants beyond this are a generated file; the rest is reported as unknown.
const MOST_GRANTS: usize = 2_000;

/// Expressions evaluated to judge all grants of a file, and nodes of all conditions written out.
/// A file by people needs a tenth.
const MOST_EVALUATED: u32 = 400_000;
const MOST_NODES: usize = 300_000;

/// Judges every grant, in the order of the text. The second value says whether some were left out.
/// `now` (nanoseconds since 1970) makes `request.time` known.
pub fn grants(rules: &Compiled, now: Option<i128>) -> (Vec<Grant>, bool) {
    let mut walk = Walk {
        now,
        grants: Vec::new(),
        captures: Vec::new(),
        pattern: Vec::new(),
        full: false,
        evaluations: MOST_EVALUATED,
        nodes: MOST_NODES,
    };
    for service in &rules.ruleset.services {
        let mut levels: Vec<Level<'_>> = vec![&rules.ruleset.functions, &service.functions];
        for block in &service.matches {
            walk.block(service, block, &mut levels);
        }
    }
    walk.grants.sort_by_key(|grant| grant.span);
    (walk.grants, walk.full)
}

struct Walk<'a> {
    now: Option<i128>,
    grants: Vec<Grant>,
    captures: Vec<(usize, &'a str, bool)>,
    pattern: Vec<Segment>,
    full: bool,
    /// Left of the allowances.
    evaluations: u32,
    nodes: usize,
}

impl<'a> Walk<'a> {
    fn block(&mut self, service: &'a Service, block: &'a Match, levels: &mut Vec<Level<'a>>) {
        let (captures, pattern) = (self.captures.len(), self.pattern.len());
        for segment in &block.path {
            match segment {
                Segment::Capture(name) => self.captures.push((levels.len(), name, false)),
                Segment::Recursive(name) => self.captures.push((levels.len(), name, true)),
                Segment::Literal(_) => {}
            }
        }
        self.pattern.extend(block.path.iter().cloned());
        levels.push(&block.functions);
        for allow in &block.allows {
            if self.grants.len() >= MOST_GRANTS {
                self.full = true;
                break;
            }
            let grant = self.grant(service, allow, levels);
            self.grants.push(grant);
        }
        for inner in &block.matches {
            self.block(service, inner, levels);
        }
        levels.pop();
        self.captures.truncate(captures);
        self.pattern.truncate(pattern);
    }

    fn grant(&mut self, service: &Service, allow: &'a Allow, levels: &[Level<'a>]) -> Grant {
        let storage = service.name.text == "firebase.storage";
        let mut access = Vec::new();
        for method in Method::ALL {
            if !allow.methods.iter().any(|word| method.is_in(&word.text)) {
                continue;
            }
            for principal in Principal::ALL {
                access.push((principal, method, self.judge(allow, levels, principal, method, storage)));
            }
        }
        Grant {
            service: service.name.text.clone(),
            pattern: below_root(&self.pattern, storage).to_vec(),
            methods: allow.methods.iter().map(|name| name.text.clone()).collect(),
            span: allow.span,
            rooted: below_root(&self.pattern, storage).len() < self.pattern.len(),
            conditional: allow.condition.is_some(),
            constant: match allow.condition.as_ref().map(|condition| &condition.kind) {
                Some(ExprKind::Bool(value)) => Some(*value),
                _ => None,
            },
            flat: self.flat(allow, levels),
            leading: self.captures.len()
                - below_root(&self.pattern, storage).iter().filter(|part| part.is_variable()).count(),
            access,
        }
    }

    fn flat(&mut self, allow: &'a Allow, levels: &[Level<'a>]) -> Option<Expr> {
        let captures: Vec<_> = self.captures.iter().map(|(level, name, _)| (*level, *name)).collect();
        let (flat, nodes) = inline(allow.condition.as_ref()?, levels, &captures, self.nodes);
        self.nodes = self.nodes.saturating_sub(nodes);
        flat
    }

    fn judge(
        &mut self,
        allow: &'a Allow,
        levels: &[Level<'a>],
        principal: Principal,
        method: Method,
        storage: bool,
    ) -> Access {
        if self.evaluations == 0 {
            return Access::Unknown("the file takes too long to be judged whole");
        }
        // Of a list the last variable of the path is null: it stands for no one document.
        let last = self.captures.last().map(|(level, name, _)| (*level, *name));
        let ends_in_capture = matches!(self.pattern.last(), Some(Segment::Capture(_)));
        let captures: Vec<_> = self
            .captures
            .iter()
            .map(|(level, name, recursive)| {
                let is_last = ends_in_capture && last == Some((*level, *name));
                let value = if method == Method::List && is_last && !storage {
                    Err(super::Fault::null())
                } else {
                    let may = Outcomes::EITHER.with_error(*recursive);
                    Ok(Value::Unknown(Unknown { may, on: Sources::PATH, symbol: Symbol::Any }))
                };
                (*level, *name, value)
            })
            .collect();
        let auth = match principal {
            Principal::Anonymous => Value::Null,
            Principal::Stranger => account(),
        };
        let mut evaluator = open_evaluator(auth, method, storage, self.now);
        let frame = Frame { levels, captures: &captures, locals: Vec::new() };
        let (may, on, _) = evaluator.grants(allow.condition.as_ref(), &frame);
        self.evaluations = self.evaluations.saturating_sub(10 + BUDGET - evaluator.budget);
        match may {
            _ if evaluator.exhausted => Access::Unknown("the condition needs more than 1000 evaluations"),
            _ if may == Outcomes::exactly(true) => Access::Always,
            Outcomes { yes: false, .. } => Access::Never,
            _ if on.has(Sources::OPAQUE) => Access::Unknown("the condition is not modelled"),
            _ => Access::Depends(on),
        }
    }
}

/// Knows the caller and the method, and nothing else.
pub(super) fn open_evaluator(
    auth: Value,
    method: Method,
    storage: bool,
    now: Option<i128>,
) -> Evaluator<'static> {
    Evaluator {
        documents: &Closed,
        budget: BUDGET,
        exhausted: false,
        read: std::collections::BTreeSet::new(),
        most_read: usize::MAX,
        request: request(auth, method, storage, now),
        resource: resource(method, storage),
        storage,
        depth: 0,
    }
}

/// Without `databases/{database}/documents` or `b/{bucket}/o`.
fn below_root(pattern: &[Segment], storage: bool) -> &[Segment] {
    let literal =
        |segment: &Segment, wanted: &str| matches!(segment, Segment::Literal(text) if text == wanted);
    match pattern {
        [first, _, third, rest @ ..]
            if !storage && literal(first, "databases") && literal(third, "documents") =>
        {
            rest
        }
        [first, _, third, rest @ ..] if storage && literal(first, "b") && literal(third, "o") => rest,
        all => all,
    }
}

pub(super) fn open(symbol: Symbol, on: Sources) -> Value {
    Value::symbol(symbol, on)
}

fn resource(method: Method, storage: bool) -> Value {
    match method {
        Method::Create => Value::Null,
        // What a list of files finds there is written nowhere.
        Method::List if storage => Value::unknown(Sources::STORED),
        _ if storage => open(Symbol::Fields, Sources::STORED),
        // Of a listed document only the fields are there, and only those that the query pins.
        Method::List => Value::map([("data", open(Symbol::Fields, Sources::STORED))]),
        Method::Get | Method::Update | Method::Delete => open(Symbol::Document, Sources::STORED),
    }
}

fn request(auth: Value, method: Method, storage: bool, now: Option<i128>) -> Value {
    let Value::Map(mut request) = Value::map([
        ("auth", auth),
        ("method", Value::text(method.name())),
        ("path", open(Symbol::Any, Sources::PATH)),
        ("time", now.map_or(open(Symbol::Any, Sources::TIME), Value::Time)),
        ("headers", Value::unknown(Sources::TOKEN)),
    ]) else {
        return Value::Null;
    };
    match method {
        Method::Get => {}
        Method::List => {
            let chosen = || open(Symbol::Any, Sources::QUERY);
            let query = Value::map([("limit", chosen()), ("offset", chosen()), ("orderBy", chosen())]);
            request.insert("query".to_owned(), query);
        }
        Method::Delete => drop(request.insert("resource".to_owned(), Value::Null)),
        Method::Create | Method::Update => {
            let symbol = if storage { Symbol::Fields } else { Symbol::Document };
            request.insert("resource".to_owned(), open(symbol, Sources::SENT));
        }
    }
    Value::Map(request)
}

/// `request.auth` of an account anyone can make, with an address of their own that they confirmed
/// and no custom claims.
pub(super) fn account() -> Value {
    let claim = || open(Symbol::Any, Sources::TOKEN);
    let firebase =
        Value::map([("sign_in_provider", claim()), ("identities", Value::unknown(Sources::TOKEN))]);
    let own = |symbol| open(symbol, Sources::default());
    let token = Value::map([
        ("sub", own(Symbol::OwnId)),
        ("user_id", own(Symbol::OwnId)),
        ("email", own(Symbol::OwnEmail)),
        ("email_verified", Value::Bool(true)),
        ("name", Value::unknown(Sources::TOKEN)),
        ("picture", Value::unknown(Sources::TOKEN)),
        ("phone_number", Value::unknown(Sources::TOKEN)),
        ("aud", claim()),
        ("iss", claim()),
        ("iat", claim()),
        ("exp", claim()),
        ("auth_time", claim()),
        ("firebase", firebase),
    ]);
    Value::map([("uid", own(Symbol::OwnId)), ("token", token)])
}
