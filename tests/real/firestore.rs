//! The rules engine against Google's Firestore emulator.
//!
//! The emulator is no package of any registry, so where it is not installed these tests say so and
//! end: the answers recorded from it are tested everywhere.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use base64::Engine as _;
use gonogo::engine::firestore::{
    Analysis, Compiled,
    access::{Access, Principal},
    compile,
    prove::{Answer, Proof, matrix},
    request::{Decision, Fields, Method, Query, Request, Store, decide},
    value::Value,
    witness::witness,
};
use serde_json::{Value as Json, json};

const DOCUMENTS: &str = "/v1/projects/demo/databases/(default)/documents";

struct Emulator {
    process: Child,
    port: u16,
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// One emulator at a time: it is a Java machine of its own.
static ONE: Mutex<()> = Mutex::new(());

impl Emulator {
    /// `None`, and a line about it, where the emulator is not installed.
    fn start() -> Option<Self> {
        let Some((java, jar)) = installed() else {
            eprintln!(
                "skipped: the Firestore emulator (google-cloud-cli-firestore-emulator, Java 17) is not here"
            );
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(java)
            .args(["-Duser.language=en", "-cp"])
            .arg(jar)
            .arg("com.google.cloud.datastore.emulator.firestore.CloudFirestore")
            .args(["start", "--host=127.0.0.1", &format!("--port={port}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let emulator = Self { process, port };
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(emulator);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the emulator does not listen on port {port}");
    }

    fn ask(&self, verb: &str, path: &str, token: Option<&str>, body: Option<&Json>) -> (u16, Json) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let body = body.map(Json::to_string).unwrap_or_default();
        let auth = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        write!(
            stream,
            "{verb} {path} HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n{auth}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let answer = read_answer(&mut stream);
        let answer = String::from_utf8_lossy(&answer);
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        // A chunked body begins with its length; the bodies here are one chunk or a list of them.
        let body: String = if answer.to_lowercase().contains("transfer-encoding: chunked") {
            body.split("\r\n").skip(1).step_by(2).collect()
        } else {
            body.to_owned()
        };
        (status, serde_json::from_str(&body).unwrap_or(Json::Null))
    }

    /// Loads rules; the compiler's words if it refuses.
    fn load(&self, rules: &str) -> Result<(), String> {
        let body = json!({ "rules": { "files": [{ "name": "firestore.rules", "content": rules }] } });
        match self.ask("PUT", "/emulator/v1/projects/demo:securityRules", None, Some(&body)) {
            (200, _) => Ok(()),
            (_, answer) => Err(answer["error"]["message"].as_str().unwrap_or_default().to_owned()),
        }
    }

    fn seed(&self, path: &str, fields: &Fields) {
        let (status, answer) = self.ask(
            "PATCH",
            &format!("{DOCUMENTS}/{path}"),
            Some("owner"),
            Some(&json!({ "fields": wire(fields) })),
        );
        assert_eq!(status, 200, "{path}: {answer}");
    }

    fn clear(&self) {
        let path = "/emulator/v1/projects/demo/databases/(default)/documents";
        assert_eq!(self.ask("DELETE", path, None, None).0, 200);
    }

    /// Does the emulator let the request through?
    fn allows(&self, request: &Request, uid: Option<&str>) -> bool {
        let token = uid.map(token);
        self.allows_token(request, token.as_deref())
    }

    fn allows_token(&self, request: &Request, token: Option<&str>) -> bool {
        let url = format!("{DOCUMENTS}/{}", request.path);
        let fields = json!({ "fields": wire(request.data.as_ref().unwrap_or(&Fields::new())) });
        let (status, answer) = match request.method {
            Method::Get => self.ask("GET", &url, token, None),
            Method::Delete => self.ask("DELETE", &url, token, None),
            Method::Create | Method::Update => self.ask("PATCH", &url, token, Some(&fields)),
            Method::List => {
                let (parent, collection) = request.path.rsplit_once('/').unwrap_or(("", &request.path));
                let slash = if parent.is_empty() { "" } else { "/" };
                let mut query = json!({ "from": [{ "collectionId": collection }] });
                if let Some(limit) = request.query.limit {
                    query["limit"] = json!(limit);
                }
                if let [filters] = request.query.filters.as_slice() {
                    let filters: Vec<Json> = filters
                        .iter()
                        .map(|filter| {
                            json!({ "fieldFilter": { "field": { "fieldPath": format!("`{}`", filter.field) },
                                "op": "EQUAL", "value": typed(&filter.value) } })
                        })
                        .collect();
                    query["where"] = json!({ "compositeFilter": { "op": "AND", "filters": filters } });
                }
                let body = json!({ "structuredQuery": query });
                self.ask("POST", &format!("{DOCUMENTS}{slash}{parent}:runQuery"), token, Some(&body))
            }
        };
        match status {
            200 | 404 => true,
            403 => false,
            other => panic!("{request:?}: {other} {answer}"),
        }
    }
}

/// Up to the end of the body, since the server may keep the connection.
fn read_answer(stream: &mut TcpStream) -> Vec<u8> {
    let (mut answer, mut buffer) = (Vec::new(), [0; 8192]);
    loop {
        let count = stream.read(&mut buffer).unwrap();
        answer.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&answer).to_lowercase();
        let complete = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            match head.split_once("content-length: ") {
                Some((_, rest)) => body.len() >= rest.lines().next().unwrap().trim().parse().unwrap(),
                None => body.ends_with("0\r\n\r\n") || head.contains(" 204 "),
            }
        });
        if count == 0 || complete {
            return answer;
        }
    }
}

/// Java 17 and the emulator's jar.
fn installed() -> Option<(PathBuf, String)> {
    let listed = Command::new("dpkg").args(["-L", "google-cloud-cli-firestore-emulator"]).output().ok()?;
    let listed = String::from_utf8(listed.stdout).ok()?;
    let jar = listed.lines().find(|line| line.ends_with(".jar"))?.to_owned();
    let java = fs::read_dir("/usr/lib/jvm").ok()?.flatten().map(|entry| entry.path().join("bin/java"));
    let java = java.into_iter().find(|path| path.to_string_lossy().contains("17") && path.exists())?;
    Some((java, jar))
}

/// An unsigned token, which the emulator takes.
fn token(uid: &str) -> String {
    let part = |json: Json| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json.to_string());
    let claims = json!({
        "sub": uid, "user_id": uid, "aud": "demo", "iss": "https://securetoken.google.com/demo",
        "iat": 1, "exp": 9_999_999_999_u64, "email": format!("{uid}@example.org"), "email_verified": true,
        "firebase": { "sign_in_provider": "password", "identities": {} },
    });
    format!("{}.{}.", part(json!({ "alg": "none", "typ": "JWT" })), part(claims))
}

fn auth(uid: &str) -> Value {
    let text = |text: &str| Value::text(text);
    let firebase = Value::map([("sign_in_provider", text("password")), ("identities", Value::map([]))]);
    let token = Value::map([
        ("sub", text(uid)),
        ("user_id", text(uid)),
        ("email", text(&format!("{uid}@example.org"))),
        ("email_verified", Value::Bool(true)),
        ("firebase", firebase),
    ]);
    Value::map([("uid", text(uid)), ("token", token)])
}

fn wire(fields: &Fields) -> Json {
    Json::Object(fields.iter().map(|(key, value)| (key.clone(), typed(value))).collect())
}

fn typed(value: &Value) -> Json {
    match value {
        Value::Null => json!({ "nullValue": null }),
        Value::Bool(value) => json!({ "booleanValue": value }),
        Value::Int(int) => json!({ "integerValue": int.to_string() }),
        Value::Text(text) => json!({ "stringValue": text }),
        Value::List(items) => {
            json!({ "arrayValue": { "values": items.iter().map(typed).collect::<Vec<_>>() } })
        }
        Value::Map(map) => json!({ "mapValue": { "fields": wire(map) } }),
        Value::Float(float) => json!({ "doubleValue": float }),
        Value::Time(nanos) => {
            json!({ "timestampValue": jiff::Timestamp::from_nanosecond(*nanos).unwrap().to_string() })
        }
        Value::Place(latitude, longitude) => {
            json!({ "geoPointValue": { "latitude": latitude, "longitude": longitude } })
        }
        Value::Bytes(bytes) => {
            json!({ "bytesValue": base64::engine::general_purpose::STANDARD.encode(bytes) })
        }
        Value::Path(segments) => {
            json!({ "referenceValue": format!("projects/demo/databases/(default)/documents/{}", segments[3..].join("/")) })
        }
        other => panic!("no wire form for {other:?}"),
    }
}

/// Documents that belong to alice.
fn store(paths: &[String]) -> Store {
    let roles = Value::map([("alice", Value::text("owner"))]);
    let fields = Fields::from([
        ("owner".into(), Value::text("alice")),
        ("uid".into(), Value::text("alice")),
        ("userId".into(), Value::text("alice")),
        ("members".into(), Value::List(vec![Value::text("alice")])),
        ("public".into(), Value::Bool(false)),
        ("roles".into(), roles),
        ("role".into(), Value::text("user")),
        ("count".into(), Value::Int(3)),
        ("name".into(), Value::text("a name")),
    ]);
    paths.iter().map(|path| (path.clone(), fields.clone())).collect()
}

/// Reads and writes of these documents by nobody, their owner and a stranger.
fn requests(documents: &[String], store: &Store) -> Vec<(Request, Option<&'static str>)> {
    let now = jiff::Timestamp::now().as_nanosecond();
    let mut requests = Vec::new();
    for document in documents {
        let collection = document.rsplit_once('/').unwrap().0.to_owned();
        for uid in [None, Some("alice"), Some("mallory")] {
            let mut add = |method, path: &str, data: Option<Fields>, limit| {
                let auth = uid.map_or(Value::Null, auth);
                let query = Query { limit, ..Query::default() };
                requests.push((Request { method, path: path.to_owned(), auth, data, query, now }, uid));
            };
            let mut changed = store[document].clone();
            changed.insert("owner".into(), Value::text("mallory"));
            changed.insert("count".into(), Value::Int(4));
            add(Method::Get, document, None, None);
            add(Method::List, &collection, None, None);
            add(Method::List, &collection, None, Some(5));
            add(Method::Update, document, Some(changed.clone()), None);
            add(Method::Update, document, Some(store[document].clone()), None);
            add(Method::Create, &format!("{document}-new"), Some(changed), None);
            add(Method::Create, &format!("{collection}/mallory"), Some(Fields::new()), None);
            add(Method::Delete, document, None, None);
        }
    }
    requests
}

/// Compares every request; the number compared, and what differs.
fn compare(emulator: &Emulator, rules: &Compiled, documents: &[String]) -> (usize, Vec<String>) {
    let store = store(documents);
    let (mut count, mut wrong) = (0, Vec::new());
    emulator.clear();
    for (path, fields) in &store {
        emulator.seed(path, fields);
    }
    for (request, uid) in requests(documents, &store) {
        let mut after = store.clone();
        match (&request.data, request.method) {
            (Some(data), _) => drop(after.insert(request.path.clone(), data.clone())),
            (None, Method::Delete) => drop(after.remove(&request.path)),
            _ => {}
        }
        let ours = decide(rules, &request, &store, &after);
        let theirs = emulator.allows(&request, uid);
        count += 1;
        if matches!(ours, Decision::Allow(_)) != theirs {
            wrong.push(format!(
                "{} {} as {uid:?}: {ours:?}, the emulator allows: {theirs}",
                request.method.name(),
                request.path
            ));
        }
        if theirs && !request.method.is_read() {
            emulator.clear();
            store.iter().for_each(|(path, fields)| emulator.seed(path, fields));
        }
    }
    (count, wrong)
}

/// Every grant that is open at will must come with a request that the emulator lets through, and
/// one that is never open must not grant that request by itself.
fn witnesses(emulator: &Emulator, rules: &str) -> (usize, Vec<String>) {
    let analysis = Analysis::of(rules);
    let (mut count, mut wrong) = (0, Vec::new());
    for grant in analysis.grants.iter().filter(|grant| grant.service == "cloud.firestore") {
        for (principal, method, access) in &grant.access {
            if !matches!(access, Access::Always) {
                continue;
            }
            let Some(witness) = witness(&analysis.compiled, grant, *principal, *method) else { continue };
            emulator.clear();
            if *method != Method::Create && *method != Method::List {
                emulator.seed(&witness.path, &Fields::new());
            }
            let request = Request {
                method: *method,
                path: witness.path.clone(),
                auth: Value::Null,
                data: Some(Fields::new()),
                query: Query { limit: Some(1), ..Query::default() },
                now: 0,
            };
            let uid = (*principal == Principal::Stranger).then_some("mallory");
            count += 1;
            if !emulator.allows(&request, uid) {
                wrong.push(format!("{}: the emulator refuses", witness.command()));
            }
        }
    }
    (count, wrong)
}

/// An unsigned token with just these claims.
fn token_of(auth: &Value) -> Option<String> {
    let Value::Map(auth) = auth else { return None };
    let mut claims = gonogo::engine::firestore::prove::plain(&auth["token"]);
    claims["iat"] = json!(1);
    let part = |json: Json| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json.to_string());
    Some(format!("{}.{}.", part(json!({ "alg": "none", "typ": "JWT" })), part(claims)))
}

