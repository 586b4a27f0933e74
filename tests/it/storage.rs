//! Storage rules: decisions about files, what is found, and the command line.

use std::{fs, process::Command};

use gonogo::engine::firestore::{
    Analysis,
    prove::{Answer, Caller},
    request::{Decision, Fields, Method, Store},
    storage::{Prover, Request, Wish, decide, file, matrix},
    value::Value,
};

const NOW: i128 = 1_790_000_000_000_000_000;

const AVATARS: &str = "rules_version = '2';
service firebase.storage {
  match /b/{bucket}/o {
    function small() { return request.resource.size < 5 * 1024 * 1024; }
    match /avatars/{uid}/{file=**} {
      allow get: if true;
      allow list: if request.auth.uid == uid;
      allow create: if request.auth.uid == uid && small() && request.resource.contentType.matches('image/.*');
      allow update: if request.auth.uid == resource.metadata.owner;
      allow delete: if request.auth.uid == uid && request.resource == null;
    }
    match /reports/{name} {
      allow read: if firestore.get(/databases/(default)/documents/users/$(request.auth.uid)).data.role == 'admin';
      allow write: if get(/databases/(default)/documents/users/alice).data.role == 'admin';
    }
  }
}";

fn auth(uid: &str) -> Value {
    Value::map([("uid", Value::text(uid)), ("token", Value::map([("sub", Value::text(uid))]))])
}

fn sent(size: i64, kind: &str) -> Option<Fields> {
    let given = [("size".to_owned(), Value::Int(size)), ("contentType".to_owned(), Value::text(kind))];
    Some(file("b", "x", Fields::from(given), NOW))
}

fn allowed(method: Method, path: &str, auth: Value, sent: Option<Fields>, stored: Option<&Fields>) -> bool {
    let analysis = Analysis::of(AVATARS);
    assert!(analysis.compiled.errors.is_empty(), "{:?}", analysis.compiled.errors);
    let request = Request { method, bucket: "b".into(), path: path.into(), auth, sent, now: NOW };
    let role = Fields::from([("role".to_owned(), Value::text("admin"))]);
    let documents = Store::from([("users/alice".to_owned(), role)]);
    matches!(decide(&analysis.compiled, &request, stored, &documents), Decision::Allow(_))
}

#[test]
fn a_request_for_a_file_is_decided_by_what_is_sent_and_stored() {
    let (alice, bob) = (auth("alice"), auth("bob"));
    let file = "avatars/alice/me.png";
    assert!(allowed(Method::Get, file, Value::Null, None, None));
    assert!(allowed(Method::List, "avatars/alice", alice.clone(), None, None));
    assert!(!allowed(Method::List, "avatars/alice", bob.clone(), None, None));
    assert!(allowed(Method::Create, file, alice.clone(), sent(100, "image/png"), None));
    assert!(!allowed(Method::Create, file, bob.clone(), sent(100, "image/png"), None));
    assert!(!allowed(Method::Create, file, alice.clone(), sent(6 << 20, "image/png"), None));
    assert!(!allowed(Method::Create, file, alice.clone(), sent(100, "text/html"), None));
    let owned = Fields::from([("metadata".to_owned(), Value::map([("owner", Value::text("bob"))]))]);
    assert!(allowed(Method::Update, file, bob.clone(), sent(1, "x/y"), Some(&owned)));
    assert!(!allowed(Method::Update, file, alice.clone(), sent(1, "x/y"), Some(&owned)));
    assert!(allowed(Method::Delete, file, alice.clone(), None, Some(&owned)));
    // Documents are read through firestore.get; a plain get is no function there.
    assert!(allowed(Method::Get, "reports/a", alice.clone(), None, None));
    assert!(!allowed(Method::Get, "reports/a", bob, None, None));
    assert!(!allowed(Method::Create, "reports/a", alice, sent(1, "x/y"), None));
}

#[test]
fn the_matrix_names_conditions_and_shows_requests_that_hold() {
    let analysis = Analysis::of(AVATARS);
    let rows = matrix(&analysis, NOW);
    assert_eq!(rows.len(), 2);
    let answer = |caller, method| rows[0].plain.answer(caller, method).expect("a cell");
    assert_eq!(*answer(Caller::Anonymous, Method::Get), Answer::Always);
    assert_eq!(*answer(Caller::Anonymous, Method::Create), Answer::Never);
    assert_eq!(*answer(Caller::Stranger, Method::Create), Answer::Never);
    assert!(matches!(answer(Caller::Owner, Method::Create), Answer::Conditional { .. }));
    for row in &rows {
        for witness in &row.witnesses {
            assert!(witness.holds(&analysis.compiled), "{}", witness.told());
        }
    }
}

#[test]
fn lists_are_of_version_two_alone() {
    let one = Analysis::of("service firebase.storage { match /b/{b}/o { match /a/{f} { allow read; } } }");
    let prover = Prover::new(&one, NOW);
    let pattern = &prover.patterns()[0].pattern;
    assert!(prover.find(pattern, Wish::new(Caller::Anonymous, Method::Get)).is_some());
    assert!(prover.find(pattern, Wish::new(Caller::Anonymous, Method::List)).is_none());
}

