//! Finds ways around a verification: guards that skip it, and failures that do not end the request.

use super::{
    pattern,
    source::{Block, BlockKind, Source},
    verification::Verified,
};
use crate::seen::{Runtime, Spot};

pattern!(SECRET, r"(?i)(secret|signature|signing|whsec|webhook_?key|\bsig\b)");
pattern!(
    EXITS,
    r"\b(return|throw)\b|\.status\s*\(|\bstatus\s*:|sendStatus\s*\(|\breject\s*\(|\bnext\s*\(|process\.exit|Response\s*\("
);
pattern!(PARSES, r"JSON\.parse\s*\(|\.json\s*\(\s*\)|\breq\.body\b|\brequest\.body\b");
pattern!(
    EMPTY_DEFAULT,
    r#"(?i)(?:secret|signing_?key|whsec)\w*["'\]\)]*\s*!?\s*(?:\|\||\?\?)\s*(?:''|""|``)"#
);
pattern!(NEGATED_SECRET, r"(?i)^\s*!\s*[\w.$\[\]]*(secret|signing)[\w.$\[\]]*\s*$");

/// Said of a secret whose default is the empty text.
pub const EMPTY_KEY: &str = "a missing secret becomes an empty key";

pub(super) fn find(source: &Source, verified: &Verified, runtime: Runtime) -> Vec<Spot> {
    let mut spots = Vec::new();
    for call in verified.calls().iter().take(50) {
        spots.extend(skipped_by_guard(source, call.at));
        spots.extend(skipped_by_condition(source, call.at));
        spots.extend(failure_ignored(source, call.at));
    }
    if !verified.is_empty() {
        // Web Crypto refuses a key without a byte; Node's crypto takes it.
        if !matches!(runtime, Runtime::Deno | Runtime::Edge) {
            spots.extend(empty_secret(source));
        }
        spots.extend(accepted_without_secret(source));
    }
    spots.sort();
    spots.dedup_by_key(|spot| (spot.line, spot.what.clone()));
    spots.truncate(20);
    spots
}

/// `if (secret && signature) { verify }`, where the request goes on without.
fn skipped_by_guard(source: &Source, at: usize) -> Option<Spot> {
    let guard = source.around(at).find(|block| {
        block.kind == BlockKind::If && block.head.is_some_and(|head| asks_for_presence(source, head))
    })?;
    let head = guard.head?;
    if is_ruled_out(source, head) {
        return None;
    }
    let what = "is only verified if the secret or signature is there";
    let open = match source.next_block(guard, BlockKind::Else) {
        Some(other) => !ends_request(source.inside(other)),
        None => !next_statement_ends(source, guard),
    };
    open.then(|| source.spot(head.0, what))
}

/// The same without braces: `secret ? verify() : parse()`, `if (secret && !verify()) return`.
fn skipped_by_condition(source: &Source, at: usize) -> Option<Spot> {
    let start = source.statement_start(at);
    let before = source.bare.get(start..at)?;
    let what = "is only verified if the secret or signature is there";
    let offset = start + (before.len() - before.trim_start().len());
    if let Some((condition, _)) = before.rsplit_once('?')
        && !before.trim_end().ends_with("?.")
    {
        let condition_start = condition.rfind(['=', '(']).map_or(start, |found| start + found + 1);
        let after = source.bare.get(at..)?.split(';').next().unwrap_or_default();
        let head = (condition_start, start + condition.len());
        let parses = after.rsplit_once(" : ").is_some_and(|(_, other)| PARSES.is_match(other));
        return (asks_for_presence(source, head) && parses).then(|| source.spot(offset, what));
    }
    let condition = before.trim_start().strip_prefix("if")?.trim_start().strip_prefix('(')?;
    let from = start + before.len() - condition.len();
    let close = source.closing(from - 1)?;
    let head = if close < at {
        // `if (secret) event = verify(…); else event = parse(…);`
        (from, close)
    } else {
        let (presence, _) = condition.rsplit_once("&&")?;
        (from, from + presence.len())
    };
    if !asks_for_presence(source, head) || is_ruled_out(source, head) {
        return None;
    }
    let rest = source.bare.get(at..)?.split_once(';').map_or("", |(_, rest)| rest).trim_start();
    let otherwise = rest.strip_prefix("else").map(|other| other.split(';').next().unwrap_or_default());
    let refused = close < at && otherwise.is_some_and(ends_request);
    (!refused).then(|| source.spot(offset, what))
}

