//! The rules engine against answers recorded from Google's own.

use std::{collections::BTreeMap, fs, path::PathBuf};

use gonogo::engine::firestore::{
    Compiled, compile,
    request::{
        Comparison, Decision, Denial, Fields, Filter, Method, Query, Request, Store, decide, decide_all,
    },
    value::Value,
};
use serde_json::Value as Json;

/// The suites stand beside the repository, or beside the folder that holds its worktrees.
fn suite(name: &str) -> Vec<Json> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.join("../shared/suites"), root.join("../../shared/suites")];
    let path = folders.iter().map(|folder| folder.join("firestore").join(name)).find(|path| path.exists());
    let path = path.unwrap_or_else(|| panic!("the suite {name} is in none of {folders:?}"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// `allow`, `deny` with its kind, or `compile_error`.
fn verdict(decision: &Decision) -> String {
    match decision {
        Decision::Allow(_) => "allow".to_owned(),
        Decision::Deny(Denial::NoMatch) => "deny no match".to_owned(),
        Decision::Deny(Denial::False) => "deny false".to_owned(),
        Decision::Deny(Denial::Error(_)) => "deny error".to_owned(),
        Decision::Open(why) => format!("open: {why}"),
    }
}

fn report(name: &str, total: usize, wrong: &[String]) {
    eprintln!("{name}: {} of {total}", total - wrong.len());
    assert!(wrong.is_empty(), "{} of {total} differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn text(text: &str) -> Value {
    Value::text(text)
}

fn signed_in(uid: &str, claims: Fields) -> Value {
    let firebase = Value::map([("sign_in_provider", text("password")), ("identities", Value::map([]))]);
    let mut token = Fields::from([("sub".into(), text(uid)), ("firebase".into(), firebase)]);
    token.extend(claims);
    Value::map([("uid", text(uid)), ("token", Value::Map(token))])
}

fn now() -> i128 {
    "2026-11-21T00:00:00Z".parse::<jiff::Timestamp>().unwrap().as_nanosecond()
}

#[test]
fn expressions_come_out_as_in_the_engine() {
    let cases = suite("expr_oracle.json");
    let moment = "2024-02-29T12:34:56.789Z".parse::<jiff::Timestamp>().unwrap().as_nanosecond();
    let path = ["databases", "(default)", "documents", "u", "u1"].map(str::to_owned).to_vec();
    let list = vec![Value::Int(1), Value::Int(2), Value::Int(2), text("x")];
    let Value::Map(fields) = Value::map([
        ("s", text("abc")),
        ("i", Value::Int(5)),
        ("f", Value::Float(2.5)),
        ("b", Value::Bool(true)),
        ("n", Value::Null),
        ("l", Value::List(list)),
        ("m", Value::map([("a", Value::Int(1)), ("b", text("q"))])),
        ("t", Value::Time(moment)),
        ("by", Value::Bytes(b"abc".to_vec())),
        ("g", Value::Place(10.0, 20.0)),
        ("r", Value::Path(path)),
        ("big", Value::Int(i64::MAX)),
    ]) else {
        unreachable!()
    };
    let store = Store::from([
        ("t/d".to_owned(), fields),
        ("u/u1".to_owned(), Fields::from([("role".to_owned(), text("admin"))])),
    ]);
    let claims = Fields::from([
        ("email".into(), text("a@b.c")),
        ("email_verified".into(), Value::Bool(true)),
        ("admin".into(), Value::Bool(true)),
        ("roles".into(), Value::List(vec![text("x")])),
    ]);
    let mut wrong = Vec::new();
    for case in &cases {
        let (expr, function, version) = (&case["expr"], &case["fn"], &case["ver"]);
        let rules = format!(
            "{}\nservice cloud.firestore {{ match /databases/{{database}}/documents {{\n{}\n match /t/{{d}} {{ allow get: if {}; }}\n}}}}",
            version.as_str().unwrap(),
            function.as_str().unwrap(),
            expr.as_str().unwrap()
        );
        let compiled = compile(&rules);
        let request = Request {
            method: Method::Get,
            path: "t/d".into(),
            auth: signed_in("u1", claims.clone()),
            data: None,
            query: Query::default(),
            now: now(),
        };
        let got = if compiled.errors.is_empty() {
            verdict(&decide(&compiled, &request, &store, &store))
        } else {
            "compile_error".to_owned()
        };
        let kind = case["deny_kind"].as_str().map(|kind| format!(" {kind}")).unwrap_or_default();
        let wanted = format!("{}{kind}", case["verdict"].as_str().unwrap());
        if got != wanted {
            wrong.push(format!(
                "{expr} {function}: {got}, the engine says {wanted}; {:?}",
                compiled.errors.first()
            ));
        }
    }
    report("expressions", cases.len(), &wrong);
}

#[test]
fn requests_come_out_as_in_the_engine() {
    let cases = suite("struct_oracle.json");
    let fields = |owner: &str, public: bool, n: i64| {
        Fields::from([
            ("o".into(), text(owner)),
            ("pub".into(), Value::Bool(public)),
            ("n".into(), Value::Int(n)),
        ])
    };
    let mut store = Store::from([
        ("c/a".to_owned(), fields("u1", true, 1)),
        ("c/b".to_owned(), fields("u2", false, 2)),
        ("c/a/s/x".to_owned(), fields("u1", true, 1)),
        ("u/u1".to_owned(), Fields::from([("role".into(), text("admin"))])),
    ]);
    let mut wrong = Vec::new();
    let mut compiled: BTreeMap<String, Compiled> = BTreeMap::new();
    for case in &cases {
        let rules = case["rules"].as_str().unwrap();
        let rules = compiled.entry(rules.to_owned()).or_insert_with(|| compile(rules));
        let wanted = match (case["verdict"].as_str().unwrap(), case["msg"].as_str().unwrap_or_default()) {
            // The document is missing, which only a caller who may read it is told.
            ("http404", _) => "allow",
            ("deny", message) if message.contains("No matching") => "deny no match",
            ("deny", message) if last_denial(message).starts_with("false") => "deny false",
            ("deny", _) => "deny error",
            (other, _) => other,
        };
        let got = if rules.errors.is_empty() {
            run(rules, &case["op"], &mut store)
        } else {
            "compile_error".to_owned()
        };
        if got != wanted {
            wrong.push(format!(
                "{}\n{}: {got}, the engine says {wanted} {}",
                case["rules"], case["op"], case["msg"]
            ));
        }
    }
    report("requests", cases.len(), &wrong);
}

/// The engine lists what each phase said; the last one counts.
fn last_denial(message: &str) -> &str {
    message.rsplit(", ").find(|part| part.contains(" for '")).unwrap_or(message)
}

/// Performs one operation, and where it is allowed changes the store.
fn run(rules: &Compiled, op: &Json, store: &mut Store) -> String {
    let (kind, path) = (op[0].as_str().unwrap(), op[1].as_str().unwrap());
    let auth = op[2].as_str().map_or(Value::Null, |uid| signed_in(uid, Fields::new()));
    let request = |method, path: &str, data| Request {
        method,
        path: path.to_owned(),
        auth: auth.clone(),
        data,
        query: Query::default(),
        now: now(),
    };
    let written = |path: &str, data: Fields, store: &Store| {
        let method = if store.contains_key(path) { Method::Update } else { Method::Create };
        request(method, path, Some(data))
    };
    let requests: Vec<Request> = match kind {
        "get" => vec![request(Method::Get, path, None)],
        "delete" => vec![request(Method::Delete, path, None)],
        "create" => vec![request(Method::Create, path, Some(fields_of(&op[3])))],
        "set" => vec![written(path, fields_of(&op[3]), store)],
        "merge" => {
            let mut data = store.get(path).cloned().unwrap_or_default();
            data.extend(fields_of(&op[3]));
            vec![written(path, data, store)]
        }
        "list" => vec![Request { query: query_of(&op[3]), ..request(Method::List, path, None) }],
        "commit" => op[3]
            .as_array()
            .unwrap()
            .iter()
            .map(|write| written(write[0].as_str().unwrap(), fields_of(&write[1]), store))
            .collect(),
        other => panic!("unknown operation {other}"),
    };
    let mut after = store.clone();
    for request in &requests {
        if let Some(data) = &request.data {
            after.insert(request.path.clone(), data.clone());
        }
    }
    let decision = decide_all(rules, &requests, store, &after);
    if matches!(decision, Decision::Allow(_)) && matches!(kind, "set" | "merge" | "commit") {
        *store = after;
    }
    let upsert = matches!(kind, "set" | "merge" | "commit");
    match verdict(&decision) {
        // A set is tried as the other kind of write too, which is then simply false.
        said if said == "deny no match" && upsert => "deny false".to_owned(),
        said => said,
    }
}

fn fields_of(json: &Json) -> Fields {
    json.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), plain(value))).collect()
}