/// Does the time in a proof matter? The emulator has its own.
fn is_timed(rules: &str) -> bool {
    rules.contains("request.time")
}

/// What the emulator says to a proof: its documents seeded, its request sent.
fn proof_holds(emulator: &Emulator, proof: &Proof) -> bool {
    emulator.clear();
    proof.store().iter().for_each(|(path, fields)| emulator.seed(path, fields));
    emulator.allows_token(&proof.request(), token_of(&proof.auth).as_deref())
}

/// Every witness of the matrix does what it says; and what is never open refuses the requests
/// that a typical caller makes. The numbers of proofs, of cells and of those not decided.
fn matrix_holds(emulator: &Emulator, rules: &str, wrong: &mut Vec<String>) -> (usize, usize, usize) {
    let analysis = Analysis::of(rules);
    let (mut proofs, mut cells, mut unknown) = (0, 0, 0);
    let reached = analysis.reached.iter().map(|reach| (reach.proof.clone(), "reached"));
    let mut shown: Vec<(Proof, &str)> = reached.collect();
    for row in matrix(&analysis) {
        for cell in row.cells {
            cells += 1;
            match cell.answer {
                Answer::Unknown(_) => unknown += 1,
                Answer::Conditional { proof: Some(proof), .. } => shown.push((*proof, "conditional")),
                _ => {}
            }
        }
    }
    if !is_timed(rules) {
        for (proof, kind) in shown {
            proofs += 1;
            if !proof_holds(emulator, &proof) {
                wrong.push(format!("{kind}: the emulator refuses {}", proof.command()));
            }
        }
    }
    (proofs, cells, unknown)
}

