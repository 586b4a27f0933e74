//! One concrete request against a ruleset and the documents there are.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Compiled,
    ast::{Allow, Span},
    eval::{BUDGET, Documents, Evaluator, Found, Frame},
    fault::{Fault, FaultKind},
    path::{Hit, Step, find},
    value::{Bounds, Outcomes, Sources, Symbol, Unknown, Value},
};

/// What a caller wants to do.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Method {
    Get,
    List,
    Create,
    Update,
    Delete,
}

impl Method {
    pub const ALL: [Self; 5] = [Self::Get, Self::List, Self::Create, Self::Update, Self::Delete];

    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    pub fn is_read(self) -> bool {
        matches!(self, Self::Get | Self::List)
    }

    /// Does `allow <word>` speak of it?
    pub fn is_in(self, word: &str) -> bool {
        word == self.name() || word == if self.is_read() { "read" } else { "write" }
    }
}

/// Fields of a document.
pub use super::value::Fields;

/// Documents by their path below `documents`.
pub type Store = BTreeMap<String, Fields>;

#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    /// Below `documents`: of the document, or of the listed collection.
    pub path: String,
    /// `request.auth`: null, or a map with `uid` and `token`.
    pub auth: Value,
    /// The document as it will be, for create and update.
    pub data: Option<Fields>,
    pub query: Query,
    /// `request.time` in nanoseconds since 1970.
    pub now: i128,
}

#[derive(Clone, Debug, Default)]
pub struct Query {
    /// All collections of that name, wherever they are.
    pub group: bool,
    /// Alternatives, each a list of filters that hold together; none means everything.
    pub filters: Vec<Vec<Filter>>,
    pub limit: Option<i64>,
    pub offset: i64,
}

#[derive(Clone, Debug)]
pub struct Filter {
    pub field: String,
    pub comparison: Comparison,
    pub value: Value,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// Array filters, which say nothing that is modelled.
    Other,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// By the grant that stands there.
    Allow(Span),
    Deny(Denial),
    /// The outcome depends on something that is not modelled.
    Open(String),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Denial {
    /// No `allow` speaks of this method on this path.
    NoMatch,
    False,
    Error(Fault),
}

/// Decides one request; `after` is the state that its batch would leave.
pub fn decide(rules: &Compiled, request: &Request, before: &Store, after: &Store) -> Decision {
    decide_all(rules, std::slice::from_ref(request), before, after)
}

/// Why each grant that speaks of the request does not let it through, in the order of the text.
pub fn explain(rules: &Compiled, request: &Request, before: &Store, after: &Store) -> Vec<(Span, Denial)> {
    let deciding = Deciding { rules, request, before, after, most_read: 10 };
    deciding.denials()
}

/// Decides the writes of one commit, which share the budget for documents: 10 for one, 20 for more.
pub fn decide_all(rules: &Compiled, requests: &[Request], before: &Store, after: &Store) -> Decision {
    let most_read = if requests.len() > 1 { 20 } else { 10 };
    let mut read = BTreeSet::new();
    let mut granted = Decision::Deny(Denial::NoMatch);
    for request in requests {
        granted = Deciding { rules, request, before, after, most_read }.decide(&mut read);
        if !matches!(granted, Decision::Allow(_)) {
            break;
        }
    }
    granted
}

struct Deciding<'a> {
    rules: &'a Compiled,
    request: &'a Request,
    before: &'a Store,
    after: &'a Store,
    most_read: usize,
}