fn plain(json: &Json) -> Value {
    match json {
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Int(number.as_i64().unwrap()),
        Json::String(string) => text(string),
        other => panic!("unexpected field {other}"),
    }
}

/// A structured query of the REST interface.
fn query_of(json: &Json) -> Query {
    Query {
        group: json["from"][0]["allDescendants"].as_bool().unwrap_or_default(),
        filters: if json["where"].is_object() { alternatives(&json["where"]) } else { Vec::new() },
        limit: json["limit"].as_i64(),
        offset: 0,
    }
}

/// In disjunctive normal form.
fn alternatives(json: &Json) -> Vec<Vec<Filter>> {
    if let Some(filter) = json.get("fieldFilter") {
        let field = filter["field"]["fieldPath"].as_str().unwrap().to_owned();
        let one = |comparison, value| vec![Filter { field: field.clone(), comparison, value }];
        let value = &filter["value"];
        let comparison = match filter["op"].as_str().unwrap() {
            "EQUAL" => Comparison::Equal,
            "NOT_EQUAL" => Comparison::NotEqual,
            "GREATER_THAN" => Comparison::Greater,
            "LESS_THAN" => Comparison::Less,
            "IN" => {
                let values = value["arrayValue"]["values"].as_array().unwrap();
                return values.iter().map(|value| one(Comparison::Equal, typed(value))).collect();
            }
            other => panic!("unknown comparison {other}"),
        };
        return vec![one(comparison, typed(value))];
    }
    let filters = json["compositeFilter"]["filters"].as_array().unwrap();
    let parts = filters.iter().map(alternatives);
    if json["compositeFilter"]["op"] == "OR" {
        return parts.flatten().collect();
    }
    parts.fold(vec![Vec::new()], |all, part| {
        all.iter().flat_map(|left| part.iter().map(|right| [left.clone(), right.clone()].concat())).collect()
    })
}

