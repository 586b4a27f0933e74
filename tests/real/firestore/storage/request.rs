//! Requests for files, and what they are as requests for documents.

use gonogo::engine::firestore::{
    ast::Segment,
    request::{Fields, Method, Query, Request as Moved, Store},
    storage::{File, Request, Witness, file},
    value::Value,
};

use super::transplant::PLACES;

const BUCKET: &str = "(default)";

/// One moment for a whole run.
pub(super) fn now() -> i128 {
    static NOW: std::sync::OnceLock<i128> = std::sync::OnceLock::new();
    *NOW.get_or_init(|| jiff::Timestamp::now().as_nanosecond())
}

pub(super) struct Case {
    pub(super) request: Request,
    pub(super) stored: Option<File>,
    pub(super) documents: Store,
}

impl Case {
    /// An upload over a file that is there is an update of a document.
    fn is_over(&self) -> bool {
        self.request.method == Method::Create && self.stored.is_some()
    }

    fn path(&self) -> String {
        let parts = self.request.path.split('/').filter(|part| !part.is_empty()).count();
        let is_list = self.request.method == Method::List;
        let of = |place: &&(&str, bool)| {
            let whole = parts + place.0.split('/').count();
            place.1 == self.is_over() && whole % 2 == usize::from(is_list)
        };
        let place = PLACES.iter().find(of).expect("a place").0;
        format!("{place}/{}", self.request.path).trim_end_matches('/').to_owned()
    }

    pub(super) fn transplanted(&self) -> Moved {
        let method = if self.is_over() { Method::Update } else { self.request.method };
        Moved {
            method,
            path: self.path(),
            auth: self.request.auth.clone(),
            data: self.request.sent.clone(),
            query: Query::default(),
            now: self.request.now,
        }
    }

    /// The documents that must be there: those the condition reads, and the file.
    pub(super) fn scene(&self) -> Store {
        let mut scene = self.documents.clone();
        if self.request.method != Method::List {
            scene.extend(self.stored.clone().map(|stored| (self.path(), stored)));
        }
        scene
    }
}

/// The same bucket for both, which rules may name.
fn moved(file: &File) -> File {
    let mut file = file.clone();
    file.insert("bucket".to_owned(), Value::text(BUCKET));
    file
}

pub(super) fn of_witness(witness: &Witness) -> Case {
    let mut request = witness.request.clone();
    request.bucket = BUCKET.to_owned();
    request.sent = request.sent.as_ref().map(moved);
    Case { request, stored: witness.stored.as_ref().map(moved), documents: witness.documents.clone() }
}

/// Those whom the matrix speaks of, and a few more.
pub(super) fn callers(witnesses: &[Witness]) -> Vec<Value> {
    let account = |uid: &str, provider: &str, admin: bool| {
        let mut token = Fields::from([
            ("sub".to_owned(), Value::text(uid)),
            ("firebase".to_owned(), Value::map([("sign_in_provider", Value::text(provider))])),
        ]);
        if provider != "anonymous" {
            token.insert("email".to_owned(), Value::text(format!("{uid}@example.org")));
            token.insert("email_verified".to_owned(), Value::Bool(true));
        }
        if admin {
            token.insert("admin".to_owned(), Value::Bool(true));
            token.insert("role".to_owned(), Value::text("admin"));
        }
        Value::map([("uid", Value::text(uid)), ("token", Value::Map(token))])
    };
    let mut callers = vec![
        Value::Null,
        account("mallory", "anonymous", false),
        account("mallory", "password", false),
        account("alice", "password", false),
        account("root", "password", true),
    ];
    for witness in witnesses {
        if !callers.contains(&witness.request.auth) {
            callers.push(witness.request.auth.clone());
        }
    }
    callers.truncate(7);
    callers
}

/// Every method at every path of the pattern, on a file and without one, with some things to send.
pub(super) fn cases(pattern: &[Segment], auth: &Value, documents: &Store) -> Vec<Case> {
    let uid = match auth {
        Value::Map(auth) => match &auth["uid"] {
            Value::Text(uid) => uid.clone(),
            _ => String::new(),
        },
        _ => "nobody".to_owned(),
    };
    let mut cases = Vec::new();
    for path in paths(pattern) {
        let made = |at: i128, size: i64, kind: &str, metadata: Value| {
            let given = Fields::from([
                ("size".to_owned(), Value::Int(size)),
                ("contentType".to_owned(), Value::text(kind)),
                ("metadata".to_owned(), metadata),
            ]);
            file(BUCKET, &path, given, at)
        };
        // The emulator's `request.time` is a moment after ours: what is stored is older than both.
        let kept = |size, kind, metadata| made(now() - 1_000_000_000_000, size, kind, metadata);
        let with = |size, kind, metadata| made(now(), size, kind, metadata);
        let owned = |uid: &str| Value::map([("owner", Value::text(uid)), ("public", Value::text("yes"))]);
        let stored = [
            None,
            Some(kept(1_000, "image/png", owned("alice"))),
            Some(kept(9_000_000, "application/pdf", Value::map([]))),
        ];
        let sent = [
            with(1_000, "image/png", owned(&uid)),
            with(6, "text/html", Value::map([])),
            with(60_000_000, "video/mp4", owned("alice")),
        ];
        let mut add = |method: Method, path: &str, sent: Option<File>, stored: Option<File>| {
            let request = Request {
                method,
                bucket: BUCKET.to_owned(),
                path: path.to_owned(),
                auth: auth.clone(),
                sent,
                now: now(),
            };
            cases.push(Case { request, stored, documents: documents.clone() });
        };
        add(Method::List, path.rsplit_once('/').map_or("", |(folder, _)| folder), None, None);
        for stored in &stored {
            add(Method::Get, &path, None, stored.clone());
            for sent in &sent {
                add(Method::Create, &path, Some(sent.clone()), stored.clone());
                if stored.is_some() {
                    add(Method::Update, &path, Some(sent.clone()), stored.clone());
                }
            }
            if stored.is_some() {
                add(Method::Delete, &path, None, stored.clone());
            }
        }
    }
    cases
}

fn paths(pattern: &[Segment]) -> Vec<String> {
    let of = |folder: &str, last: &str, rest: &str| {
        let parts = pattern.iter().enumerate().map(|(at, segment)| match segment {
            Segment::Literal(text) => text.clone(),
            Segment::Capture(_) if at + 1 == pattern.len() => last.to_owned(),
            Segment::Capture(_) => folder.to_owned(),
            Segment::Recursive(_) => rest.to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    };
    let mut paths = vec![of("alice", "photo.png", "alice/photo.png"), of("mallory", "alice", "notes.txt")];
    paths.dedup();
    paths
}
