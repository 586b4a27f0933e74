//! What the compiler refuses and warns about, at the same places as the engine.

use std::{collections::BTreeSet, path::Path};

use gonogo::engine::firestore::{ast::Diagnostic, compile, position};
use serde_json::Value as Json;

use super::{BODIES, Dice, Emulator, ONE, rules_files, with_header};

type Places = BTreeSet<(u32, u32)>;

fn ours(rules: &str, diagnostics: &[Diagnostic]) -> Places {
    diagnostics.iter().map(|diagnostic| position(rules, diagnostic.span.start)).collect()
}

/// `L4:12 …` in each line.
fn refused(message: &str) -> Vec<(u32, u32)> {
    let place = |line: &str| {
        let (line, rest) = line.strip_prefix('L')?.split_once(':')?;
        let (column, _) = rest.split_once(' ')?;
        Some((line.parse().ok()?, column.parse().ok()?))
    };
    message.lines().filter_map(place).collect()
}

/// Warnings about types are left out: ours are about names.
fn warned(answer: &Json) -> Places {
    let issues = answer["issues"].as_array().map(Vec::as_slice).unwrap_or_default();
    issues
        .iter()
        .filter(|issue| !issue["description"].as_str().unwrap_or_default().starts_with("Invalid type"))
        .map(|issue| {
            let number = |name: &str| issue["sourcePosition"][name].as_u64().unwrap_or(1) as u32;
            (number("line"), number("column"))
        })
        .collect()
}

/// One token dropped, doubled or put where another is.
fn mutated(rules: &str, dice: &mut Dice) -> String {
    let mut pieces: Vec<String> = Vec::new();
    for letter in rules.chars() {
        let word = letter.is_ascii_alphanumeric() || letter == '_';
        match pieces.last_mut() {
            Some(last) if word && last.ends_with(|end: char| end.is_ascii_alphanumeric() || end == '_') => {
                last.push(letter);
            }
            _ => pieces.push(letter.to_string()),
        }
    }
    let tokens: Vec<usize> = (0..pieces.len()).filter(|at| !pieces[*at].trim().is_empty()).collect();
    let at = tokens[dice.throw(tokens.len())];
    let other = pieces[tokens[dice.throw(tokens.len())]].clone();
    match dice.throw(3) {
        0 => pieces[at].clear(),
        1 => pieces[at] = format!("{0} {0}", pieces[at]),
        _ => pieces[at] = other,
    }
    pieces.concat()
}

#[test]
fn mistakes_stand_where_the_emulator_finds_them() {
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(emulator) = Emulator::start() else { return };
    let mut files: Vec<String> =
        BODIES.iter().map(|body| with_header("rules_version = '2';\n", body)).collect();
    if let Some(folder) = std::env::var_os("GONOGO_RULES") {
        files.extend(rules_files(Path::new(&folder)).into_iter().map(|(_, rules)| rules));
    }
    let mut dice = Dice(0x9e37_79b9);
    let changed: Vec<String> = files
        .iter()
        .flat_map(|rules| (0..4).map(|_| mutated(rules, &mut dice)).collect::<Vec<_>>())
        .collect();
    files.extend(changed);
    let (mut verdicts, mut refusals, mut first, mut accepted, mut same) = (0, 0, 0, 0, 0);
    for rules in &files {
        let compiled = compile(rules);
        match (emulator.load(rules), compiled.errors.first()) {
            (Ok(answer), None) => {
                accepted += 1;
                let mut places = ours(rules, &compiled.warnings);
                places.extend(ours(rules, &compiled.remarks));
                let theirs = warned(&answer);
                same += usize::from(places == theirs);
                if places != theirs {
                    let shown: Vec<_> = answer["issues"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|issue| &issue["description"])
                        .collect();
                    eprintln!("warnings at {places:?}, the emulator's at {theirs:?} {shown:?}:\n{rules}");
                }
            }
            (Err(message), Some(error)) => {
                refusals += 1;
                let place = position(rules, error.span.start);
                let agree = refused(&message).contains(&place);
                first += usize::from(agree);
                if !agree {
                    let line = rules.lines().nth(place.0 as usize - 1).unwrap_or_default();
                    eprintln!("{} at {place:?}, the emulator: {message}\n    {line}", error.message);
                    for (line, _) in refused(&message).into_iter().take(2) {
                        eprintln!("  {line}: {}", rules.lines().nth(line as usize - 1).unwrap_or_default());
                    }
                }
            }
            (loaded, _) => {
                verdicts += 1;
                eprintln!("{loaded:?}, but {:?}:\n{rules}", compiled.errors);
            }
        }
    }
    eprintln!(
        "{} files: {verdicts} verdicts differ, {first} of {refusals} first mistakes and {same} of {accepted} lists of warnings are at the same places",
        files.len()
    );
    assert_eq!(verdicts, 0);
    assert!(first * 100 >= refusals * 95 && same * 100 >= accepted * 95);
}
