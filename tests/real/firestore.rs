//! The rules engine against Google's Firestore emulator.
//!
//! The emulator is no package of any registry, so where it is not installed these tests say so and
//! end: the answers recorded from it are tested everywhere.

#[path = "firestore/emulator.rs"]
mod emulator;
#[path = "firestore/patterns.rs"]
mod patterns;
#[path = "firestore/positions.rs"]
mod positions;
#[path = "firestore/quirk.rs"]
mod quirk;
#[path = "firestore/random.rs"]
mod random;
#[path = "firestore/storage.rs"]
mod storage;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

use emulator::Emulator;
use gonogo::engine::firestore::{
    Analysis,
    ast::Segment,
    compile,
    prove::{Answer, Caller, Proof, Prover, Row, matrix_at},
    request::{Comparison, Decision, Fields, Filter, Method, Query, Request, Store, decide_all},
    value::Value,
};
use random::Dice;

/// One emulator at a time: it is a Java machine of its own.
static ONE: Mutex<()> = Mutex::new(());

const CALLERS: [Caller; 5] =
    [Caller::Anonymous, Caller::AnonymousProvider, Caller::Stranger, Caller::Owner, Caller::Admin];

fn now() -> i128 {
    jiff::Timestamp::now().as_nanosecond()
}

/// Documents that the rules speak of, as an honest client would have written them.
fn scene(prover: &Prover<'_>, analysis: &Analysis) -> (Store, Vec<Scene>) {
    let (mut store, mut scenes) = (Store::new(), Vec::<Scene>::new());
    for grant in analysis.grants.iter().filter(|grant| grant.rooted && grant.service == "cloud.firestore") {
        let Some(ground) = prover.ground(&grant.pattern) else { continue };
        if scenes.iter().any(|scene| scene.document == ground.path) {
            continue;
        }
        let stored = prover.worlds(&ground, Caller::Owner, Method::Get)[0].stored.clone();
        let callers = CALLERS.map(|caller| prover.worlds(&ground, caller, Method::Get)[0].auth.clone());
        store.insert(ground.path.clone(), stored.clone());
        scenes.push(Scene {
            pattern: grant.pattern.clone(),
            document: ground.path,
            stored,
            callers: callers.to_vec(),
        });
    }
    (store, scenes)
}

struct Scene {
    pattern: Vec<Segment>,
    document: String,
    stored: Fields,
    callers: Vec<Value>,
}

/// Seven operations: get, list, query, create, update, delete, and a batch of two writes.
fn operations(scene: &Scene, auth: &Value, limit: Option<i64>) -> Vec<Vec<Request>> {
    let collection = scene.document.rsplit_once('/').unwrap().0;
    let filters: Vec<Filter> = scene
        .stored
        .iter()
        .filter(|(_, value)| matches!(value, Value::Text(_) | Value::Bool(_) | Value::Int(_)))
        .take(5)
        .map(|(field, value)| Filter {
            field: field.clone(),
            comparison: Comparison::Equal,
            value: value.clone(),
        })
        .collect();
    let mut changed = scene.stored.clone();
    changed.insert("count".into(), Value::Int(4));
    changed.insert("title".into(), Value::text("another"));
    let request = |method, path: &str, data: Option<Fields>, query| Request {
        method,
        path: path.to_owned(),
        auth: auth.clone(),
        data,
        query,
        now: now(),
    };
    let plain = || Query { limit, ..Query::default() };
    let new = format!("{}-new", scene.document);
    let query = Query { filters: if filters.is_empty() { Vec::new() } else { vec![filters] }, ..plain() };
    vec![
        vec![request(Method::Get, &scene.document, None, plain())],
        vec![request(Method::List, collection, None, plain())],
        vec![request(Method::List, collection, None, query)],
        vec![request(Method::Create, &new, Some(scene.stored.clone()), plain())],
        vec![request(Method::Update, &scene.document, Some(changed.clone()), plain())],
        vec![request(Method::Delete, &scene.document, None, plain())],
        vec![
            request(Method::Update, &scene.document, Some(changed), plain()),
            request(Method::Create, &new, Some(scene.stored.clone()), plain()),
        ],
    ]
}

