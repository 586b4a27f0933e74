//! Realtime Database rules against targaryen, an independent implementation of the language.
//!
//! It knows neither queries nor the newer string methods well, so rules about those are left out.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

use gonogo::engine::realtime::{Name, Node, Operation, Query, Request, Ruleset, Survey, compile, data};
use serde_json::{Value, json};

const NOW: f64 = 1_790_000_000_000.0;

/// Reads `{rules, cases}` and prints a list of booleans.
const SCRIPT: &str = r#"
const targaryen = require('targaryen');
const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const bare = asked.rules.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[^]*?\*\//g, (all, kept) => kept ? kept.replace(/\n/g, " ") : "");
const rules = JSON.parse(bare);
const answers = asked.cases.map(({ auth, path, operation, value, before }) => {
  const database = targaryen.database(rules, before, asked.now).as(auth);
  try {
    const result = operation === 'read'
      ? database.read(path, { now: asked.now })
      : database.write(path, value, undefined, asked.now);
    return result.allowed;
  } catch (error) {
    return String(error);
  }
});
console.log(JSON.stringify(answers));
"#;

/// Our own rules, each with a part of the language.
const OWN: [&str; 6] = [
    r#"{ "rules": { "users": { "$uid": { ".read": "auth != null && auth.uid === $uid", ".write": "auth.uid === $uid",
        ".validate": "newData.hasChildren(['name'])",
        "name": { ".validate": "newData.isString() && newData.val().length < 5" }, "$other": { ".validate": false } } } } }"#,
    r#"{ "rules": { "rooms": { "$room": {
        ".read": "root.child('members/' + $room).child(auth.uid).val() === true",
        ".write": "!data.exists() || data.child('owner').val() === auth.uid",
        "owner": { ".validate": "newData.val() === auth.uid" } } },
        "members": { "$room": { "$uid": { ".write": "auth != null && $uid === auth.uid && newData.isBoolean()" } } } } }"#,
    r#"{ "rules": { "posts": { ".read": true, "$id": { ".write": "newData.child('author').val() == auth.uid",
        "stars": { ".validate": "newData.isNumber() && newData.val() >= 0 && newData.val() <= data.val() + 1" } } } } }"#,
    r#"{ "rules": { "log": { ".write": "now > 1000 && (auth != null ? auth.uid != 'somebody' : false)",
        "$id": { ".validate": "newData.hasChildren() || newData.val().matches(/^[a-z]+$/i)" } } } }"#,
    r#"{ "rules": { ".read": false, "a": { ".read": "auth.uid.length > 1", "b": { ".write": "newData.parent().child('c').exists()" },
        "c": { ".write": "data.val() != newData.val()" } } } }"#,
    r#"{ "rules": { "text": { ".write": "newData.val().contains('a') || newData.val().beginsWith('m') || newData.val().replace('e', 'a') == 'ma'" } } }"#,
];

#[test]
fn decisions_equal_those_of_targaryen() {
    let mut asked = 0;
    let mut differences = Vec::new();
    for (name, text) in rules() {
        let ruleset = compile(&text);
        assert!(ruleset.problems.is_empty(), "{name}: {:?}", ruleset.problems);
        let cases = cases(&ruleset);
        let answers = targaryen(&text, &cases);
        assert_eq!(answers.len(), cases.len(), "{name}");
        for (case, answer) in cases.iter().zip(&answers) {
            asked += 1;
            let own = decide(&ruleset, case);
            // An error of theirs is a rule that grants nothing.
            if own != (*answer == json!(true)) {
                differences.push(format!("{name}: {case} is {own} here and {answer} there"));
            }
        }
    }
    println!("{asked} decisions");
    assert!(asked > 500, "only {asked} decisions were compared");
    assert!(
        differences.is_empty(),
        "{} of {asked}:\n{}",
        differences.len(),
        differences[..differences.len().min(20)].join("\n")
    );
}

