//! Regular expressions and other work on text, compared with the emulator one by one.

use gonogo::engine::firestore::{
    compile,
    request::{Decision, Denial, Method, Query, Request, Store, decide},
    value::Value,
};

use super::{Emulator, ONE, now, with_header};

const PATTERNS: &[&str] = &[
    r"\\d+",
    r"\\D+",
    r"\\w+",
    r"\\W+",
    r"\\s",
    r"\\S+",
    r"[\\d]+",
    r"[^\\d]+",
    r"[\\w-.]+",
    r"[^\\s]+",
    r".*\\b.*",
    r".*\\B.*",
    r"a\\b.*",
    r".",
    r".+",
    r"a.b",
    r"(?s)a.b",
    r"(?m)^a$.*",
    r"(?s).*",
    r"a$",
    r"^a",
    r"a$\\n",
    r"a\\z",
    r"(?i)k",
    r"(?i)K+",
    r"(?i)straße",
    r"(?i)[a-z]+",
    r"(?i)\\w",
    r"(?i)é",
    r"[[:alpha:]]+",
    r"[[:word:]]+",
    r"[[:space:]]",
    r"[^[:alpha:]]",
    r"\\pL+",
    r"\\p{Lu}+",
    r"\\p{Greek}",
    r"\\P{L}+",
    r"[\\p{L} ]+",
    r"[a[b]+",
    r"[a&&b]",
    r"[]a]+",
    r"[a-c-e]+",
    r"[+--]",
    r"a**",
    r"a+?",
    r"a{2}",
    r"a{,2}",
    r"a{2}{3}",
    r"a{1001}",
    r"(?x)a",
    r"(?=a)a",
    r"(a)\\1",
    r"a)(b",
    r"(a|b)*",
    r"",
    r"()",
    r"(?P<n>a)",
    r"(?<n>a)",
    r"\\Qa.b\\E",
    r"\\x41",
    r"\\x{e9}",
    r"\\101",
    r"\\0",
    r"\\a",
    r"\\v",
    r"\\h",
    r"\\<",
    r"\\_",
    r"\\-",
    r"\\/",
    r"\\C",
    r"\\Z",
    r"\\Aa",
    r"{",
    r"a{",
    r"}",
    r"]",
    r"[a",
    r"*",
    r"^*",
    r"(?U)a+",
    r"(?i:A)b",
    r"(?-s).",
    r"[^a]",
    r"[\\n]",
    r"\\.",
    r"a|b",
    r"|a",
    r"(?u)a",
    r"(?iu)a",
    r"😀",
    r"[😀]",
    r"..",
    r"[\\x{1F600}]",
    r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\\.[a-zA-Z0-9-.]+",
    r"^https?://[^\\s/$.?#].[^\\s]*$",
    r"^[A-Z]{2,3}-\\d{4}$",
];

/// As they stand between quotes.
const TEXTS: &[&str] = &[
    "",
    "a",
    "b",
    "ab",
    "aa",
    r"a\nb",
    r"a\n",
    r"\n",
    "A",
    "k",
    r"\u212a",
    r"\u017f",
    "1",
    r"\u0663",
    "é",
    "É",
    "a1_",
    " ",
    r"\u00a0",
    r"\u000b",
    "straße",
    "STRASSE",
    "Ω",
    "😀",
    "[",
    "&",
    "-",
    ".",
    "a.b",
    "a-b.c",
    "<",
    "_",
    "/",
    "{",
    "a{,2}",
    "x@example.org",
    "https://example.org/a",
    "AB-1234",
    "]",
    "0",
    r"\t",
    "a b",
    "ſ",
    "中文",
];

