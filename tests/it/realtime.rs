//! Realtime Database rules: the language, decisions, and what callers can do.

use gonogo::engine::realtime::{Caller, Json, Operation, Query, Reach, Request, Survey, Task, compile, data};
use serde_json::json;

const NOW: f64 = 1_790_000_000_000.0;

fn allowed(rules: &str, request: Request) -> bool {
    let rules = compile(rules);
    assert!(rules.problems.is_empty(), "{:?}", rules.problems);
    request.decide(&rules).allowed
}

fn request(uid: Option<&str>, path: &str, operation: Operation, before: &serde_json::Value) -> Request {
    let auth = uid.and_then(|uid| data(&json!({ "uid": uid, "token": { "sub": uid } })));
    let path = path.split('/').filter(|key| !key.is_empty()).map(str::to_owned).collect();
    Request { auth, path, operation, query: Query::new(), data: data(before), now: NOW }
}

fn write(value: &serde_json::Value) -> Operation {
    Operation::Write(data(value))
}

const PROFILE: &str = r#"{
  "rules": {
    // Everyone has a profile of their own.
    "users": {
      "$uid": {
        ".read": "auth != null && auth.uid == $uid",
        ".write": "auth != null && auth.uid == $uid",
        ".validate": "newData.hasChildren(['name', 'age'])",
        "name": { ".validate": "newData.isString() && newData.val().length < 50" },
        "age": { ".validate": "newData.isNumber() && newData.val() >= 0" },
        "$other": { ".validate": false }
      }
    }
  }
}"#;

#[test]
fn a_rule_holds_for_what_is_below_it_and_validation_for_itself() {
    let empty = json!(null);
    let good = json!({ "name": "Ada", "age": 36 });
    assert!(allowed(PROFILE, request(Some("ada"), "users/ada", write(&good), &empty)));
    assert!(!allowed(PROFILE, request(Some("bob"), "users/ada", write(&good), &empty)));
    assert!(!allowed(PROFILE, request(None, "users/ada", write(&good), &empty)));
    let extra = json!({ "name": "Ada", "age": 36, "admin": true });
    assert!(!allowed(PROFILE, request(Some("ada"), "users/ada", write(&extra), &empty)));
    let half = json!({ "name": "Ada" });
    assert!(!allowed(PROFILE, request(Some("ada"), "users/ada", write(&half), &empty)));
    let before = json!({ "users": { "ada": good } });
    assert!(allowed(PROFILE, request(Some("ada"), "users/ada/age", write(&json!(37)), &before)));
    assert!(!allowed(PROFILE, request(Some("ada"), "users/ada/age", write(&json!("old")), &before)));
    // Nothing is validated when it is deleted; but the parent that stays is.
    assert!(allowed(PROFILE, request(Some("ada"), "users/ada", Operation::Write(None), &before)));
    assert!(!allowed(PROFILE, request(Some("ada"), "users/ada/age", Operation::Write(None), &before)));
    assert!(allowed(PROFILE, request(Some("ada"), "users/ada/name", Operation::Read, &before)));
    assert!(!allowed(PROFILE, request(Some("ada"), "users", Operation::Read, &before)));
}

fn reach(rules: &str, path: &str, caller: Caller, task: Task) -> Reach {
    let rules = compile(rules);
    let survey = Survey::of(&rules, NOW);
    let grant =
        survey.grants.iter().find(|grant| grant.shown() == path && grant.reach(caller, task).is_some());
    let reach = grant.expect("a rule there").reach(caller, task).expect("asked").clone();
    if let Some(witness) = reach.witness() {
        assert!(witness.holds(&rules), "{witness:?}");
    }
    reach
}

#[test]
fn who_may_do_what_whatever_the_database_holds() {
    let read = |caller| reach(PROFILE, "/users/$uid", caller, Task::Read);
    assert!(matches!(read(Caller::Anonymous), Reach::Never));
    assert!(matches!(read(Caller::Stranger), Reach::Never));
    assert!(matches!(read(Caller::Owner), Reach::Always(_)));
    let write = reach(PROFILE, "/users/$uid", Caller::Owner, Task::Write);
    let Reach::Always(Some(witness)) = write else { panic!("{write:?}") };
    let Some(Json::Node(fields)) = &witness.value else { panic!("{witness:?}") };
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["age", "name"]);
}