/// Our own, and files of a folder that somebody names.
fn rules() -> Vec<(String, String)> {
    let mut rules: Vec<(String, String)> =
        OWN.iter().enumerate().map(|(at, text)| (format!("own {at}"), (*text).to_owned())).collect();
    if let Some(folder) = std::env::var_os("GONOGO_REALTIME_RULES") {
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        files.sort();
        for path in files {
            let text = fs::read_to_string(&path).expect("a file");
            if !text.contains("query.") && compile(&text).problems.is_empty() {
                rules.push((path.display().to_string(), text));
            }
        }
    }
    rules
}

fn cases(ruleset: &Ruleset) -> Vec<Value> {
    let mut values = vec![json!("me"), json!("abc"), json!(3), json!(true), json!({ "name": "Ada" })];
    values
        .push(json!({ "author": "me", "owner": "me", "stars": 1, "uid": "me", "name": "A", "text": "abc" }));
    let mut befores = vec![Value::Null];
    for witness in Survey::of(ruleset, NOW)
        .grants
        .iter()
        .flat_map(|grant| &grant.reaches)
        .filter_map(|(.., reach)| reach.witness())
    {
        let state = witness.state().and_then(|state| serde_json::from_str(&state).ok());
        befores.extend(state.filter(|state| !befores.contains(state)));
        let command = witness.command();
        let sent = command.split_once("-d '").and_then(|(_, rest)| rest.rsplit_once("' "));
        let sent = sent.and_then(|(value, _)| serde_json::from_str::<Value>(value).ok());
        values.extend(sent.filter(|value| !values.contains(value)));
    }
    values.truncate(12);
    befores.truncate(6);
    let mut cases = Vec::new();
    for path in paths(&ruleset.root) {
        for auth in [Value::Null, json!({ "uid": "me", "provider": "password", "token": { "sub": "me" } })] {
            for before in &befores {
                let case = |operation: &str, value: &Value| json!({ "auth": auth, "path": path, "operation": operation, "value": value, "before": before });
                cases.push(case("read", &Value::Null));
                cases.push(case("write", &Value::Null));
                cases.extend(values.iter().map(|value| case("write", value)));
            }
        }
    }
    cases.truncate(20_000);
    cases
}

/// Every path of the rules, with two keys for each variable.
fn paths(root: &Node) -> Vec<String> {
    let mut paths = Vec::new();
    root.visit(&mut Vec::new(), &mut |nodes| {
        for key in ["me", "somebody"] {
            let path: String = nodes
                .iter()
                .skip(1)
                .map(|node| match &node.name {
                    Name::Fixed(name) => format!("/{name}"),
                    _ => format!("/{key}"),
                })
                .collect();
            if !path.is_empty() && !paths.contains(&path) {
                paths.push(path);
            }
        }
    });
    paths
}

fn decide(ruleset: &Ruleset, case: &Value) -> bool {
    let path = case["path"].as_str().expect("a path");
    let operation = match case["operation"].as_str() {
        Some("read") => Operation::Read,
        _ => Operation::Write(data(&case["value"])),
    };
    let request = Request {
        auth: data(&case["auth"]),
        path: path.split('/').filter(|key| !key.is_empty()).map(str::to_owned).collect(),
        operation,
        query: Query::new(),
        data: data(&case["before"]),
        now: NOW,
    };
    request.decide(ruleset).allowed
}

fn targaryen(rules: &str, cases: &[Value]) -> Vec<Value> {
    let modules = std::env::var("GONOGO_NODE_MODULES").expect("GONOGO_NODE_MODULES: run ./test");
    let mut node = Command::new("node")
        .args(["-e", SCRIPT])
        .env("NODE_PATH", modules)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node");
    let asked = json!({ "rules": rules, "cases": cases, "now": NOW });
    let mut stdin = node.stdin.take().expect("a pipe");
    stdin.write_all(asked.to_string().as_bytes()).expect("written");
    drop(stdin);
    let output = node.wait_with_output().expect("an answer");
    assert!(output.status.success(), "targaryen failed");
    serde_json::from_slice(&output.stdout).expect("a list")
}
