//! One concrete request for a file.

use std::{cell::RefCell, collections::BTreeSet};

use super::{
    super::{
        Compiled,
        ast::{Allow, Span},
        eval::{BUDGET, Documents, Evaluator, Found, Frame},
        fault::FaultKind,
        path::{Hit, Step, find_counted},
        request::{Decision, Denial, Fields, Method, Store, document_value},
        value::{Outcomes, Value},
    },
    SERVICE,
};

/// Metadata of a file, as `resource` shows it: `name`, `bucket`, `size`, `contentType`, …
pub type File = Fields;

/// Documents that one request may read through `firestore.get` and `firestore.exists`
/// (<https://firebase.google.com/docs/storage/security/rules-conditions#enhance_with_firestore>).
const MOST_READ: usize = 2;

#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    pub bucket: String,
    /// Of the file, or of the listed folder; below `o`, without slashes around it.
    pub path: String,
    /// `request.auth`: null, or a map with `uid` and `token`.
    pub auth: Value,
    /// The file as it will be, for create and update.
    pub sent: Option<File>,
    /// `request.time` in nanoseconds since 1970.
    pub now: i128,
}

/// A file with everything that the service fills in by itself.
pub fn file(bucket: &str, path: &str, given: File, now: i128) -> File {
    let mut file = File::from([
        ("name".to_owned(), Value::text(path)),
        ("bucket".to_owned(), Value::text(bucket)),
        ("size".to_owned(), Value::Int(1_000)),
        ("contentType".to_owned(), Value::text("application/octet-stream")),
        ("metadata".to_owned(), Value::map([])),
        ("generation".to_owned(), Value::Int(1)),
        ("metageneration".to_owned(), Value::Int(1)),
        ("timeCreated".to_owned(), Value::Time(now)),
        ("updated".to_owned(), Value::Time(now)),
        ("md5Hash".to_owned(), Value::text("XrY7u+Ae7tCTyyK7j1rNww==")),
        ("crc32c".to_owned(), Value::text("yZRlqg==")),
        ("etag".to_owned(), Value::text("CAE=")),
        ("contentDisposition".to_owned(), Value::text("inline")),
        ("contentEncoding".to_owned(), Value::text("identity")),
        ("contentLanguage".to_owned(), Value::text("")),
    ]);
    file.extend(given);
    file
}

/// Decides one request; `stored` is the file as it is.
///
/// An upload is `create` even where it replaces a file, `update` changes the metadata of a file that
/// is there (<https://firebase.google.com/docs/storage/security/core-syntax#granular_operations>).
pub fn decide(rules: &Compiled, request: &Request, stored: Option<&File>, documents: &Store) -> Decision {
    weighed(rules, request, stored, documents).decision
}

/// A decision with what it took.
pub(super) struct Weighed {
    pub(super) decision: Decision,
    /// Documents that were looked for, whether they are there or not.
    pub(super) asked: BTreeSet<String>,
    /// Expressions that were evaluated, and ways through the blocks.
    pub(super) effort: u32,
}

pub(super) fn weighed(
    rules: &Compiled,
    request: &Request,
    stored: Option<&File>,
    documents: &Store,
) -> Weighed {
    let deciding = Deciding { rules, request, stored, documents, asked: RefCell::default() };
    let (decision, effort) = deciding.decide();
    Weighed { decision, asked: deciding.asked.into_inner(), effort }
}

/// Why each grant that speaks of the request does not let it through, in the order of the text.
pub fn explain(
    rules: &Compiled,
    request: &Request,
    stored: Option<&File>,
    documents: &Store,
) -> Vec<(Span, Denial)> {
    Deciding { rules, request, stored, documents, asked: RefCell::default() }.denials()
}

struct Deciding<'a> {
    rules: &'a Compiled,
    request: &'a Request,
    stored: Option<&'a File>,
    documents: &'a Store,
    asked: RefCell<BTreeSet<String>>,
}

impl<'a> Deciding<'a> {
    fn decide(&self) -> (Decision, u32) {
        let (hits, ways) = self.hits();
        let mut evaluator = self.evaluator();
        let mut last = Decision::Deny(Denial::NoMatch);
        for (hit, allow) in self.grants(&hits) {
            last = one(&mut evaluator, hit, allow);
            if matches!(last, Decision::Allow(_)) {
                break;
            }
        }
        // A way has the variables of its blocks copied.
        let ways = u32::try_from(ways).unwrap_or(u32::MAX).saturating_mul(4);
        (last, (BUDGET - evaluator.budget).saturating_add(ways))
    }