/// Every document × five callers × seven operations; the number compared, and what differs.
fn compare(emulator: &Emulator, rules: &str) -> (usize, Vec<String>) {
    let analysis = Analysis::of(rules);
    let prover = Prover::new(&analysis.compiled, &analysis.grants);
    let (store, scenes) = scene(&prover, &analysis);
    let rows = matrix_at(&analysis, now());
    let (mut count, mut explained, mut wrong) = (0, 0, Vec::new());
    emulator.clear();
    emulator.restore(&store, &[]);
    for scene in &scenes {
        for (at, auth) in scene.callers.iter().enumerate() {
            for (number, requests) in operations(scene, auth, Some(5)).into_iter().enumerate() {
                let mut after = store.clone();
                for request in &requests {
                    match (&request.data, request.method) {
                        (Some(data), _) => drop(after.insert(request.path.clone(), data.clone())),
                        (None, Method::Delete) => drop(after.remove(&request.path)),
                        _ => {}
                    }
                }
                let ours = decide_all(&analysis.compiled, &requests, &store, &after);
                let (theirs, said) = match requests.as_slice() {
                    [request] => emulator.allows(request),
                    several => emulator.commits(&several.iter().collect::<Vec<_>>()),
                };
                let Some(theirs) = theirs else { continue };
                count += 1;
                let allowed = matches!(ours, Decision::Allow(_));
                let mut is_explained = false;
                if allowed != theirs {
                    is_explained = quirk::is_it(emulator, rules, &requests, allowed);
                    emulator.restore(&store, &[&format!("{}-new", scene.document)]);
                }
                if is_explained {
                    explained += 1;
                } else if allowed != theirs {
                    wrong.push(format!(
                        "operation {number} on {} as {:?}: {ours:?}, the emulator allows: {theirs}: {said}",
                        scene.document, CALLERS[at]
                    ));
                }
                if let ([request], Some(row)) = (requests.as_slice(), row_of(&rows, scene)) {
                    let claimed = match row.answer(CALLERS[at], request.method) {
                        Some(Answer::Always) => Some(true),
                        Some(Answer::Never) => Some(false),
                        _ => None,
                    };
                    // A new document at a fixed name is another path.
                    let is_there = request.method != Method::Create
                        || row.pattern.last().is_some_and(Segment::is_variable);
                    if is_there && !is_explained && claimed.is_some_and(|claimed| claimed != theirs) {
                        wrong.push(format!(
                            "operation {number} on {} as {:?}: claimed {claimed:?} for all, the emulator allows: {theirs}: {said}",
                            scene.document, CALLERS[at]
                        ));
                    }
                }
                if theirs && !requests[0].method.is_read() {
                    emulator.restore(&store, &[&format!("{}-new", scene.document)]);
                }
            }
        }
    }
    if explained > 0 {
        eprintln!("{explained} differ because of an operand that the emulator forgets");
    }
    (count, wrong)
}

/// The row of the pattern that the path was made from.
fn row_of<'r>(rows: &'r [Row], scene: &Scene) -> Option<&'r Row> {
    rows.iter().find(|row| row.pattern == scene.pattern)
}

#[derive(Default)]
struct Tally {
    decisions: usize,
    proofs: usize,
    cells: usize,
    unknown: usize,
    wrong: Vec<String>,
}

/// Compares decisions, and sends every witness of the matrix.
fn hold(emulator: &Emulator, rules: &str, tally: &mut Tally, name: &str) {
    let (compared, mut differ) = compare(emulator, rules);
    tally.decisions += compared;
    let analysis = Analysis::of(rules);
    let mut shown: Vec<Proof> = analysis.reached.iter().map(|reach| reach.proof.clone()).collect();
    for row in matrix_at(&analysis, now()) {
        for cell in row.cells {
            tally.cells += 1;
            match cell.answer {
                Answer::Unknown(_) => tally.unknown += 1,
                Answer::Conditional { proof: Some(proof), .. } => shown.push(*proof),
                _ => {}
            }
        }
    }
    for proof in shown {
        // Moments of another time than ours cannot be tried.
        if (proof.now - now()).abs() > 3_600_000_000_000 && rules.contains("request.time") {
            continue;
        }
        tally.proofs += 1;
        emulator.clear();
        emulator.restore(&proof.store(), &[]);
        let (allowed, said) = emulator.allows(&proof.request());
        if allowed == Some(false) && !quirk::is_it(emulator, rules, &[proof.request()], true) {
            differ.push(format!("the emulator refuses {}: {said}", proof.command()));
        }
    }
    tally.wrong.extend(differ.into_iter().map(|line| format!("{name}: {line}")));
}

