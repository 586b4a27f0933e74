//! Looks for a request for a file that the rules let through.
//!
//! Files have few properties, so a search is an enumeration: of paths, types, sizes and metadata
//! that the conditions name, around what an honest client would send. A search that finds nothing
//! proves nothing.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use super::{
    super::{
        Analysis,
        access::{Grant, shown},
        ast::Segment,
        prove::{Caller, Harvest, auth},
        request::{Decision, Fields, Method, Store},
        value::{NOT_BEFORE, Value},
    },
    SERVICE, Witness,
    request::{File, Request, file, weighed},
    vocabulary::{Vocabulary, Words, meets},
};

const VICTIM: &str = "alice";
const BUCKET: &str = "BUCKET";
/// What one wish, and all wishes of one file, may take: expressions evaluated and blocks laid over paths.
const EFFORT: u32 = 300_000;
const ALL_EFFORT: u32 = 1_500_000;
/// What a request takes besides, in the same measure: it is put together, and its blocks are looked up.
const REQUEST: u32 = 40;
const BUCKETS: usize = 5;

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'w> {
    pub caller: Caller,
    pub method: Method,
    /// Is there a file at the path before a `create`?
    pub over: bool,
    /// The sent file is of this size.
    pub size: Option<i64>,
    /// The sent file is of this type.
    pub content_type: Option<&'w str>,
    /// May documents be as the condition wants them?
    pub documents: bool,
}

impl Wish<'_> {
    pub fn new(caller: Caller, method: Method) -> Self {
        Self { caller, method, over: false, size: None, content_type: None, documents: false }
    }
}

/// The Storage grants of one file.
#[derive(Debug)]
pub struct Prover<'a> {
    analysis: &'a Analysis,
    pub(super) grants: Vec<&'a Grant>,
    pub(super) harvest: Harvest,
    words: Vec<Words>,
    /// What the conditions speak of that may hold at a pattern.
    known: RefCell<HashMap<String, Rc<Vocabulary>>>,
    /// Those that the rules name, or one that stands for all.
    buckets: Vec<String>,
    left: Cell<u32>,
    /// A search ended before it had tried everything.
    cut: Cell<bool>,
    pub(super) now: i128,
}

impl<'a> Prover<'a> {
    /// `now`: nanoseconds since 1970; requests are made then.
    pub fn new(analysis: &'a Analysis, now: i128) -> Self {
        let grants: Vec<&Grant> =
            analysis.grants.iter().filter(|grant| grant.service == SERVICE && grant.rooted).collect();
        let harvest = Harvest::of(grants.iter().filter_map(|grant| grant.flat.as_ref()));
        let words = grants.iter().map(|grant| Words::of(grant)).collect();
        Self {
            analysis,
            grants,
            harvest,
            words,
            known: RefCell::default(),
            buckets: buckets(analysis),
            left: Cell::new(ALL_EFFORT),
            cut: Cell::new(false),
            now: now.max(NOT_BEFORE),
        }
    }

    /// Each path of the file once, with the first grant there.
    pub fn patterns(&self) -> Vec<&'a Grant> {
        let mut patterns: Vec<&Grant> = Vec::new();
        for grant in &self.grants {
            if !patterns.iter().any(|known| known.pattern == grant.pattern) {
                patterns.push(grant);
            }
        }
        patterns
    }

    /// A request at this pattern that is let through, put to the rules.
    pub fn find(&self, pattern: &[Segment], wish: Wish<'_>) -> Option<Witness> {
        let auth = auth(&self.harvest, wish.caller);
        let uid = match &auth {
            Value::Map(auth) => match auth.get("uid") {
                Some(Value::Text(uid)) => Some(uid.clone()),
                _ => None,
            },
            _ => None,
        };
        let words = self.vocabulary(pattern);
        let search = Search { prover: self, words: &words, wish, auth, uid, left: Cell::new(EFFORT) };
        self.buckets.iter().find_map(|bucket| search.run(bucket, pattern))
    }

    fn vocabulary(&self, pattern: &[Segment]) -> Rc<Vocabulary> {
        let name = shown(pattern);
        if let Some(known) = self.known.borrow().get(&name) {
            return known.clone();
        }
        let near = self.grants.iter().zip(&self.words).filter(|(grant, _)| meets(&grant.pattern, pattern));
        let words = Rc::new(Vocabulary::of(near.map(|(_, words)| words)));
        self.spend(u32::try_from(self.grants.len()).unwrap_or(u32::MAX));
        self.known.borrow_mut().insert(name, words.clone());
        words
    }

    fn spend(&self, effort: u32) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(effort));
        left > effort
    }

    /// Did a search end before it had tried everything? Then nothing found means nothing.
    pub fn is_exhausted(&self) -> bool {
        self.cut.get()
    }
}