impl<'a> Deciding<'a> {
    fn decide(&self, read: &mut BTreeSet<String>) -> Decision {
        let Some(service) = self.rules.ruleset.service("cloud.firestore") else {
            return Decision::Deny(Denial::NoMatch);
        };
        let levels = [self.rules.ruleset.functions.as_slice(), service.functions.as_slice()];
        let hits = find(&service.matches, &levels, &self.steps(), self.rules.ruleset.is_v2());
        let speaks = |allow: &Allow| allow.methods.iter().any(|word| self.request.method.is_in(&word.text));
        let grants: Vec<(&Hit<'a>, &'a Allow)> = hits
            .iter()
            .flat_map(|hit| hit.block.allows.iter().map(move |allow| (hit, allow)))
            .filter(|(_, allow)| speaks(allow))
            .collect();
        if grants.is_empty() {
            return Decision::Deny(Denial::NoMatch);
        }
        let early = self.before_reading(&grants);
        let unread = early.as_ref().map(|_| read.clone());
        let mut last = Decision::Deny(Denial::NoMatch);
        for resource in self.resources() {
            last = self.first_grant(&grants, &resource, read);
            if !matches!(last, Decision::Allow(_)) {
                break;
            }
        }
        let Some(early) = early else { return last };
        *read = unread.unwrap_or_default();
        match last {
            // A literal that holds what is not there is an error, which only the second look sees.
            Decision::Deny(Denial::False) => last,
            Decision::Deny(Denial::Error(ref fault))
                if !matches!(fault.kind, FaultKind::Document | FaultKind::Budget) =>
            {
                last
            }
            _ => early,
        }
    }

    fn denials(&self) -> Vec<(Span, Denial)> {
        let Some(service) = self.rules.ruleset.service("cloud.firestore") else { return Vec::new() };
        let levels = [self.rules.ruleset.functions.as_slice(), service.functions.as_slice()];
        let hits = find(&service.matches, &levels, &self.steps(), self.rules.ruleset.is_v2());
        let mut denials = Vec::new();
        for hit in &hits {
            for allow in &hit.block.allows {
                if !allow.methods.iter().any(|word| self.request.method.is_in(&word.text)) {
                    continue;
                }
                for resource in self.resources() {
                    let decision = self.first_grant(&[(hit, allow)], &resource, &mut BTreeSet::new());
                    if let Decision::Deny(denial) = decision {
                        denials.push((allow.span, denial));
                        break;
                    }
                }
            }
        }
        denials.sort_by_key(|(span, _)| *span);
        denials
    }

    fn steps(&self) -> Vec<Step> {
        let name = |text: &str| Step::Name(text.to_owned());
        let mut steps = vec![name("databases"), name("(default)"), name("documents")];
        if self.request.query.group {
            steps.push(Step::AnyParents);
        }
        steps.extend(self.request.path.split('/').map(name));
        if self.request.method == Method::List {
            steps.push(Step::AnyDocument);
        }
        steps
    }

    /// The engine first tries without any document; what it can grant so costs no reads.
    fn before_reading(&self, grants: &[(&Hit<'a>, &'a Allow)]) -> Option<Decision> {
        let resource =
            Value::Unknown(Unknown { may: Outcomes::ANY, on: Sources::STORED, symbol: Symbol::Document });
        let mut evaluator = self.evaluator(&Closed, resource);
        grants.iter().find_map(|(hit, allow)| {
            let frame = Frame { levels: &hit.levels, captures: &hit.captures, locals: Vec::new() };
            let (may, ..) = evaluator.grants(allow.condition.as_ref(), &frame);
            (may == Outcomes::exactly(true)).then_some(Decision::Allow(allow.span))
        })
    }

    fn first_grant(
        &self,
        grants: &[(&Hit<'a>, &'a Allow)],
        resource: &Value,
        read: &mut BTreeSet<String>,
    ) -> Decision {
        let documents = Stored { before: self.before, after: self.after };
        let mut evaluator = self.evaluator(&documents, resource.clone());
        evaluator.read = std::mem::take(read);
        let mut last = Decision::Deny(Denial::NoMatch);
        for (hit, allow) in grants {
            let frame = Frame { levels: &hit.levels, captures: &hit.captures, locals: Vec::new() };
            let (may, _, fault) = evaluator.grants(allow.condition.as_ref(), &frame);
            last = match fault {
                _ if may == Outcomes::exactly(true) => Decision::Allow(allow.span),
                _ if may == Outcomes::exactly(false) => Decision::Deny(Denial::False),
                Some(fault) if fault.kind == FaultKind::Unsupported => Decision::Open(fault.message),
                Some(fault) => Decision::Deny(Denial::Error(fault)),
                None => Decision::Open("part of the condition is not modelled".to_owned()),
            };
            if matches!(last, Decision::Allow(_)) {
                break;
            }
        }
        *read = evaluator.read;
        last
    }