fn conclude(tally: &Tally, files: usize) {
    eprintln!(
        "{files} files, {} decisions, {} witnesses, {} of {} cells unknown, {} differ",
        tally.decisions,
        tally.proofs,
        tally.unknown,
        tally.cells,
        tally.wrong.len()
    );
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
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
    "match /users/{id} { allow update: if request.resource.data.at == request.time && resource.data.at < request.time - duration.value(1, 'm'); allow list: if resource.data.n > 5 && resource.data.kind in ['a', 'b']; }",
    "match /chats/{id} { allow read: if request.auth.uid in id.split('_'); match /m/{m} { allow create: if request.auth.uid in get(/databases/$(database)/documents/chats/$(id)).data.members && request.resource.data.keys().hasOnly(['text', 'by']) && request.resource.data.text.size() in [3, 4]; } }",
];

fn with_header(version: &str, body: &str) -> String {
    format!("{version}service cloud.firestore {{ match /databases/{{database}}/documents {{\n{body}\n}} }}")
}

#[test]
fn decisions_and_witnesses_equal_the_emulators() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(emulator) = Emulator::start() else { return };
    let mut tally = Tally::default();
    for body in BODIES {
        for version in ["rules_version = '2';\n", ""] {
            let rules = with_header(version, body);
            let (errors, loaded) = (compile(&rules).errors, emulator.load(&rules));
            assert_eq!(errors.is_empty(), loaded.is_ok(), "{rules}\n{errors:?}\n{loaded:?}");
            if loaded.is_ok() {
                hold(&emulator, &rules, &mut tally, body);
            }
        }
    }
    assert!(tally.decisions > 500 && tally.proofs > 50, "{} and {}", tally.decisions, tally.proofs);
    conclude(&tally, BODIES.len());
}

/// Rules files of your own: `GONOGO_RULES=folder` compares each with the emulator, too.
#[test]
fn files_of_your_own_come_out_as_in_the_emulator() {
    let Some(folder) = std::env::var_os("GONOGO_RULES") else { return };
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(emulator) = Emulator::start() else { return };
    let (mut files, mut tally) = (0, Tally::default());
    for (name, rules) in rules_files(Path::new(&folder)) {
        files += 1;
        let (errors, loaded) = (compile(&rules).errors, emulator.load(&rules));
        if errors.is_empty() != loaded.is_ok() {
            tally.wrong.push(format!("{name}: {errors:?} but {loaded:?}"));
        } else if loaded.is_ok() {
            let before = tally.decisions;
            hold(&emulator, &rules, &mut tally, &name);
            eprintln!("{name}: {} decisions, {} differ so far", tally.decisions - before, tally.wrong.len());
        }
    }
    conclude(&tally, files);
}

fn rules_files(folder: &Path) -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "rules"));
    paths.sort();
    let named = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap_or_default())
    };
    paths.into_iter().map(named).collect()
}

/// Random rules against the emulator: each decision, each witness. `GONOGO_RANDOM` sets how many
/// rulesets are made; few by default.
#[test]
fn random_rules_come_out_as_in_the_emulator() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(emulator) = Emulator::start() else { return };
    let number = |name: &str| std::env::var(name).ok().and_then(|count| count.parse().ok());
    let rulesets = number("GONOGO_RANDOM").unwrap_or(12);
    let mut dice = Dice(number("GONOGO_SEED").unwrap_or(0x2545_f491) as u64 | 1);
    let mut tally = Tally::default();
    for _ in 0..rulesets {
        let rules = random_rules(&mut dice);
        let (errors, loaded) = (compile(&rules).errors, emulator.load(&rules));
        assert_eq!(errors.is_empty(), loaded.is_ok(), "{rules}\n{errors:?}\n{loaded:?}");
        if loaded.is_ok() {
            hold(&emulator, &rules, &mut tally, &rules);
        }
    }
    conclude(&tally, rulesets);
}

fn random_rules(dice: &mut Dice) -> String {
    let allows: Vec<String> = ["get", "list", "create", "update", "delete", "update"]
        .iter()
        .map(|method| format!("allow {method}: if {};", dice.condition(3)))
        .collect();
    let functions = "function f0(x) { let y = x; return y; } function f1(x) { return x && f0(x); }";
    let body = format!("{functions}\nmatch /users/{{id}} {{\n{}\n}}", allows.join("\n"));
    with_header("rules_version = '2';\n", &body)
}