/// Whatever the text is, there is an answer, and a witness that is shown holds.
/// What a list finds in `resource` is written nowhere, so nothing about it proves that nobody gets in.
#[test]
fn a_list_that_reads_the_stored_file_is_never_called_closed() {
    for condition in
        ["resource == null", "resource != null", "resource.metadata.open == 'yes'", "resource.size < 10"]
    {
        let text = format!(
            "rules_version = '2';\nservice firebase.storage {{ match /b/{{b}}/o {{ match /f/{{id}} {{ allow list: if {condition}; }} }} }}"
        );
        let analysis = Analysis::of(&text);
        let rows = matrix(&analysis, NOW);
        let answer = rows[0].plain.answer(Caller::Anonymous, Method::List).expect("a cell");
        assert_ne!(*answer, Answer::Never, "{condition}");
        let get = rows[0].plain.answer(Caller::Anonymous, Method::Get).expect("a cell");
        assert_eq!(*get, Answer::Never, "{condition}");
    }
}

#[test]
fn mutated_rules_are_judged_without_a_panic() {
    let mut state: u64 = 0x5eed_0006;
    let mut dice = |sides: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % sides as u64) as usize
    };
    let parts = [
        "request.resource",
        "null",
        "&&",
        "||",
        "!",
        "resource",
        ".size",
        "9223372036854775807",
        "{x=**}",
        "'image/(.*'",
    ];
    for _ in 0..150 {
        let mut letters: Vec<char> = AVATARS.chars().collect();
        for _ in 0..=dice(4) {
            let at = dice(letters.len());
            let end = (at + dice(12)).min(letters.len());
            letters.splice(at..end, parts[dice(parts.len())].chars());
        }
        let text: String = letters.into_iter().collect();
        let analysis = Analysis::of(&text);
        for row in matrix(&analysis, NOW) {
            assert!(row.witnesses.iter().all(|witness| witness.holds(&analysis.compiled)), "{text}");
        }
    }
}

fn gonogo(arguments: &[&str], folder: &std::path::Path) -> (i32, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_gonogo"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("runs");
    (out.status.code().unwrap_or(-1), String::from_utf8_lossy(&out.stdout).into_owned())
}

#[test]
fn the_command_takes_rules_of_every_product() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("storage.rules"), AVATARS).expect("a file");
    let rules = r#"{"rules": {"users": {"$uid": {".read": true, ".write": "auth.uid == $uid"}}}}"#;
    fs::write(folder.path().join("database.rules.json"), rules).expect("a file");
    let cases = "[files.\"avatars/alice/a.png\"]\nmetadata = { owner = \"bob\" }\n\n\
                 [[case]]\nallow = \"update\"\npath = \"avatars/alice/a.png\"\nauth = { uid = \"bob\" }\n\n\
                 [[case]]\ndeny = \"create\"\npath = \"avatars/alice/a.png\"\nauth = { uid = \"alice\" }\n\
                 data = { contentType = \"text/html\" }\n";
    fs::write(folder.path().join("cases.toml"), cases).expect("a file");
    let run = |arguments: &[&str]| gonogo(arguments, folder.path());

    let (code, out) = run(&["rules", "test", "storage.rules", "cases.toml"]);
    assert_eq!((code, out.as_str()), (0, "2 of 2 cases as they should be\n"));
    let (code, out) = run(&["rules", "eval", "storage.rules", "get", "avatars/x/y"]);
    assert!(code == 0 && out.contains("allowed by storage.rules:6"), "{out}");
    let (_, out) = run(&["rules", "matrix", "storage.rules"]);
    assert!(out.contains("/avatars/{uid}/{file=**}"), "{out}");
    let (_, out) = run(&["rules", "matrix", "storage.rules", "--format", "json"]);
    assert!(out.contains("firebasestorage.googleapis.com"), "{out}");

    let (code, out) =
        run(&["rules", "eval", "database.rules.json", "write", "users/a", "--uid", "b", "--data", "1"]);
    assert!(code == 1 && out.contains("no rule on the way"), "{out}");
    let (code, out) =
        run(&["rules", "eval", "database.rules.json", "write", "users/a", "--uid", "a", "--data", "1"]);
    assert!(code == 0 && out.contains("allowed by database.rules.json:1"), "{out}");
    let (code, out) = run(&["rules", "matrix", "database.rules.json"]);
    assert!(code == 0 && out.contains("/users/$uid"), "{out}");
    let (_, out) = run(&["rules", "matrix", "database.rules.json", "--format", "json"]);
    assert!(out.contains("\"always\""), "{out}");
}

#[test]
fn a_difference_tells_what_is_opened_for_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, body: &str| {
        let path = folder.path().join(name);
        let text = format!(
            "rules_version = '2';\nservice firebase.storage {{ match /b/{{bucket}}/o {{\n{body}\n}} }}"
        );
        fs::write(&path, text).unwrap();
        path
    };
    let old = file("old.rules", "match /a/{uid}/{name} { allow read, write: if request.auth.uid == uid; }");
    let new = file(
        "new.rules",
        "match /a/{uid}/{name} { allow read: if true; allow write: if request.auth.uid == uid; }
         match /tmp/{name} { allow delete: if request.auth != null; }",
    );
    let diff = |old: &std::path::Path, new: &std::path::Path| {
        let output = Command::new(env!("CARGO_BIN_EXE_gonogo"))
            .args(["rules", "diff"])
            .args([old, new])
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, text) = diff(&old, &new);
    assert_eq!(code, Some(1));
    assert!(text.contains("opens  get /a/{uid}/{name} for anonymous: never -> always"), "{text}");
    assert!(text.contains("opens  delete /tmp/{name} for stranger: never -> always"), "{text}");
    assert!(!text.contains("delete /a/"), "{text}");
    let (code, text) = diff(&new, &old);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("closes delete /tmp/{name} for stranger: always -> never"), "{text}");
    let (code, text) = diff(&old, &old);
    assert_eq!((code, text.as_str()), (Some(0), "nothing is opened or closed\n"));
}