const BODIES: &[&str] = &[
    "match /users/{id} { allow read, write: if request.auth != null && request.auth.uid == id; }",
    "match /users/{id} { allow read: if true; allow write: if false; }",
    "match /{document=**} { allow read, write: if request.auth != null; }",
    "function signedIn() { return request.auth != null; } match /users/{id} { allow get: if signedIn(); allow list: if signedIn() && request.query.limit <= 10; }",
    "match /users/{id} { allow read: if resource.data.owner == request.auth.uid; allow create: if request.resource.data.owner == request.auth.uid; allow update: if request.resource.data.diff(resource.data).affectedKeys().hasOnly(['count']); }",
    "match /users/{id} { allow read: if request.auth.uid in resource.data.members; allow delete: if resource.data.roles[request.auth.uid] == 'owner'; }",
    "match /users/{id} { allow get: if get(/databases/$(database)/documents/users/$(request.auth.uid)).data.role == 'user'; allow write: if exists(/databases/$(database)/documents/users/$(request.auth.uid)); }",
    "match /users/{id} { allow read: if request.auth.token.admin == true || resource.data.public; allow write: if request.auth.token.get('admin', false); }",
    "match /users/{id} { allow update: if request.resource.data.keys().hasAll(['owner', 'name']) && request.resource.data.name is string && request.resource.data.count > resource.data.count; }",
    "match /users/{id} { allow create: if request.resource.data.size() == 0; allow get: if resource == null || resource.data.count == 3; }",
    "match /users/{id} { function owner() { let data = resource.data; return data.owner == request.auth.uid; } allow read, delete: if owner() ? true : request.auth.token.email_verified && false; }",
    "match /users/{id=**} { allow get: if id == /alice; allow list: if true; allow write: if request.time < timestamp.date(2020, 1, 1); }",
    "match /{path=**}/users/{id} { allow read: if request.auth.token.email.matches('.*@example[.]org') && request.auth.token.firebase.sign_in_provider == 'password'; }",
    "match /users/{id} { allow read: if undefined || request.auth != null; allow write: if missing() || request.auth.uid == id; }",
    "match /users/{id} { allow update: if !('secret' in request.resource.data) && request.resource.data.owner == resource.data.owner; allow delete: if request.resource == null && request.auth != null; }",
    "match /users/{id} { allow create: if getAfter(/databases/$(database)/documents/users/$(id)).data.count == 4; allow get: if request.path[4] == 'alice' && request.method == 'get'; }",
];

