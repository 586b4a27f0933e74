//! Rules that somebody brings along, in both formats, as a person runs them.

use std::fs;

use gonogo::engine::secrets::own::{Own, OwnRules, imported, is_foreign, read};

use super::{
    command::secrets,
    template::{Noise, expand, plain_base64},
    tree::Folder,
};

const RULES: &str = r#"provider = 'Acme'
console = 'https://console.acme-prod.net/keys'
rotate = 'In the console under Keys, press Roll.'

[[rule]]
id = 'acme-key'
title = 'Acme key'
severity = 'high'
anchors = ['acme_']
regex = 'acme_[0-9a-f]{24}'
means = 'Whoever holds it is Acme.'
matches = ['k = acme_{hex:24}', 'acme_{hex:24}']
misses = ['acme_{hex:10}', 'xacme_{hex:24}']

[[rule]]
id = 'acme-pin'
title = 'Acme pin'
severity = 'medium'
anchors = ['acme_pin', 'acmepin']
ignore_case = true
names = 'acme_pin'
value = '[0-9]{12}'
entropy = 1.0
means = 'It opens the gate.'
matches = ['ACME_PIN={digits:12}', 'acmePin: "{digits:12}"']
misses = ['ACME_PIN={digits:8}', 'PIN={digits:12}']
"#;

const GITLEAKS: &str = r#"title = "theirs"
[extend]
useDefault = true

[[rules]]
id = "Acme_Token"
description = "An Acme token. Roll it."
regex = '''(?i)acme[_-]?token['"]?\s*[:=]\s*['"]?(tk-[a-z0-9]{20})\b'''
secretGroup = 1
entropy = 3.0
keywords = ["acme"]
tags = ["internal"]

[[rules]]
id = "lookahead"
regex = '''(?=never)x'''

[[rules]]
id = "only-yaml"
regex = '''pin-[0-9]{10}'''
path = '''\.ya?ml$'''
[[rules.allowlists]]
paths = ['''^skipped/''']

[allowlist]
paths = ['''(^|/)legacy/''']
stopwords = ["zzz"]
"#;

fn token(seed: &str) -> String {
    expand(&format!("tk-{{lower:20}}{seed}")).chars().take(23).collect()
}