/// True, false and errors of other operations on text. Digits of other scripts and hexadecimal floats
/// are not among them: the engine leaves those open.
const EXPRESSIONS: &[&str] = &[
    r"' a '.trim() == 'a'",
    r"'\u00a0a'.trim() == 'a'",
    r"'\u0001a\u0000'.trim() == 'a'",
    r"'\u2003a'.trim() == 'a'",
    r"'ß'.upper() == 'SS'",
    r"'İ'.lower().size() == 2",
    r"'ΑΣ'.lower() == 'ας'",
    r"'ΑΣ'.lower() == 'ασ'",
    r"int('+5') == 5",
    r"int(' 5') == 5",
    r"int('5.0') == 5",
    r"int('') == 0",
    r"int('-0') == 0",
    r"int('9223372036854775808') == 0",
    r"int(2.9) == 2",
    r"int(-2.9) == -2",
    r"float('1e3') == 1000.0",
    r"float(' 1 ') == 1.0",
    r"float('1f') == 1.0",
    r"float('1d') == 1.0",
    r"float('inf') > 1.0",
    r"float('Infinity') > 1.0",
    r"float('NaN') == 1.0",
    r"float('nan') != 1.0",
    r"float('.5') == 0.5",
    r"float('1_0') == 10.0",
    r"float('') == 0.0",
    r"float('+1.') == 1.0",
    r"string(1.0) == '1.0'",
    r"string(1.0) == '1'",
    r"string(0.1) == '0.1'",
    r"string(100000000.0) == '1.0E8'",
    r"string(100000000.0) == '100000000.0'",
    r"string(10000000.0) == '1.0E7'",
    r"string(0.0001) == '1.0E-4'",
    r"string(0.001) == '0.001'",
    r"string(true) == 'true'",
    r"string(null) == 'null'",
    r"string(1.0 / 3.0) == '0.3333333333333333'",
    r"string(/a/b) == '/a/b'",
    r"'a,b,,'.split(',').size() == 2",
    r"'a,b,,'.split(',').size() == 4",
    r"',a'.split(',').size() == 2",
    r"''.split(',').size() == 1",
    r"'abc'.split('').size() == 3",
    r"'abc'.split('').size() == 4",
    r"'abc'.split('')[0] == 'a'",
    r"'a1b2'.split('[0-9]') == ['a', 'b']",
    r"'a1b2'.split('([0-9])').size() == 2",
    r"',,'.split(',').size() == 0",
    r"',,'.split(',').size() == 1",
    r"'a\nb'.split('\n').size() == 2",
    r"'aab'.replace('a', 'x') == 'xxb'",
    r"'aab'.replace('a+', 'x') == 'xb'",
    r"'ab'.replace('(a)', '$1$1') == 'aab'",
    r"'ab'.replace('(a)', '$1$1') == '$1$1b'",
    r"'ab'.replace('a', '\\\\') == '\\b'",
    r"'abc'.replace('', '-') == '-a-b-c-'",
    r"'ab'.replace('(a', 'x') == 'ab'",
    r"'😀'.size() == 2",
    r"'😀'[0:1].size() == 1",
    r"'😀a'[2] == 'a'",
    r"'é'.toUtf8().size() == 2",
    r"'a' < 'B'",
    r"'😀' < '\uffff'",
    r"'a'.concat('b') == 'ab'",
    r"'a' + 1 == 'a1'",
    r"'ab'.matches(1)",
    r"'ab'.matches()",
    r"['a', 1, true, null].join('-') == 'a-1-true-null'",
    r"[1.5, 2.0].join(',') == '1.5,2.0'",
    r"[[1]].join(',') == '[1]'",
    r"'abc'.hasAny(['a'])",
    r"path('a/b') == /a/b",
    r"path('/a//b') == /a/b",
    r"path('') is path",
    r"path('a/') == /a",
    r"path('/a') == /a",
    r"'aab'.replace('(a)(b)', '$2$1') == 'aba'",
    r"'ab'.replace('a', '$0$0') == 'aab'",
    r"'ab'.replace('a', '$') == '$b'",
    r"'ab'.replace('a', '$x') == '$xb'",
    r"'ab'.replace('a', '$9') == 'b'",
    r"'AÉ'.lower() == 'aÉ'",
    r"'aé'.upper() == 'Aé'",
    r"string(1.5 * 100000000.0) == '1.5E8'",
    r"string(-0.0) == '-0.0'",
    r"string(1.0 / 0.0) == 'Infinity'",
];

/// `None`: an error.
fn ours(rules: &gonogo::engine::firestore::Compiled, id: &str) -> Option<bool> {
    let request = Request {
        method: Method::Get,
        path: format!("t/{id}"),
        auth: Value::Null,
        data: None,
        query: Query::default(),
        now: now(),
    };
    match decide(rules, &request, &Store::new(), &Store::new()) {
        Decision::Allow(_) => Some(true),
        Decision::Deny(Denial::False) => Some(false),
        Decision::Deny(_) => None,
        Decision::Open(why) => panic!("open: {why}"),
    }
}

fn theirs(emulator: &Emulator, path: &str) -> bool {
    emulator.ask("GET", &format!("/v1/projects/demo/databases/(default)/documents/{path}"), None, None).0
        != 403
}

/// `yes` and `no` ask for the expression and its opposite, so that an error shows as neither.
fn differences(emulator: &Emulator, expressions: &[String]) -> (usize, Vec<String>) {
    let (mut count, mut wrong) = (0, Vec::new());
    for expressions in expressions.chunks(40) {
        let blocks: String = expressions
            .iter()
            .enumerate()
            .map(|(at, expression)| {
                format!(
                    "match /t/e{at} {{ allow get: if {expression}; }}\nmatch /t/n{at} {{ allow get: if !({expression}); }}\n"
                )
            })
            .collect();
        let rules = with_header("rules_version = '2';\n", &blocks);
        let compiled = compile(&rules);
        match (emulator.load(&rules), compiled.errors.is_empty()) {
            (Ok(_), true) => {}
            (loaded, _) => {
                wrong.push(format!("{loaded:?}, but {:?}: {expressions:?}", compiled.errors));
                continue;
            }
        }
        for (at, expression) in expressions.iter().enumerate() {
            let answer = match (theirs(emulator, &format!("t/e{at}")), theirs(emulator, &format!("t/n{at}")))
            {
                (true, _) => Some(true),
                (false, true) => Some(false),
                (false, false) => None,
            };
            count += 1;
            let own = ours(&compiled, &format!("e{at}"));
            if own != answer {
                wrong.push(format!("{expression}: {own:?}, the emulator {answer:?}"));
            }
        }
    }
    (count, wrong)
}

#[test]
fn patterns_match_what_they_match_in_the_emulator() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(emulator) = Emulator::start() else { return };
    let mut expressions: Vec<String> =
        EXPRESSIONS.iter().map(|expression| (*expression).to_owned()).collect();
    let mut refused = Vec::new();
    for pattern in PATTERNS {
        // What one refuses to compile, the other refuses.
        let rules = with_header("", &format!("match /t/{{id}} {{ allow get: if id.matches('{pattern}'); }}"));
        let (own, loaded) = (compile(&rules).errors.is_empty(), emulator.load(&rules));
        refused.extend((own != loaded.is_ok()).then(|| format!("{pattern} is taken: {own}, but {loaded:?}")));
        if loaded.is_err() {
            continue;
        }
        expressions.extend(TEXTS.iter().map(|text| format!("'{text}'.matches('{pattern}')")));
    }
    let (count, mut wrong) = differences(&emulator, &expressions);
    wrong.extend(refused);
    eprintln!("{count} expressions, {} differ", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