/// A `catch` that takes the event from the unverified body, or only logs.
fn failure_ignored(source: &Source, at: usize) -> Option<Spot> {
    let attempt = source.around(at).find(|block| block.kind == BlockKind::Try)?;
    let caught = source.next_block(attempt, BlockKind::Catch)?;
    let text = source.inside(caught);
    let parses = PARSES.find(text).filter(|_| text.contains('='));
    let exits = EXITS.find(text);
    match (parses, exits) {
        (Some(parse), exit) if exit.is_none_or(|exit| exit.start() > parse.start()) => {
            let what = "a failed verification falls back to the unverified body";
            Some(source.spot(caught.open + 1 + parse.start(), what))
        }
        // Nothing depends on the verified event, so what follows runs all the same.
        (None, None) if !is_assigned(source, at) && is_direct_child(source, at, attempt) => {
            Some(source.spot(caught.open, "a failed verification does not end the request"))
        }
        _ => None,
    }
}

/// With an empty key anyone can compute the signature.
fn empty_secret(source: &Source) -> Vec<Spot> {
    let hits = EMPTY_DEFAULT.find_iter(&source.strings).take(20);
    hits.filter(|hit| {
        let start = source.statement_start(hit.start());
        let name = assigned_name(source.bare.get(start..hit.start()).unwrap_or_default());
        !name.is_some_and(|name| is_refused_when_missing(source, name))
    })
    .map(|hit| source.spot(hit.start(), EMPTY_KEY))
    .collect()
}

/// `if (!secret) return true`.
fn accepted_without_secret(source: &Source) -> Vec<Spot> {
    let guards = source.blocks.iter().filter(|block| block.kind == BlockKind::If);
    guards
        .filter(|block| block.head.is_some_and(|head| NEGATED_SECRET.is_match(source.code(head))))
        .take(100)
        .filter(|block| source.inside(block).contains("return true"))
        .map(|block| source.spot(block.open, "a missing secret counts as verified"))
        .collect()
}

/// Every operand of the condition only asks whether something is there, and one is the secret or
/// the signature.
fn asks_for_presence(source: &Source, head: (usize, usize)) -> bool {
    let (bare, full) = (source.code(head), source.with_strings(head));
    let plain = !bare.contains("||")
        && !["===", "!==", "==", "!=", "<", ">"].iter().any(|operator| bare.contains(operator));
    let positive = bare.split("&&").all(|part| {
        let part = part.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '(');
        !part.starts_with('!') || part.starts_with("!!")
    });
    plain && positive && SECRET.is_match(full)
}

/// An earlier `if (!secret) return` makes the guard idle.
fn is_ruled_out(source: &Source, head: (usize, usize)) -> bool {
    let operands = source.code(head).split("&&");
    let mut names = operands.map(|part| part.trim().trim_start_matches('!')).filter(|name| !name.is_empty());
    names.all(|name| is_refused_when_missing(source, name))
}

fn is_refused_when_missing(source: &Source, name: &str) -> bool {
    let negated = super::compiled(&format!(r"!\s*{}\b", regex::escape(name)));
    let refuses = |at: usize| {
        let rest = source.bare.get(at..).unwrap_or_default();
        let block =
            source.blocks.iter().find(|block| block.head.is_some_and(|head| head.0 <= at && at < head.1));
        match block {
            Some(block) => block.kind == BlockKind::If && ends_request(source.inside(block)),
            // A guard without braces: up to the end of its statement.
            None => ends_request(rest.split(';').next().unwrap_or_default()),
        }
    };
    negated.find_iter(&source.bare).take(50).any(|hit| refuses(hit.start()))
}

fn ends_request(text: &str) -> bool {
    EXITS.is_match(text) && !text.contains("return true") && !PARSES.is_match(text)
}

/// After a guard without `else`: does the very next statement end the request?
fn next_statement_ends(source: &Source, guard: &Block) -> bool {
    let after = source.bare.get(guard.close + 1..).unwrap_or_default().trim_start();
    let next = after.split(';').next().unwrap_or_default();
    after.starts_with("return")
        || after.starts_with("throw")
        || (next.contains(".status(4") && !next.contains('{'))
}

fn is_assigned(source: &Source, at: usize) -> bool {
    let start = source.statement_start(at);
    let before = source.bare.get(start..at).unwrap_or_default();
    before.contains('=') || before.contains("return") || before.contains("if")
}

/// In the `try` itself, not in a function or branch inside it.
fn is_direct_child(source: &Source, at: usize, attempt: &Block) -> bool {
    source.around(at).next().is_some_and(|block| block.open == attempt.open)
}

fn assigned_name(before: &str) -> Option<&str> {
    let left = before.split('=').next()?.trim_end();
    let name = left.split(':').next()?.trim_end();
    name.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .next()
        .filter(|name| !name.is_empty())
}