fn typed(json: &Json) -> Value {
    let (kind, value) = json.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "stringValue" => text(value.as_str().unwrap()),
        "booleanValue" => Value::Bool(value.as_bool().unwrap()),
        "integerValue" => Value::Int(value.as_str().unwrap().parse().unwrap()),
        other => panic!("unknown type {other}"),
    }
}

#[test]
fn hostile_files_are_refused_and_not_crashed_on() {
    let head = "service cloud.firestore { match /databases/{d}/documents { match /a/{b} { allow get: if ";
    let tail = "; } } }";
    let size = 60_000;
    let fill = |piece: &str| piece.repeat(size / piece.len());
    let pieces = [
        "(",
        ")",
        "[",
        "{",
        "{'a':",
        "!",
        "-",
        "-(",
        "f(",
        "a.",
        "a[",
        "true && ",
        "true ? ",
        "true ? true : ",
        "/*",
        "/",
        "//",
        "/$(",
        "/{",
        "'",
        "\"",
        "'\\q",
        "b'",
        "match /a/{b} {",
        "match /a {",
        "allow ",
        "function f(",
        "}",
        ";",
        "\u{0}",
        "é",
        "😀",
        "1.",
        "9",
        "let ",
        "a in ",
        "x is ",
        "1 is int ",
    ];
    for piece in pieces {
        let compiled = compile(&format!("{head}{}{tail}", fill(piece)));
        assert!(!compiled.errors.is_empty() || piece == "//", "{piece}");
        compile(&fill(piece));
    }
    let large = "(".repeat(10_000_000);
    assert!(compile(&format!("{head}{large}")).errors[0].message.contains("256 KiB"));
}