#[test]
fn own_rules_join_the_tree_the_history_and_the_stage() {
    let folder = Folder::git();
    let rules = Folder::new();
    rules.write("acme.toml", RULES);
    let rules = rules.path().to_str().unwrap().to_owned();
    let key = expand("acme_{hex:24}");
    folder.write("a.txt", format!("k = {key}\n")).commit("one");
    let with = |more: &[&str]| secrets(&folder, &[&["--rules", &rules][..], more].concat());
    assert_eq!(secrets(&folder, &["--quiet"]).0, Some(0), "without the rules nobody knows it");
    let (code, text) = with(&["--format", "json"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("secrets/acme-key") && text.contains("press Roll"), "{text}");
    assert!(!text.contains(&key[6..]), "{text}");
    let (_, sarif) = with(&["--format", "sarif"]);
    assert!(sarif.contains("\"id\": \"secrets/acme-key\""), "{sarif}");
    // Changed a little, so that git keeps the new version as a delta; the value is gone later.
    folder.write("a.txt", format!("# more\nk = {key}\nACME_PIN={}\n", expand("{nz:12}"))).commit("two");
    folder.write("a.txt", "gone\n").commit("three");
    folder.run(&["gc", "--quiet"]);
    let (code, text) = with(&["--format", "json"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("secrets/acme-pin") && text.contains("git history of a.txt"), "{text}");
    assert_eq!(with(&["--quiet", "--no-history"]).0, Some(0));
    folder.write("b.txt", format!("{}\n", expand("acme_{hex:24} b").replace(" b", "")));
    folder.run(&["add", "b.txt"]);
    assert_eq!(with(&["--quiet", "--staged"]).0, Some(1));
    folder.write("c.txt", format!("{key} # gonogo:ignore secrets/acme-key it is revoked\n"));
    assert_eq!(with(&["--quiet", "--no-history", "--baseline", "none.json"]).0, Some(2));
}

#[test]
fn a_waiver_may_name_an_own_rule_where_it_is_brought_along() {
    let folder = Folder::new();
    let rules = Folder::new();
    rules.write("acme.toml", RULES);
    let rules = rules.path().to_str().unwrap().to_owned();
    let until = jiff::Zoned::now().date().saturating_add(jiff::Span::new().days(30));
    folder.write("a.txt", expand("k = acme_{hex:24}\n"));
    let waiver =
        format!("[[waivers]]\ncheck = \"secrets/acme-key\"\nreason = \"a sandbox\"\nuntil = \"{until}\"\n");
    let with = |more: &[&str]| secrets(&folder, &[&["--no-history"][..], more].concat());
    assert_eq!(with(&["--quiet", "--rules", &rules]).0, Some(1));
    folder.write("gonogo.toml", &waiver);
    let (code, text) = with(&["--rules", &rules]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("1 waived") && text.contains("because          a sandbox"), "{text}");
    assert_eq!(with(&["--quiet"]).0, Some(2), "without the rules nobody can tell it from a slip");
}

#[test]
fn own_rules_are_in_a_recording_without_what_they_look_for() {
    let folder = Folder::new();
    let rules = Folder::new();
    rules.write("acme.toml", RULES).write("g.toml", GITLEAKS);
    let rules = rules.path().to_str().unwrap().to_owned();
    folder.write("a.txt", format!("k = {}\n", expand("acme_{hex:24}")));
    let arguments = ["--rules", &rules, "--record", "seen.json", "--format", "json"];
    let (_, report) = secrets(&folder, &arguments);
    let tape = fs::read_to_string(folder.path().join("seen.json")).unwrap();
    assert!(!tape.contains("[0-9a-f]{24}") && !tape.contains("legacy"), "{tape}");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_gonogo"))
        .args(["replay", "seen.json", "--format", "json"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let replayed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(report.starts_with(&replayed) && replayed.contains("secrets/acme-key"), "{report}\n{replayed}");
}

#[test]
fn a_mistake_in_a_rule_is_named_and_stops_the_run() {
    let folder = Folder::new();
    folder.write("rules/acme.toml", RULES.replace("regex = 'acme_[0-9a-f]{24}'", "regex = 'acme_[0-9'"));
    let (code, text) = secrets(&folder, &["--rules", "rules"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("acme.toml:6: rule `acme-key`: its regex is wrong"), "{text}");
    folder.write("rules/acme.toml", RULES).write("rules/more.toml", RULES);
    let (code, text) = secrets(&folder, &["--rules", "rules"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("rule `acme-key` is in") && text.contains("rename one"), "{text}");
    folder.write("empty/readme", "");
    assert_eq!(secrets(&folder, &["--rules", "empty", "--quiet"]).0, Some(2));
    assert_eq!(secrets(&folder, &["--rules", "nope.toml", "--quiet"]).0, Some(2));
    assert_eq!(secrets(&folder, &["--gitleaks", "--quiet"]).0, Some(2));
}

#[test]
fn a_configuration_of_gitleaks_is_applied_with_its_allowlists() {
    let folder = Folder::new();
    folder.write(".gitleaks.toml", GITLEAKS);
    let run = |more: &[&str]| secrets(&folder, &[&["--gitleaks", "--no-history"][..], more].concat());
    let (code, text) = run(&[]);
    assert!(text.contains(".gitleaks.toml:15: rule `lookahead` is not applied"), "{text}");
    assert_eq!(code, Some(0), "{text}");
    let (_, json) = run(&["--format", "json"]);
    assert!(json.contains("the rule is not applied: its regex is not understood"), "{json}");
    folder.write("src/a.ts", format!("const acmeToken = '{}';\n", token("a")));
    let (code, text) = run(&["--format", "json"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("secrets/acme-token") && text.contains("An Acme token"), "{text}");
    folder.write("src/a.ts", format!("const acmeToken = '{}'; // gitleaks:allow\n", token("a")));
    assert_eq!(run(&["--quiet"]).0, Some(0));
    folder.write("src/a.ts", "").write("legacy/a.ts", format!("const acmeToken = '{}';\n", token("a")));
    // The allowlist of all rules holds for those that are built in too, and is said.
    folder.write("legacy/b.env", expand("HOOK=whsec_{alnum:32}\n"));
    let (code, text) = run(&["-v"]);
    assert_eq!(code, Some(0), "{text}");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("accepted by .gitleaks.toml"), "{text}");
    folder.write("a.txt", "pin-4837261905\n").write("skipped/a.yaml", "pin-4837261905\n");
    assert_eq!(run(&["--quiet"]).0, Some(0));
    folder.write("a.yaml", "pin-4837261905\n");
    assert_eq!(run(&["--quiet"]).0, Some(1));
    // Together with the other files of gitleaks.
    folder.write(".gitleaksignore", "a.yaml:only-yaml:1\n");
    assert_eq!(run(&["--quiet"]).0, Some(0));
    folder.write("b.yaml", "pin-7710293846\n");
    assert_eq!(run(&["--quiet"]).0, Some(1));
    let outside = Folder::new();
    outside.write(
        "r.json",
        r#"[{"RuleID":"only-yaml","Secret":"pin-7710293846","File":"b.yaml","StartLine":1}]"#,
    );
    let report = outside.path().join("r.json");
    assert_eq!(run(&["--quiet", "--baseline", report.to_str().unwrap()]).0, Some(0));
}

#[test]
fn a_configuration_may_extend_another() {
    let folder = Folder::new();
    folder.write("base.toml", GITLEAKS);
    folder.write(
        "top.toml",
        "[extend]\npath = 'base.toml'\n[[rules]]\nid = 'only-yaml'\nregex = 'pin:[0-9]{10}'\n",
    );
    folder.write("loop.toml", "[extend]\npath = 'loop.toml'\n");
    folder.write("a.txt", "pin:4837261905\n").write("src/a.ts", format!("acme_token={}\n", token("b")));
    let (code, text) = secrets(&folder, &["--rules", "top.toml", "--format", "json"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("secrets/only-yaml") && text.contains("secrets/acme-token"), "{text}");
    assert_eq!(secrets(&folder, &["--rules", "loop.toml", "--quiet"]).0, Some(2));
}

#[test]
fn own_values_are_found_in_base64_and_pieces() {
    let rules = read("acme.toml".as_ref(), RULES).unwrap();
    let own = Own::new(&OwnRules { rules, ..OwnRules::default() }).unwrap();
    let key = expand("acme_{hex:24}");
    let long = format!("{}{key} {}", "x ".repeat(80_000), "y ".repeat(80_000));
    assert_eq!(own.scan(long.as_bytes()).hits.len(), 1);
    // Nothing of it is one value over and over.
    assert_eq!(own.scan(format!("{key}\n").repeat(50).as_bytes()).hits.len(), 50);
    let made = imported("g.toml", "[[rules]]\nid='w'\nregex='w[0-9]{8}'\n").unwrap();
    let own = Own::new(&made.rules).unwrap();
    let text = format!("{} w12345678", "w1 ".repeat(40_000));
    assert_eq!(own.scan(text.as_bytes()).hits.len(), 1);
    assert!(own.scan(plain_base64(&key).as_bytes()).hits.is_empty());
}

/// Texts that keep a pattern busy end in bounded time, and say so.
#[test]
fn hostile_texts_are_bounded() {
    let made = imported(
        "g.toml",
        "[[rules]]\nid='a'\nregex='''a.*b|a'''\n[[rules]]\nid='k'\nkeywords=['key']\nregex='''key[^;]*;'''\n",
    );
    let own = Own::new(&made.unwrap().rules).unwrap();
    assert!(own.scan("a".repeat(100 << 10).as_bytes()).truncated);
    let _ = own.scan("key".repeat(100 << 10).as_bytes());
    let rules = read("acme.toml".as_ref(), RULES).unwrap();
    let own = Own::new(&OwnRules { rules, ..OwnRules::default() }).unwrap();
    let _ = own.scan("acme_".repeat(60 << 10).as_bytes());
}

/// Mutated configurations and rule files are read or refused, and never a panic.
#[test]
fn any_configuration_is_read_or_refused() {
    let mut noise = Noise::of("configurations");
    for round in 0..1_500 {
        let base = if round % 2 == 0 { GITLEAKS } else { RULES };
        let mut bytes = base.as_bytes().to_vec();
        for _ in 0..=(noise.next() % 6) {
            let at = noise.next() as usize % bytes.len();
            match noise.next() % 4 {
                0 => bytes[at] = b"[]{}()*+?|\\'\"=.^$-,0aZ\n"[noise.next() as usize % 23],
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, noise.next() as u8),
                _ => {
                    let end = (at + noise.next() as usize % 40).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    let to = noise.next() as usize % bytes.len();
                    bytes.splice(to..to, piece);
                }
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        let _ = is_foreign(&text);
        if let Ok(made) = imported("g.toml", &text) {
            // What was read compiles, or is marked as not applied.
            let own = Own::new(&made.rules).unwrap();
            let _ = own.scan(b"acme_token = 'tk-abcdefghijklmnopqrst' pin-0123456789");
        }
        if round % 50 == 1
            && let Ok(rules) = read("acme.toml".as_ref(), &text)
        {
            let _ = Own::new(&OwnRules { rules, ..OwnRules::default() }).unwrap();
        }
    }
}