    fn evaluator<'e>(&self, documents: &'e dyn Documents, resource: Value) -> Evaluator<'e> {
        Evaluator {
            documents,
            budget: BUDGET,
            exhausted: false,
            read: BTreeSet::new(),
            most_read: self.most_read,
            request: self.request_value(),
            resource,
            storage: false,
            depth: 0,
        }
    }

    fn request_value(&self) -> Value {
        let request = self.request;
        let mut map = Fields::from([
            ("auth".to_owned(), request.auth.clone()),
            ("method".to_owned(), Value::text(request.method.name())),
            ("path".to_owned(), Value::Path(full(&request.path))),
            ("time".to_owned(), Value::Time(request.now)),
            ("headers".to_owned(), Value::map([])),
        ]);
        match request.method {
            Method::Get => {}
            Method::List => {
                let query = Value::map([
                    ("limit", request.query.limit.map_or(Value::Null, Value::Int)),
                    ("offset", Value::Int(request.query.offset)),
                    ("orderBy", Value::map([])),
                ]);
                map.insert("query".to_owned(), query);
            }
            Method::Delete => drop(map.insert("resource".to_owned(), Value::Null)),
            Method::Create | Method::Update => {
                let data = request.data.clone().unwrap_or_default();
                map.insert("resource".to_owned(), document_value(&request.path, data));
            }
        }
        Value::Map(map)
    }

    /// `resource`: once, or for a list once for each alternative of the query.
    fn resources(&self) -> Vec<Value> {
        if self.request.method != Method::List {
            let stored = self.before.get(&self.request.path).cloned();
            return vec![stored.map_or(Value::Null, |data| document_value(&self.request.path, data))];
        }
        let listed = |filters: &[Filter]| Value::map([("data", Value::Map(pinned(filters)))]);
        match self.request.query.filters.as_slice() {
            [] => vec![listed(&[])],
            alternatives => alternatives.iter().map(|filters| listed(filters)).collect(),
        }
    }
}

/// What filters say about the fields of every document they let through.
fn pinned(filters: &[Filter]) -> Fields {
    let mut fields = Fields::new();
    for filter in filters {
        let value = filter.value.clone();
        let known = fields.remove(&filter.field);
        let mut bounds = match known {
            Some(Value::Bounded(bounds)) => bounds,
            Some(other) => {
                fields.insert(filter.field.clone(), other);
                continue;
            }
            None => Bounds::default(),
        };
        let field = match filter.comparison {
            Comparison::Equal => value,
            Comparison::Other => Value::unknown(Sources::OPAQUE),
            comparison => {
                let bound = Some((
                    Box::new(value.clone()),
                    matches!(comparison, Comparison::LessOrEqual | Comparison::GreaterOrEqual),
                ));
                match comparison {
                    Comparison::Less | Comparison::LessOrEqual => bounds.upper = bound,
                    Comparison::Greater | Comparison::GreaterOrEqual => bounds.lower = bound,
                    _ => bounds.not.push(value),
                }
                Value::Bounded(bounds)
            }
        };
        fields.insert(filter.field.clone(), field);
    }
    fields
}

pub(super) fn full(path: &str) -> Vec<String> {
    let below = path.split('/').map(str::to_owned);
    ["databases", "(default)", "documents"].into_iter().map(str::to_owned).chain(below).collect()
}

pub(super) fn document_value(path: &str, data: Fields) -> Value {
    Value::map([
        ("data", Value::Map(data)),
        ("id", Value::text(path.rsplit('/').next().unwrap_or_default())),
        ("__name__", Value::Path(full(path))),
    ])
}

struct Stored<'a> {
    before: &'a Store,
    after: &'a Store,
}

impl Documents for Stored<'_> {
    fn read(&self, path: &[String], after: bool) -> Found {
        let path = path.join("/");
        let store = if after { self.after } else { self.before };
        store.get(&path).map_or(Found::Nothing, |data| Found::Document(document_value(&path, data.clone())))
    }
}

/// No document is known.
pub(super) struct Closed;

impl Documents for Closed {
    fn read(&self, _path: &[String], _after: bool) -> Found {
        Found::Open
    }
}
