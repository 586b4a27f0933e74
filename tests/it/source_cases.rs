//! Cases of rules in every language that they cover: `hooks/<rule>.txt` holds handlers, and `<<<` stands
//! at the end of every line at which the rule may speak; where it stands nowhere the rule is silent.

use std::{collections::BTreeMap, fs, path::Path};

use gonogo::{
    checks::judge,
    engine::handler::read,
    finding::Place,
    plan::{Consent, Selection, plan},
    seen::{Observations, Seen, Webhook},
    target::Target,
    verdict::Verdict,
};

/// What follows each line that begins with `--- `, under the rest of that line.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("--- "), found.last_mut()) {
            (Some(head), _) => found.push((head.to_owned(), String::new())),
            (None, Some((_, body))) => *body += &format!("{line}\n"),
            (None, None) => panic!("a case begins with `--- `"),
        }
    }
    found
}

/// The lines at which a rule speaks about a handler of Stripe's events.
fn spoken(rule: &str, path: &str, source: &str) -> Vec<u32> {
    let handler = read(path, source);
    let webhook = Webhook {
        provider: Some("stripe".to_owned()),
        handler: Seen::Got(Box::new(handler)),
        ..Webhook::default()
    };
    let mut seen = Observations::default();
    seen.webhooks.insert(path.to_owned(), Seen::Got(webhook));
    let target = Target::default();
    let selection = Selection::new(vec!["webhook".to_owned()], Vec::new(), false).unwrap();
    let plan = plan(&target, &selection, Consent::default());
    let outcomes = judge(&plan.checks, &seen, &target);
    let of_rule = outcomes.iter().filter(|outcome| outcome.check.id == format!("webhook/{rule}"));
    let mut lines = Vec::new();
    for outcome in of_rule {
        if let Verdict::Fail(findings) = &outcome.verdict {
            lines.extend(findings.iter().flat_map(|finding| &finding.places).filter_map(
                |place| match place {
                    Place::File { line, .. } => *line,
                    _ => None,
                },
            ));
        }
    }
    lines
}

#[test]
fn rules_speak_and_are_silent_where_they_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/hooks");
    let frames: BTreeMap<String, (String, String)> =
        blocks(&fs::read_to_string(folder.join("frames.txt")).unwrap())
            .into_iter()
            .map(|(head, body)| {
                let (name, path) = head.split_once(' ').expect("a frame has a path");
                (name.to_owned(), (path.to_owned(), body))
            })
            .collect();
    let mut wrong = Vec::new();
    for file in fs::read_dir(&folder).unwrap() {
        let file = file.unwrap().path();
        let rule = file.file_stem().unwrap().to_str().unwrap().to_owned();
        if rule == "frames" {
            continue;
        }
        let mut counts: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for (number, (head, body)) in blocks(&fs::read_to_string(&file).unwrap()).into_iter().enumerate() {
            let (path, marked) = match frames.get(&head) {
                Some((path, frame)) => (path.clone(), frame.replace("{BODY}\n", &body)),
                None => (head.clone(), body),
            };
            let expected: Vec<u32> = marked
                .lines()
                .zip(1..)
                .filter(|(line, _)| line.ends_with("<<<"))
                .map(|(_, line)| line)
                .collect();
            let lines = spoken(&rule, &path, &marked.replace(" <<<", ""));
            let right = if expected.is_empty() {
                lines.is_empty()
            } else {
                lines.iter().any(|line| expected.contains(line))
            };
            if !right {
                wrong.push(format!("{rule} case {number} ({head}): {lines:?} instead of {expected:?}"));
            }
            let language = path.rsplit('.').next().unwrap().replace("js", "ts");
            let count = counts.entry(language).or_default();
            if expected.is_empty() { count.1 += 1 } else { count.0 += 1 }
        }
        for (language, (speaks, silent)) in counts {
            assert!(speaks >= 3 && silent >= 3, "{rule} in {language}: {speaks} and {silent} cases");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