#[test]
fn what_depends_on_the_database_is_shown_with_it() {
    let rules = r#"{"rules":{"rooms":{"$room":{
        ".read":"root.child('members').child($room).child(auth.uid).val() === 'member'",
        ".write":"!data.exists() && newData.child('owner').val() === auth.uid"}}}}"#;
    let read = reach(rules, "/rooms/$room", Caller::Stranger, Task::Read);
    let Reach::InState(witness) = read else { panic!("{read:?}") };
    assert_eq!(witness.state().expect("members"), r#"{"members":{"somebody":{"me":"member"}}}"#);
    let write = reach(rules, "/rooms/$room", Caller::Stranger, Task::Write);
    let Reach::InState(witness) = write else { panic!("{write:?}") };
    assert!(witness.data.is_none());
    assert!(witness.command().contains(r#"{"owner":"me"}"#), "{}", witness.command());
    assert!(matches!(
        reach(rules, "/rooms/$room", Caller::Stranger, Task::Delete),
        Reach::Unknown(_) | Reach::Never
    ));
}

#[test]
fn patterns_lengths_and_queries() {
    let rules = r#"{"rules":{"mail":{"$id":{".write":true,
        ".validate":"newData.val().matches(/^[a-z]+@[a-z]+\\.com$/) && newData.val().length > 5"}},
        "list":{".read":"query.orderByChild == 'owner' && query.equalTo == auth.uid"}}}"#;
    let write = reach(rules, "/mail/$id", Caller::Anonymous, Task::Write);
    assert!(matches!(write, Reach::Always(Some(_)) | Reach::Unknown(_)), "{write:?}");
    assert!(matches!(reach(rules, "/list", Caller::Stranger, Task::Read), Reach::ByQuery));
    // Nobody's id is null, and so is what an unbounded query asks for.
    assert!(matches!(reach(rules, "/list", Caller::Anonymous, Task::Read), Reach::Always(_)));
    let pages = r#"{"rules":{"list":{".read":"query.limitToFirst <= 100"}}}"#;
    assert!(matches!(reach(pages, "/list", Caller::Anonymous, Task::Read), Reach::Always(_)));
    let guarded = r#"{"rules":{"list":{".read":"auth != null && query.orderByChild == 'owner' && query.equalTo == auth.uid"}}}"#;
    assert!(matches!(reach(guarded, "/list", Caller::Anonymous, Task::Read), Reach::Never));
    assert!(matches!(reach(guarded, "/list", Caller::Stranger, Task::Read), Reach::ByQuery));
    let odd = r#"{"rules":{"list":{".read":"query.orderByChild == 'a' + 'b'"}}}"#;
    assert!(matches!(reach(odd, "/list", Caller::Anonymous, Task::Read), Reach::Unknown(_)));
}

/// Whatever is thrown at it: no panic, and soon.
#[test]
fn mutated_rules_are_read_or_refused() {
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    for _ in 0..400 {
        let mut bytes = PROFILE.as_bytes().to_vec();
        for _ in 0..next() % 6 {
            let at = next() % bytes.len();
            match next() % 3 {
                0 => bytes[at] = (next() % 128) as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"{}[]\"'/.$&|!()"[next() % 14]),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        let rules = compile(&text);
        let survey = Survey::of(&rules, NOW);
        for (.., reach) in survey.grants.iter().flat_map(|grant| &grant.reaches) {
            assert!(reach.witness().is_none_or(|witness| witness.holds(&rules)));
        }
    }
}

#[test]
fn nobody_cannot_write_what_must_be_their_own_id() {
    let rules = r#"{"rules":{"tokens":{"$token":{
        ".write":"!data.exists() || data.val() === auth.uid", ".validate":"newData.val() === auth.uid"}}}}"#;
    assert!(matches!(reach(rules, "/tokens/$token", Caller::Anonymous, Task::Write), Reach::Never));
    assert!(matches!(reach(rules, "/tokens/$token", Caller::Stranger, Task::Write), Reach::InState(_)));
}

#[test]
fn a_difference_tells_what_is_opened_for_data() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let old = file(
        "old.json",
        r#"{"rules":{"users":{"$uid":{".read":"auth.uid === $uid",".write":"auth.uid === $uid"}},
            "log":{".write":"auth != null",".validate":"newData.isString()"}}}"#,
    );
    let new = file(
        "new.json",
        r#"{"rules":{"users":{".read":"auth != null","$uid":{".write":"auth.uid === $uid"}},
            "log":{".write":"auth != null",".validate":"newData.exists()"}}}"#,
    );
    let diff = |old: &std::path::Path, new: &std::path::Path| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_gonogo"))
            .args(["rules", "diff"])
            .args([old, new])
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, text) = diff(&old, &new);
    assert_eq!(code, Some(1));
    // What is granted above is granted below.
    assert!(text.contains("opens  read /users for stranger: never -> always"), "{text}");
    assert!(text.contains("opens  read /users/$uid for stranger: never -> always"), "{text}");
    assert!(text.contains("changes .validate /log"), "{text}");
    assert!(!text.contains("write /users"), "{text}");
    let (code, text) = diff(&new, &old);
    assert!(code == Some(1) && text.contains("closes read /users for stranger: always -> never"), "{text}");
    let (code, text) = diff(&old, &old);
    assert_eq!((code, text.as_str()), (Some(0), "nothing is opened or closed\n"));
}