/// One wish, looked for at one pattern.
struct Search<'s, 'a> {
    prover: &'s Prover<'a>,
    words: &'s Vocabulary,
    wish: Wish<'s>,
    auth: Value,
    uid: Option<String>,
    left: Cell<u32>,
}

impl Search<'_, '_> {
    fn run(&self, bucket: &str, pattern: &[Segment]) -> Option<Witness> {
        let wish = self.wish;
        for path in self.paths(pattern) {
            let listed = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut witness = Witness {
                caller: wish.caller,
                request: Request {
                    method: wish.method,
                    bucket: bucket.to_owned(),
                    path: if wish.method == Method::List { listed } else { &path }.to_owned(),
                    auth: self.auth.clone(),
                    sent: None,
                    now: self.prover.now,
                },
                stored: None,
                documents: Store::new(),
            };
            let all = self.sent(&path);
            for stored in self.stored(&path) {
                witness.stored = stored;
                for sent in &all {
                    witness.request.sent.clone_from(sent);
                    if !self.spend(REQUEST) {
                        return None;
                    }
                    if self.tried(&mut witness) {
                        return Some(witness);
                    }
                }
            }
        }
        None
    }

    /// Nothing is found any more once it is spent.
    fn spend(&self, effort: u32) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(effort));
        let may = self.prover.spend(effort) && left > effort;
        if !may {
            self.prover.cut.set(true);
        }
        may
    }

    /// Is it let through as it is, or with documents that the conditions look for?
    fn tried(&self, witness: &mut Witness) -> bool {
        witness.documents.clear();
        let rules = &self.prover.analysis.compiled;
        // Which document is read next may depend on the one before.
        for _ in 0..4 {
            let Witness { request, stored, documents, .. } = &*witness;
            let weighed = weighed(rules, request, stored.as_ref(), documents);
            let may_go_on = self.spend(weighed.effort);
            if matches!(weighed.decision, Decision::Allow(_)) {
                return true;
            }
            let asked = weighed.asked.into_iter().filter(|_| self.wish.documents && may_go_on);
            let missing: Vec<String> = asked.filter(|path| !documents.contains_key(path)).collect();
            if missing.is_empty() {
                return false;
            }
            for path in missing {
                witness.documents.insert(path, self.document());
            }
        }
        false
    }

    /// A document with every field that some condition reads, as it wants them.
    fn document(&self) -> Fields {
        let uid = self.uid.as_deref();
        let mut fields = Fields::new();
        for (path, field) in &self.prover.harvest.others {
            let [name] = path.as_slice() else { continue };
            let owner = uid.filter(|_| field.owner).map(Value::text);
            let members = uid.filter(|_| field.members).map(|uid| Value::List(vec![Value::text(uid)]));
            let constant = field.constants.iter().find(|value| !matches!(value, Value::Null)).cloned();
            fields.insert(name.clone(), owner.or(members).or(constant).unwrap_or(Value::Bool(true)));
        }
        fields
    }

    fn paths(&self, pattern: &[Segment]) -> Vec<String> {
        let own = self.uid.as_deref().filter(|_| self.wish.caller == Caller::Admin);
        let plain = |dir: &str, last: &str| {
            let parts = pattern.iter().enumerate().map(|(at, segment)| match segment {
                Segment::Literal(text) => text.clone(),
                Segment::Capture(_) if at + 1 == pattern.len() && at > 0 => last.to_owned(),
                Segment::Capture(_) => dir.to_owned(),
                Segment::Recursive(_) => format!("{dir}/photo.png"),
            });
            parts.collect::<Vec<_>>().join("/")
        };
        let mut paths = vec![plain(VICTIM, "photo.png"), plain(VICTIM, VICTIM)];
        paths.extend(own.map(|own| plain(own, "photo.png")));
        let named = self.words.texts.iter().chain(&self.prover.harvest.names).filter(|text| {
            !text.is_empty() && text.len() < 80 && !text.contains('/') && !text.contains(char::is_control)
        });
        let extra: Vec<String> =
            named.take(8).flat_map(|text| [plain(VICTIM, text), plain(text, "photo.png")]).collect();
        paths.extend(extra);
        let mut seen = BTreeSet::new();
        paths.retain(|path| seen.insert(path.clone()));
        paths
    }

    /// The file as an honest owner left it.
    fn stored(&self, path: &str) -> Vec<Option<File>> {
        let wish = self.wish;
        if wish.method == Method::List || (wish.method == Method::Create && !wish.over) {
            return vec![None];
        }
        let with = |value: &Value| {
            let given = Fields::from([
                ("contentType".to_owned(), Value::text("image/png")),
                ("metadata".to_owned(), self.metadata(value)),
            ]);
            Some(file(BUCKET, path, given, self.prover.now - 1_000_000_000_000))
        };
        let mut files = vec![with(&Value::text(VICTIM))];
        if wish.documents && self.words.reads.metadata {
            files.extend(self.words.texts.iter().take(6).map(|text| with(&Value::text(text))));
        }
        files
    }

    fn metadata(&self, value: &Value) -> Value {
        Value::Map(self.words.metadata.iter().map(|name| (name.clone(), value.clone())).collect())
    }

    fn types(&self) -> Vec<String> {
        if let Some(kind) = self.wish.content_type {
            return vec![kind.to_owned()];
        }
        if !self.words.reads.kind {
            return vec!["image/png".to_owned()];
        }
        let named = self.words.texts.iter().filter(|text| text.contains('/')).cloned();
        let mut types = vec!["image/png".to_owned()];
        types.extend(named.take(10));
        types.extend(["image/jpeg", "application/pdf", "video/mp4"].map(str::to_owned));
        types
    }

    fn sent(&self, path: &str) -> Vec<Option<File>> {
        if !matches!(self.wish.method, Method::Create | Method::Update) {
            return vec![None];
        }
        let types = self.types();
        let mut sizes = vec![self.wish.size.unwrap_or(1_000)];
        if self.wish.size.is_none() && self.words.reads.size {
            sizes.push(1);
            sizes.extend(
                self.words
                    .numbers
                    .iter()
                    .flat_map(|number| [number.saturating_add(1), *number, number.saturating_sub(1)]),
            );
        }
        let mut values = vec![self.uid.as_deref().map_or(Value::text(VICTIM), Value::text)];
        if self.words.reads.metadata && !self.words.metadata.is_empty() {
            values.push(Value::text(VICTIM));
            values.extend(self.words.texts.iter().take(8).map(Value::text));
        }
        let mut files = Vec::new();
        for value in &values {
            for size in sizes.iter().take(14) {
                for kind in &types {
                    let given = Fields::from([
                        ("size".to_owned(), Value::Int(*size)),
                        ("contentType".to_owned(), Value::text(kind)),
                        ("metadata".to_owned(), self.metadata(value)),
                    ]);
                    files.push(Some(file(BUCKET, path, given, self.prover.now)));
                }
            }
        }
        files.truncate(400);
        files
    }
}

/// `/b/{bucket}/o` speaks of all buckets, `/b/name/o` of one.
fn buckets(analysis: &Analysis) -> Vec<String> {
    let blocks = analysis.compiled.ruleset.service(SERVICE).map_or(&[][..], |service| &service.matches);
    let mut buckets = vec![BUCKET.to_owned()];
    for block in blocks {
        if let Some(Segment::Literal(name)) = block.path.get(1)
            && buckets.len() < BUCKETS
            && !buckets.contains(name)
        {
            buckets.push(name.clone());
        }
    }
    buckets
}