#[test]
fn decisions_equal_the_emulators() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(emulator) = Emulator::start() else { return };
    let (mut count, mut wrong, mut proofs) = (0, Vec::new(), 0);
    for body in BODIES {
        for version in ["rules_version = '2';\n", ""] {
            let rules = format!(
                "{version}service cloud.firestore {{ match /databases/{{database}}/documents {{\n{body}\n}} }}"
            );
            let compiled = compile(&rules);
            let loaded = emulator.load(&rules);
            assert_eq!(
                compiled.errors.is_empty(),
                loaded.is_ok(),
                "{rules}\n{:?}\n{loaded:?}",
                compiled.errors
            );
            if loaded.is_err() {
                continue;
            }
            let (compared, differ) = compare(&emulator, &compiled, &["users/alice".to_owned()]);
            count += compared;
            wrong.extend(differ.into_iter().map(|line| format!("{body}\n  {line}")));
            let (proved, mut refused) = witnesses(&emulator, &rules);
            proofs += proved + matrix_holds(&emulator, &rules, &mut refused).0;
            wrong.extend(refused.into_iter().map(|line| format!("{body}\n  {line}")));
        }
    }
    eprintln!("{} of {count} decisions and {proofs} witnesses agree", count - wrong.len().min(count));
    assert!(count > 500 && proofs > 20, "{count} decisions, {proofs} witnesses");
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Rules files of your own: `GONOGO_RULES=folder` compares each with the emulator, too.
#[test]
fn files_of_your_own_come_out_as_in_the_emulator() {
    let Some(folder) = std::env::var_os("GONOGO_RULES") else { return };
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(emulator) = Emulator::start() else { return };
    let (mut files, mut count, mut wrong) = (0, 0, Vec::new());
    let (mut cells, mut unknown, mut proofs) = (0, 0, 0);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(Path::new(&folder)).unwrap().flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "rules"));
    paths.sort();
    for path in paths {
        let rules = fs::read_to_string(&path).unwrap();
        files += 1;
        let analysis = Analysis::of(&rules);
        let loaded = emulator.load(&rules);
        if analysis.compiled.errors.is_empty() != loaded.is_ok() {
            wrong.push(format!("{}: {:?} but {loaded:?}", path.display(), analysis.compiled.errors));
        }
        if loaded.is_err() {
            continue;
        }
        let mut documents: Vec<String> = analysis
            .grants
            .iter()
            .filter_map(|grant| gonogo::engine::firestore::witness::document(&grant.pattern))
            .collect();
        documents.retain(|document| document.split('/').count().is_multiple_of(2));
        documents.sort();
        documents.dedup();
        let (mut compared, mut differ) = compare(&emulator, &analysis.compiled, &documents);
        let (proved, refused) = witnesses(&emulator, &rules);
        compared += proved;
        differ.extend(refused);
        let (proved, judged, open) = matrix_holds(&emulator, &rules, &mut differ);
        cells += judged;
        unknown += open;
        proofs += proved;
        eprintln!(
            "{}: {} documents, {compared} compared, {proved} witnesses, {open} of {judged} unknown, {} differ",
            path.display(),
            documents.len(),
            differ.len()
        );
        count += compared;
        wrong.extend(differ.into_iter().map(|line| format!("{}: {line}", path.display())));
    }
    eprintln!(
        "{files} files, {count} decisions, {proofs} witnesses, {unknown} of {cells} cells unknown, {} differ",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Conditions put together at random from atoms that rules are made of, always the same ones.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn condition(&mut self, depth: usize) -> String {
        if depth == 0 || self.throw(4) == 0 {
            return ATOMS[self.throw(ATOMS.len())].to_owned();
        }
        let (left, right) = (self.condition(depth - 1), self.condition(depth - 1));
        match self.throw(7) {
            0 => format!("!({left})"),
            1 => format!("(({left}) ? ({right}) : ({}))", self.condition(depth - 1)),
            2 | 3 => format!("({left} || {right})"),
            _ => format!("({left} && {right})"),
        }
    }
}