#[test]
fn evaluation_is_bounded() {
    let double =
        |name: &str, of: &str| format!("function {name}(x) {{ let y = {of}; return {name}2(y); }}\n");
    let mut functions = String::new();
    for at in 0..19 {
        let name = format!("f{}", "2".repeat(at));
        functions.push_str(&double(&name, "[x + x, x + x, [x, x]]"));
    }
    functions.push_str(&format!("function f{}(x) {{ return x == x; }}\n", "2".repeat(19)));
    let rules = format!(
        "rules_version = '2'; service cloud.firestore {{ match /databases/{{d}}/documents {{ {functions} match /a/{{b}} {{ allow get: if f('aaaaaaaaaaaaaaaa'); }} }} }}"
    );
    let compiled = compile(&rules);
    assert_eq!(compiled.errors, []);
    let request = Request {
        method: Method::Get,
        path: "a/b".into(),
        auth: Value::Null,
        data: None,
        query: Query::default(),
        now: 0,
    };
    let decision = decide(&compiled, &request, &Store::new(), &Store::new());
    assert!(!matches!(decision, Decision::Allow(_)), "{decision:?}");
}

#[test]
fn a_later_grant_never_takes_anything_away() {
    let rules = |extra: &str| {
        format!(
            "rules_version = '2'; service cloud.firestore {{ match /databases/{{d}}/documents {{ match /a/{{b}} {{ allow read: if request.auth != null; {extra} }} }} }}"
        )
    };
    use gonogo::engine::firestore::{
        Analysis,
        access::{Access, Principal},
    };
    for extra in
        ["", "allow read: if false;", "allow read: if true;", "allow write: if request.auth.uid == b;"]
    {
        let analysis = Analysis::of(&rules(extra));
        let access = |principal| analysis.grants[0].access(principal, Method::List);
        assert_eq!(access(Principal::Stranger), Some(Access::Always), "{extra}");
        assert_eq!(access(Principal::Anonymous), Some(Access::Never), "{extra}");
    }
}

/// Rules for `notes`, in a file of their own.
fn rules_file(folder: &std::path::Path, name: &str, body: &str) -> PathBuf {
    let path = folder.join(name);
    let rules = format!(
        "rules_version = '2';\nservice cloud.firestore {{\n  match /databases/{{database}}/documents {{\n    match /notes/{{id}} {{\n{body}\n    }}\n  }}\n}}\n"
    );
    fs::write(&path, rules).unwrap();
    path
}