    fn denials(&self) -> Vec<(Span, Denial)> {
        let (hits, _) = self.hits();
        let mut denials = Vec::new();
        for (hit, allow) in self.grants(&hits) {
            if let Decision::Deny(denial) = one(&mut self.evaluator(), hit, allow) {
                denials.push((allow.span, denial));
            }
        }
        denials.sort_by_key(|(span, _)| *span);
        denials
    }

    fn hits(&self) -> (Vec<Hit<'a>>, usize) {
        let Some(service) = self.rules.ruleset.service(SERVICE) else { return (Vec::new(), 0) };
        let v2 = self.rules.ruleset.is_v2();
        // Lists are of version 2 alone.
        if self.request.method == Method::List && !v2 {
            return (Vec::new(), 0);
        }
        let levels = [self.rules.ruleset.functions.as_slice(), service.functions.as_slice()];
        find_counted(&service.matches, &levels, &self.steps(), v2)
    }

    fn grants<'h>(&self, hits: &'h [Hit<'a>]) -> Vec<(&'h Hit<'a>, &'a Allow)> {
        let method = self.request.method;
        let speaks = |allow: &Allow| allow.methods.iter().any(|word| method.is_in(&word.text));
        hits.iter()
            .flat_map(|hit| hit.block.allows.iter().map(move |allow| (hit, allow)))
            .filter(|(_, allow)| speaks(allow))
            .collect()
    }

    fn steps(&self) -> Vec<Step> {
        let name = |text: &str| Step::Name(text.to_owned());
        let mut steps = vec![name("b"), name(&self.request.bucket), name("o")];
        steps.extend(self.request.path.split('/').filter(|part| !part.is_empty()).map(name));
        if self.request.method == Method::List {
            steps.push(Step::AnyDocument);
        }
        steps
    }

    fn evaluator(&self) -> Evaluator<'_> {
        Evaluator {
            documents: self,
            budget: BUDGET,
            exhausted: false,
            read: BTreeSet::new(),
            most_read: MOST_READ,
            request: self.request_value(),
            resource: self.stored.filter(|_| self.request.method != Method::List).map_or(Value::Null, map),
            storage: true,
            depth: 0,
        }
    }

    fn request_value(&self) -> Value {
        let request = self.request;
        let below = request.path.split('/').filter(|part| !part.is_empty());
        let path = ["b", &request.bucket, "o"].into_iter().chain(below).map(str::to_owned).collect();
        let mut value = Fields::from([
            ("auth".to_owned(), request.auth.clone()),
            ("method".to_owned(), Value::text(request.method.name())),
            ("path".to_owned(), Value::Path(path)),
            ("time".to_owned(), Value::Time(request.now)),
            ("params".to_owned(), Value::map([])),
        ]);
        match request.method {
            Method::Get | Method::List => {}
            Method::Delete => drop(value.insert("resource".to_owned(), Value::Null)),
            Method::Create | Method::Update => {
                value.insert("resource".to_owned(), request.sent.as_ref().map_or(Value::Null, map));
            }
        }
        Value::Map(value)
    }
}

fn map(file: &File) -> Value {
    Value::Map(file.clone())
}

fn one<'a>(evaluator: &mut Evaluator<'_>, hit: &Hit<'a>, allow: &'a Allow) -> Decision {
    let frame = Frame { levels: &hit.levels, captures: &hit.captures, locals: Vec::new() };
    let (may, _, fault) = evaluator.grants(allow.condition.as_ref(), &frame);
    match fault {
        _ if may == Outcomes::exactly(true) => Decision::Allow(allow.span),
        _ if may == Outcomes::exactly(false) => Decision::Deny(Denial::False),
        Some(fault) if fault.kind == FaultKind::Unsupported => Decision::Open(fault.message),
        Some(fault) => Decision::Deny(Denial::Error(fault)),
        None => Decision::Open("part of the condition is not modelled".to_owned()),
    }
}

impl Documents for Deciding<'_> {
    fn read(&self, path: &[String], _after: bool) -> Found {
        let path = path.join("/");
        self.asked.borrow_mut().insert(path.clone());
        let found = self.documents.get(&path);
        found.map_or(Found::Nothing, |data| Found::Document(document_value(&path, data.clone())))
    }
}