const ATOMS: &[&str] = &[
    "request.auth != null",
    "request.auth.uid == id",
    "request.auth.uid == resource.data.owner",
    "request.auth.uid == request.resource.data.owner",
    "request.resource.data.owner == resource.data.owner",
    "request.auth.uid in resource.data.members",
    "resource.data.public == true",
    "resource.data.count > 2",
    "request.resource.data.count == resource.data.count + 1",
    "request.resource.data.name is string",
    "request.resource.data.name.size() < 30",
    "request.resource.data.keys().hasOnly(['owner', 'count', 'name'])",
    "request.resource.data.keys().hasAll(['owner'])",
    "request.resource.data.diff(resource.data).affectedKeys().hasOnly(['count'])",
    "'role' in request.resource.data",
    "request.auth.token.admin == true",
    "request.auth.token.email_verified",
    "request.auth.token.firebase.sign_in_provider != 'anonymous'",
    "exists(/databases/$(database)/documents/users/$(request.auth.uid))",
    "get(/databases/$(database)/documents/users/$(id)).data.role == 'user'",
    "resource == null",
    "request.resource.data.role == resource.data.get('role', 'none')",
    "request.resource.data.role in ['user', 'guest']",
    "id.matches('[a-z]+')",
    "request.query.limit <= 10",
    "true",
    "false",
];