/// `gonogo rules …`: the exit code and what it prints.
fn gonogo(arguments: &[&std::ffi::OsStr]) -> (i32, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_gonogo"))
        .arg("rules")
        .args(arguments)
        .output()
        .unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

const OWNED: &str = "      allow read: if resource.data.owner == request.auth.uid;\n      allow create: if request.resource.data.owner == request.auth.uid;";

#[test]
fn cases_say_where_and_why_a_request_is_denied() {
    let folder = tempfile::tempdir().unwrap();
    let rules = rules_file(folder.path(), "firestore.rules", OWNED);
    let cases = folder.path().join("cases.toml");
    let case = |word: &str, uid: &str| {
        format!("[[case]]\nname = '{uid}'\n{word} = 'get'\npath = 'notes/a'\nauth = {{ uid = '{uid}' }}\n")
    };
    let documents = "[documents.\"notes/a\"]\nowner = 'alice'\n";
    fs::write(&cases, format!("{documents}{}{}", case("allow", "alice"), case("deny", "mallory"))).unwrap();
    let ask = |cases: &PathBuf| gonogo(&["test".as_ref(), rules.as_ref(), cases.as_ref()]);
    assert_eq!(ask(&cases), (0, "2 of 2 cases as they should be\n".to_owned()));
    fs::write(&cases, format!("{documents}{}", case("allow", "mallory"))).unwrap();
    let (code, text) = ask(&cases);
    assert_eq!(code, 1);
    assert!(
        text.contains("mallory: get notes/a is denied: ") && text.contains(":5: the condition is false"),
        "{text}"
    );
    let json = folder.path().join("cases.json");
    fs::write(&json, r#"{"case":[{"deny":"create","path":"notes/b","data":{"owner":"alice"}}]}"#).unwrap();
    assert_eq!(ask(&json).0, 0);
    let (code, text) = gonogo(&["eval".as_ref(), rules.as_ref(), "get".as_ref(), "notes/a".as_ref()]);
    assert_eq!(code, 1);
    assert!(text.contains("Null value error"), "{text}");
}

#[test]
fn what_is_wrong_with_the_input_is_said_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let rules = rules_file(folder.path(), "firestore.rules", OWNED);
    let said = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_gonogo"));
        let output = command.arg("rules").args(arguments).current_dir(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let rules = rules.to_str().unwrap();
    for (name, text, wanted) in [
        ("a.toml", "[[case]]\nallow = 'get'\npath = 'notes/a'\nauht = 1\n", "a.toml:4: unknown field `auht`"),
        ("b.toml", "", "b.toml:1: "),
        ("c.toml", "case = []\n", "c.toml:1: there is no case in it"),
        ("d.json", "{\"case\":[{\n\"deny\":}]}", "d.json:2: "),
        ("e.toml", "[[case]]\npath = 'notes/a'\n", "case 1: say either `allow` or `deny`"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
        let said = said(&["test", rules, name]);
        assert!(said.contains(wanted) && !said.contains('\u{fffd}'), "{name}: {said}");
    }
    let said = said(&["eval", rules, "create", "notes/a", "--data", "{owner"]);
    assert!(said.contains("--data is not the JSON that was expected"), "{said}");
}

#[test]
fn a_difference_tells_what_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let closed = rules_file(folder.path(), "old.rules", OWNED);
    let open = rules_file(folder.path(), "new.rules", "      allow read: if request.auth != null;");
    let (code, text) = gonogo(&["diff".as_ref(), closed.as_ref(), open.as_ref()]);
    assert_eq!(code, 1);
    assert!(text.contains("opens  list /notes/{id} for stranger: never -> always"), "{text}");
    let (code, text) = gonogo(&["diff".as_ref(), closed.as_ref(), closed.as_ref()]);
    assert_eq!((code, text.as_str()), (0, "nothing is opened or closed\n"));
}

#[test]
fn a_matrix_proves_or_says_under_which_condition() {
    use gonogo::engine::firestore::{
        Analysis,
        prove::{Answer, Caller, matrix},
    };
    let folder = tempfile::tempdir().unwrap();
    let rules = rules_file(folder.path(), "firestore.rules", OWNED);
    let analysis = Analysis::of(&fs::read_to_string(&rules).unwrap());
    let rows = matrix(&analysis);
    let answer = |caller, method| rows[0].answer(caller, method).unwrap();
    assert_eq!(answer(Caller::Anonymous, Method::Get), &Answer::Never);
    assert_eq!(answer(Caller::Stranger, Method::Get), &Answer::Never);
    assert_eq!(answer(Caller::Owner, Method::Delete), &Answer::Never);
    let Answer::Conditional { condition, proof: Some(proof), .. } = answer(Caller::Owner, Method::Get) else {
        panic!("{:?}", answer(Caller::Owner, Method::Get));
    };
    assert_eq!(condition, "the stored owner is the caller's id");
    assert!(proof.holds(&analysis.compiled));
    let (code, text) = gonogo(&["matrix".as_ref(), rules.as_ref(), "--format".as_ref(), "json".as_ref()]);
    let json: Json = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &json["paths"][0]["path"]), (0, &Json::from("/notes/{id}")));
}

