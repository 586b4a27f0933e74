//! Rules made to cost time or memory: refused with a reason, or answered with what was found until then.
//! Nothing that was cut short is called impossible.

use std::{fs, process::Command};

use serde_json::Value as Json;

/// What must come of a file.
enum Wanted {
    /// Words of the reason.
    Refused(&'static str),
    /// An answer, parts of which are not decided.
    Undecided,
    /// An answer, decided or not.
    Answered,
}

fn documents(condition: &str) -> String {
    rules("cloud.firestore", "/databases/{d}/documents", &statement(0, condition))
}

fn files(condition: &str) -> String {
    rules("firebase.storage", "/b/{b}/o", &statement(0, condition))
}

fn rules(service: &str, root: &str, body: &str) -> String {
    format!("rules_version = '2';\nservice {service} {{ match {root} {{\n{body}}} }}\n")
}

fn statement(at: usize, condition: &str) -> String {
    format!("match /c{at}/{{id}} {{ allow read, write: if {condition}; }}\n")
}

fn data(rule: &str) -> String {
    format!(r#"{{"rules":{{"a":{{".read":"{rule}",".write":"{rule}"}}}}}}"#)
}

/// Each name that is numbered, as `count` parts with `between` them.
fn parts(count: usize, between: &str, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(between)
}

fn shapes() -> Vec<(&'static str, &'static str, String, Wanted)> {
    use Wanted::{Answered, Refused, Undecided};
    let ten = "true || ".repeat(1_400_000);
    let deep = format!("{}true{}", "(".repeat(50_000), ")".repeat(50_000));
    let doubling =
        parts(20, "\n", |at| format!("function f{at}(x) {{ return f{}(x) || f{0}(!x); }}", at + 1));
    let doubling =
        format!("{doubling}\nfunction f20(x) {{ return x == resource; }}\n{}", statement(0, "f0(1)"));
    let pairs = |one: &str, other: &str| {
        parts(48, " && ", |at| format!("({one}.a{at} == {other}.b{at} || {one}.c{at} == {other}.d{at})"))
    };
    let many =
        |held: &str| parts(2_600, "", |at| statement(at, &format!("request.auth.uid == {held}.o{at}")));
    let nested = |held: &str| {
        let open = parts(8, " ", |at| {
            format!("match /{{x{at}=**}} {{ allow read, write: if x{at}[0] == {held}.q{at};")
        });
        format!("{open}{}\n", "}".repeat(8))
    };
    let (stored, sent) = ("resource.data", "request.resource.data");
    let (kept, given) = ("resource.metadata", "request.resource.metadata");
    let sums =
        parts(20, " && ", |at| format!("root.child('a{at}').val() + root.child('b{at}').val() == 'zz{at}'"));
    let remainders = parts(20, " && ", |at| format!("newData.child('a{at}').val() * 7 % 13 == 12.5"));
    let unsolvable = parts(60, ",", |at| format!(r#""c{at}":{{".read":"{sums}",".write":"{remainders}"}}"#));
    let size = parts(5, " && ", |at| {
        let by = [3, 5, 7, 11, 13][at];
        format!("request.resource.size % {by} == {}", by - 1)
    });
    let regex = parts(40, " && ", |at| {
        format!("newData.child('a{at}').val().matches(/(a{{1,200}}b?){{1,50}}c{at}/)")
    });
    vec![
        ("ten megabytes of documents' rules", "a.rules", documents(&ten), Refused("larger than")),
        ("ten megabytes of files' rules", "a.rules", files(&ten), Refused("larger than")),
        ("ten megabytes of data's rules", "a.json", data(&ten), Refused("larger than")),
        ("deep parentheses for documents", "a.rules", documents(&deep), Refused("too complex")),
        ("deep parentheses for files", "a.rules", files(&deep), Refused("too complex")),
        ("deep parentheses for data", "a.json", data(&deep), Refused("levels deep")),
        (
            "deep nodes",
            "a.json",
            format!("{}{{}}{}", r#"{"rules":"#.repeat(100_000), "}".repeat(100_000)),
            Refused("levels deep"),
        ),
        ("deep blocks", "a.rules", "match /a/{b} { ".repeat(15_000), Refused("unexpected")),
        (
            "a doubling condition for documents",
            "a.rules",
            rules("cloud.firestore", "/databases/{d}/documents", &doubling),
            Undecided,
        ),
        (
            "a doubling condition for files",
            "a.rules",
            rules("firebase.storage", "/b/{b}/o", &doubling),
            Undecided,
        ),
        ("alternatives for documents", "a.rules", documents(&pairs(stored, sent)), Answered),
        ("alternatives for files", "a.rules", files(&pairs(kept, given)), Undecided),
        (
            "many paths of documents",
            "a.rules",
            rules("cloud.firestore", "/databases/{d}/documents", &many(stored)),
            Undecided,
        ),
        ("many paths of files", "a.rules", rules("firebase.storage", "/b/{b}/o", &many(kept)), Undecided),
        (
            "wildcards in wildcards of documents",
            "a.rules",
            rules("cloud.firestore", "/databases/{d}/documents", &nested(stored)),
            Undecided,
        ),
        (
            "wildcards in wildcards of files",
            "a.rules",
            rules("firebase.storage", "/b/{b}/o", &nested(kept)),
            Undecided,
        ),
        ("a size that no search meets", "a.rules", files(&format!("{size} && {given}.a == 'q'")), Undecided),
        ("sums that no search meets", "a.json", format!(r#"{{"rules":{{{unsolvable}}}}}"#), Undecided),
        ("patterns that are large", "a.json", data(&regex.replace("newData", "root")), Undecided),
    ]
}

#[test]
fn hostile_rules_are_refused_or_left_open() {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (name, file, text, wanted) in shapes() {
        let path = folder.path().join(file);
        fs::write(&path, text).unwrap();
        let matrix = ["rules", "matrix", "--format", "json"];
        let output = Command::new(env!("CARGO_BIN_EXE_gonogo")).args(matrix).arg(&path).output().unwrap();
        let (code, said) = (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned());
        let answer: Option<Json> = serde_json::from_slice(&output.stdout).ok();
        let is_right = match (&wanted, answer) {
            (Wanted::Refused(reason), None) => code == Some(2) && said.contains(reason),
            (Wanted::Undecided, Some(answer)) => code == Some(0) && undecided(&answer) > 0,
            (Wanted::Answered, Some(_)) => code == Some(0),
            _ => false,
        };
        if !is_right {
            wrong.push(format!("{name}: {code:?} {}", &said[..said.len().min(300)]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Cells without an answer, each with its reason.
fn undecided(answer: &Json) -> usize {
    let rows = answer["paths"].as_array().unwrap().iter();
    let cells: Vec<&Json> = rows.flat_map(|row| row["access"].as_array().unwrap()).collect();
    let open: Vec<&&Json> = cells.iter().filter(|cell| cell["answer"] == "unknown").collect();
    assert!(open.iter().all(|cell| cell["reason"].as_str().is_some_and(|reason| reason.len() > 10)));
    open.len()
}