/// Random rules against the emulator: each decision, each witness. `GONOGO_RANDOM` sets how many
/// rulesets are made; few by default.
#[test]
fn random_rules_come_out_as_in_the_emulator() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(emulator) = Emulator::start() else { return };
    let rulesets = std::env::var("GONOGO_RANDOM").ok().and_then(|count| count.parse().ok()).unwrap_or(8);
    let (mut dice, mut wrong) = (Dice(0x2545_f491_4f6c_dd1d), Vec::new());
    let (mut count, mut proofs, mut cells, mut unknown) = (0, 0, 0, 0);
    for _ in 0..rulesets {
        let allows: Vec<String> = ["get", "list", "create", "update", "delete", "update"]
            .iter()
            .map(|method| format!("allow {method}: if {};", dice.condition(3)))
            .collect();
        let rules = format!(
            "rules_version = '2';\nservice cloud.firestore {{ match /databases/{{database}}/documents {{ match /users/{{id}} {{\n{}\n}} }} }}",
            allows.join("\n")
        );
        let compiled = compile(&rules);
        let loaded = emulator.load(&rules);
        assert_eq!(compiled.errors.is_empty(), loaded.is_ok(), "{rules}\n{loaded:?}");
        let (compared, mut differ) = compare(&emulator, &compiled, &["users/alice".to_owned()]);
        count += compared;
        let (proved, judged, open) = matrix_holds(&emulator, &rules, &mut differ);
        proofs += proved;
        cells += judged;
        unknown += open;
        wrong.extend(differ.into_iter().map(|line| format!("{rules}\n  {line}")));
    }
    eprintln!(
        "{rulesets} rulesets, {count} decisions, {proofs} witnesses, {unknown} of {cells} cells unknown, {} differ",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
