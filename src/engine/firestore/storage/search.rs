//! Looks for a request for a file that the rules let through.
//!
//! Files have few properties, so a search is an enumeration: of paths, types, sizes and metadata
//! that the conditions name, around what an honest client would send. A search that finds nothing
//! proves nothing.

use std::cell::Cell;

use super::{
    super::{
        Analysis,
        access::Grant,
        ast::Segment,
        eval::BUDGET,
        prove::{Caller, Harvest, auth},
        request::{Decision, Fields, Method, Store},
        value::{NOT_BEFORE, Value},
    },
    SERVICE, Witness,
    request::{File, Request, asked_for, decide, file},
    vocabulary::Vocabulary,
};

const VICTIM: &str = "alice";
const BUCKET: &str = "BUCKET";
/// Requests put to the rules for one wish, and for one file.
const TRIES: u32 = 6_000;
const ALL_TRIES: u32 = 60_000;
const BUCKETS: usize = 5;
/// Parts of conditions that one try may have; more count as several tries.
const PARTS: u32 = 80;

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
    vocabulary: Vocabulary,
    /// Those that the rules name, or one that stands for all.
    buckets: Vec<String>,
    left: Cell<u32>,
    /// What one request takes of it.
    cost: u32,
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
        let vocabulary = Vocabulary::of(grants.iter().copied());
        let largest = grants.iter().filter(|grant| grant.conditional).map(|grant| parts(grant)).max();
        Self {
            analysis,
            grants,
            harvest,
            vocabulary,
            buckets: buckets(analysis),
            left: Cell::new(ALL_TRIES),
            cost: 1 + largest.unwrap_or(0) / PARTS,
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
        self.buckets.iter().find_map(|bucket| self.find_in(bucket, pattern, wish))
    }

    fn find_in(&self, bucket: &str, pattern: &[Segment], wish: Wish<'_>) -> Option<Witness> {
        let auth = auth(&self.harvest, wish.caller);
        let uid = match &auth {
            Value::Map(auth) => match auth.get("uid") {
                Some(Value::Text(uid)) => Some(uid.clone()),
                _ => None,
            },
            _ => None,
        };
        let mut tries = TRIES;
        for path in self.paths(pattern, uid.as_deref().filter(|_| wish.caller == Caller::Admin)) {
            for stored in self.stored(&path, wish) {
                for sent in self.sent(&path, wish, uid.as_deref()) {
                    if tries == 0 || self.left.get() < self.cost {
                        self.cut.set(true);
                        return None;
                    }
                    tries -= 1;
                    self.left.set(self.left.get() - self.cost);
                    let listed = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                    let request = Request {
                        method: wish.method,
                        bucket: bucket.to_owned(),
                        path: if wish.method == Method::List { listed } else { &path }.to_owned(),
                        auth: auth.clone(),
                        sent,
                        now: self.now,
                    };
                    let witness = Witness {
                        caller: wish.caller,
                        request,
                        stored: stored.clone(),
                        documents: Store::new(),
                    };
                    if let Some(witness) = self.tried(witness, wish, uid.as_deref()) {
                        return Some(witness);
                    }
                }
            }
        }
        None
    }

    /// Did a search end before it had tried everything? Then nothing found means nothing.
    pub fn is_exhausted(&self) -> bool {
        self.cut.get()
    }

    fn tried(&self, mut witness: Witness, wish: Wish<'_>, uid: Option<&str>) -> Option<Witness> {
        let rules = &self.analysis.compiled;
        let granted = |witness: &Witness| {
            let decision = decide(rules, &witness.request, witness.stored.as_ref(), &witness.documents);
            matches!(decision, Decision::Allow(_))
        };
        if granted(&witness) {
            return Some(witness);
        }
        if !wish.documents {
            return None;
        }
        // Which document is read next may depend on the one before.
        for _ in 0..3 {
            let Witness { request, stored, documents, .. } = &witness;
            let asked = asked_for(rules, request, stored.as_ref(), documents);
            let missing: Vec<String> =
                asked.into_iter().filter(|path| !documents.contains_key(path)).collect();
            if missing.is_empty() {
                return None;
            }
            for path in missing {
                witness.documents.insert(path, self.document(uid));
            }
            if granted(&witness) {
                return Some(witness);
            }
        }
        None
    }

    /// A document with every field that some condition reads, as it wants them.
    fn document(&self, uid: Option<&str>) -> Fields {
        let mut fields = Fields::new();
        for (path, field) in &self.harvest.others {
            let [name] = path.as_slice() else { continue };
            let owner = uid.filter(|_| field.owner).map(Value::text);
            let members = uid.filter(|_| field.members).map(|uid| Value::List(vec![Value::text(uid)]));
            let constant = field.constants.iter().find(|value| !matches!(value, Value::Null)).cloned();
            fields.insert(name.clone(), owner.or(members).or(constant).unwrap_or(Value::Bool(true)));
        }
        fields
    }

    fn paths(&self, pattern: &[Segment], own: Option<&str>) -> Vec<String> {
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
        let named = self.vocabulary.texts.iter().chain(&self.harvest.names).filter(|text| {
            !text.is_empty() && text.len() < 80 && !text.contains('/') && !text.contains(char::is_control)
        });
        let extra: Vec<String> =
            named.take(8).flat_map(|text| [plain(VICTIM, text), plain(text, "photo.png")]).collect();
        paths.extend(extra);
        let mut seen = std::collections::BTreeSet::new();
        paths.retain(|path| seen.insert(path.clone()));
        paths
    }

    /// The file as an honest owner left it.
    fn stored(&self, path: &str, wish: Wish<'_>) -> Vec<Option<File>> {
        if wish.method == Method::List || (wish.method == Method::Create && !wish.over) {
            return vec![None];
        }
        let with = |value: &Value| {
            let given = Fields::from([
                ("contentType".to_owned(), Value::text("image/png")),
                ("metadata".to_owned(), self.metadata(value)),
            ]);
            Some(file(BUCKET, path, given, self.now - 1_000_000_000_000))
        };
        let mut files = vec![with(&Value::text(VICTIM))];
        if wish.documents {
            files.extend(self.vocabulary.texts.iter().take(6).map(|text| with(&Value::text(text))));
        }
        files
    }

    fn metadata(&self, value: &Value) -> Value {
        Value::Map(self.vocabulary.metadata.iter().map(|name| (name.clone(), value.clone())).collect())
    }

    fn types(&self, wish: Wish<'_>) -> Vec<String> {
        if let Some(kind) = wish.content_type {
            return vec![kind.to_owned()];
        }
        let named = self.vocabulary.texts.iter().filter(|text| text.contains('/')).cloned();
        let mut types = vec!["image/png".to_owned()];
        types.extend(named.take(10));
        types.extend(["image/jpeg", "application/pdf", "video/mp4"].map(str::to_owned));
        types
    }

    fn sent(&self, path: &str, wish: Wish<'_>, uid: Option<&str>) -> Vec<Option<File>> {
        if !matches!(wish.method, Method::Create | Method::Update) {
            return vec![None];
        }
        let types = self.types(wish);
        let mut sizes = vec![wish.size.unwrap_or(1_000)];
        if wish.size.is_none() {
            sizes.push(1);
            sizes.extend(
                self.vocabulary
                    .numbers
                    .iter()
                    .flat_map(|number| [number.saturating_add(1), *number, number - 1]),
            );
        }
        let mut values = vec![uid.map_or(Value::text(VICTIM), Value::text)];
        if !self.vocabulary.metadata.is_empty() {
            values.push(Value::text(VICTIM));
            values.extend(self.vocabulary.texts.iter().take(8).map(Value::text));
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
                    files.push(Some(file(BUCKET, path, given, self.now)));
                }
            }
        }
        files.truncate(400);
        files
    }
}

/// The size of a condition; of one too large to be written out, what an evaluation may take.
fn parts(grant: &Grant) -> u32 {
    let Some(condition) = &grant.flat else { return BUDGET };
    let mut count = 0;
    condition.visit(&mut |_| count += 1);
    count
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