/// Pieces that rules are made of, for files put together and cut apart at random.
const PIECES: &[&str] = &[
    "request.auth != null",
    "request.auth.uid == id",
    "request.auth.uid == resource.data.owner",
    "request.resource.data.owner == request.auth.uid",
    "resource.data.members.hasAny([request.auth.uid, 'x'])",
    "[resource.data.a, {'b': request.auth.token.admin}][1].b == true",
    "request.resource.data.diff(resource.data).affectedKeys().hasOnly(['count'])",
    "get(/databases/$(database)/documents/users/$(request.auth.uid)).data.role in ['admin', 'editor']",
    "exists(/databases/$(database)/documents/$(resource.data.kind)/$(id))",
    "request.resource.data.name.matches('[a-z\\\\d]{2,5}') && request.resource.data.n % 7 == 3",
    "request.time < resource.data.until + duration.value(1, 'd')",
    "(id == 'settings' ? true : request.query.limit <= 10)",
    "!(request.auth.token.email.split('@')[1] != 'example.org')",
    "f(f(request.resource.data.count > 0))",
];

/// No file makes the prover fall over, and what it shows holds.
#[test]
fn mutated_rules_are_proved_or_left_open() {
    use gonogo::engine::firestore::{Analysis, prove::matrix};
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut throw = |sides: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % sides as u64) as usize
    };
    let (mut compiled, mut shown) = (0, 0);
    for round in 0..60 {
        let mut condition = || {
            let pick = |at: usize| PIECES[at];
            let (a, b, c) = (pick(throw(14)), pick(throw(14)), pick(throw(14)));
            let sign = |at: usize| ["&&", "||"][at];
            format!("{a} {} ({b} {} {c})", sign(throw(2)), sign(throw(2)))
        };
        let mut rules = format!(
            "rules_version = '2';\nservice cloud.firestore {{ match /databases/{{database}}/documents {{\nfunction f(x) {{ let y = x; return y; }}\nmatch /users/{{id}} {{ allow read: if {}; allow create, delete: if {}; allow update: if {}; }}\n}} }}",
            condition(),
            condition(),
            condition()
        );
        // Every second file loses, or gains, some letters.
        for _ in 0..(round % 2) * (1 + throw(3)) {
            let at = rules.floor_char_boundary(throw(rules.len()));
            match throw(3) {
                0 => rules.truncate(at.max(40)),
                1 => rules.insert_str(at, ["(", "}", "'", "/", "\u{2500}", " || true", "&"][throw(7)]),
                _ => drop(rules.remove(at)),
            }
        }
        let analysis = Analysis::of(&rules);
        if !analysis.compiled.errors.is_empty() {
            continue;
        }
        compiled += 1;
        let rows = matrix(&analysis);
        let cells = rows.iter().flat_map(|row| &row.cells).filter_map(|cell| cell.answer.proof());
        for proof in analysis.reached.iter().map(|reach| &reach.proof).chain(cells) {
            shown += 1;
            assert!(proof.holds(&analysis.compiled), "{rules}\n{}", proof.command());
        }
    }
    assert!(compiled >= 30 && shown >= 100, "{compiled} files compile, {shown} requests are shown");
}

/// The first 2000 grants are judged: what the rest allows is not ruled out.
#[test]
fn nothing_is_ruled_out_in_a_file_that_was_not_read_whole() {
    use gonogo::engine::firestore::{
        Analysis,
        prove::{Answer, Caller, matrix},
    };
    let closed = "match /a/{b} { allow read: if false; }\n".repeat(2_001);
    let rules = format!(
        "rules_version = '2';\nservice cloud.firestore {{ match /databases/{{d}}/documents {{\n{closed}match /{{x=**}} {{ allow read; }} }} }}"
    );
    let analysis = Analysis::of(&rules);
    let rows = matrix(&analysis);
    let answer = rows[0].answer(Caller::Anonymous, Method::Get).unwrap();
    assert!(analysis.incomplete && matches!(answer, Answer::Unknown(_)), "{answer:?}");
}
