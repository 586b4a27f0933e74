//! A hostile recording: replayed, judged, decided and rendered in every format. What follows the
//! first NUL replaces the recording's texts, one after the other, from the one the next byte names.
#![no_main]

use gonogo::{
    checks::judge,
    decide::decide,
    observe::tape::Tape,
    plan::plan,
    report::{Format, Style, render},
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const FORMATS: [Format; 7] = [
    Format::Terminal,
    Format::Json,
    Format::Sarif,
    Format::Markdown,
    Format::Github,
    Format::Junit,
    Format::Gitlab,
];

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let Ok(tape) = Tape::from_json(&replaced(&text)) else { return };
    let plan = plan(&tape.target, &tape.selection, tape.consent());
    let outcomes = judge(&plan.checks, &tape.observations, &tape.target);
    let assessment = decide(&tape.target, &plan.checks, &plan.left_out, outcomes, &tape.observations);
    let render = |format, style| render(&assessment, format, style);

    // One format an input: SARIF lists every rule, and would take most of the time.
    let format = FORMATS[text.len() % FORMATS.len()];
    let out = render(format, Style { color: false, width: 60 + text.len() % 61, verbosity: 1 });
    assert_eq!(out.chars().find(|letter| steers(*letter)), None, "{out:?}");
    if matches!(format, Format::Json | Format::Sarif | Format::Gitlab) {
        assert!(serde_json::from_str::<Value>(&out).is_ok(), "{out:?}");
    }
    let _ = render(Format::Terminal, Style { color: true, width: 1, verbosity: -1 });
    let _ = tape.to_json();
});

fn replaced(text: &str) -> String {
    let Some((tape, with)) = text.split_once('\0') else { return text.to_owned() };
    let Ok(mut tape) = serde_json::from_str::<Value>(tape) else { return text.to_owned() };
    let mut texts = Vec::new();
    leaves(&mut tape, &mut texts);
    let first = with.bytes().next().map_or(0, |byte| usize::from(byte).wrapping_mul(7)) % texts.len().max(1);
    for (leaf, new) in texts.into_iter().skip(first).zip(with.split('\0')) {
        new.clone_into(leaf);
    }
    tape.to_string()
}

fn leaves<'a>(value: &'a mut Value, found: &mut Vec<&'a mut String>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter_mut().for_each(|item| leaves(item, found)),
        Value::Object(fields) => fields.values_mut().for_each(|field| leaves(field, found)),
        _ => {}
    }
}

fn steers(letter: char) -> bool {
    (letter.is_control() && letter != '\n')
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
