//! Go's regular expressions (RE2), as gitleaks has them, in the syntax of the regex crate. Both are
//! linear; they differ in what needs an escape.

use std::iter::Peekable;
use std::str::Chars;

use regex::bytes::{Regex, RegexBuilder};

/// Compiled programs beyond this are refused.
const LARGEST: usize = 4 << 20;

/// Over bytes; with Unicode's classes only if the expression asks for them.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    let pattern = translated(pattern);
    let build = |unicode| {
        RegexBuilder::new(&pattern).unicode(unicode).size_limit(LARGEST).dfa_size_limit(LARGEST).build()
    };
    build(false).or_else(|_| build(true)).map_err(|err| {
        let text = err.to_string();
        text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
    })
}

/// The same expression for the regex crate.
pub(super) fn translated(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\\' => escape(&mut rest, &mut text),
            '[' => class(&mut rest, &mut text),
            '{' if !is_repetition(rest.clone()) => text.push_str("\\{"),
            other => text.push(other),
        }
    }
    text
}

fn escape(rest: &mut Peekable<Chars<'_>>, text: &mut String) {
    match rest.next() {
        Some('Q') => {
            let quoted = rest.clone().collect::<String>();
            let inner = quoted.split("\\E").next().unwrap_or_default();
            text.push_str(&regex::escape(inner));
            for _ in 0..inner.chars().count() + 2 {
                rest.next();
            }
        }
        // Words' edges there, plain letters in Go.
        Some(letter @ ('<' | '>')) => text.push(letter),
        Some(letter) => text.extend(['\\', letter]),
        None => text.push('\\'),
    }
}

/// A class: what the regex crate reads as a class within or as a set operation is a plain letter.
fn class(rest: &mut Peekable<Chars<'_>>, text: &mut String) {
    text.push('[');
    if rest.next_if_eq(&'^').is_some() {
        text.push('^');
    }
    if rest.next_if_eq(&']').is_some() {
        text.push_str("\\]");
    }
    while let Some(letter) = rest.next() {
        match letter {
            ']' => return text.push(']'),
            '\\' => match rest.next() {
                Some(letter @ ('<' | '>')) => text.push(letter),
                Some(letter) => text.extend(['\\', letter]),
                None => text.push('\\'),
            },
            '[' if rest.peek() == Some(&':') => posix(rest, text),
            '[' | '&' | '~' => text.extend(['\\', letter]),
            // A range from a hyphen at the start, up to one elsewhere.
            '-' if rest.peek() == Some(&'-') && text.ends_with(['[', '^']) => text.push_str("\\-"),
            '-' if rest.peek() == Some(&'-') => {
                rest.next();
                text.push_str("-\\-");
            }
            other => text.push(other),
        }
    }
}

/// `[:alnum:]`, or a bracket and a colon.
fn posix(rest: &mut Peekable<Chars<'_>>, text: &mut String) {
    let ahead: String = rest.clone().take(12).collect();
    let name = ahead[1..].split(":]").next().unwrap_or_default();
    let is_name =
        ahead[1..].contains(":]") && name.bytes().all(|byte| byte == b'^' || byte.is_ascii_lowercase());
    if is_name {
        text.push_str("[:");
        text.push_str(name);
        text.push_str(":]");
        for _ in 0..name.len() + 3 {
            rest.next();
        }
    } else {
        text.push_str("\\[");
    }
}

/// `{2}`, `{2,}`, `{2,5}`: anything else is a brace.
fn is_repetition(rest: Peekable<Chars<'_>>) -> bool {
    let inner: String = rest.take_while(|letter| *letter != '}').take(12).collect();
    let (least, most) = inner.split_once(',').unwrap_or((&inner, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && is_number(least) && is_number(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_go_reads_is_read_alike() {
        for (pattern, yes, no) in [
            (r"\Qa.b\E{2}", "a.bb", "axbb"),
            (r"[[a]x", "[x", "bx"),
            (r"[a&&b]x", "&x", "cx"),
            (r"[]a]x", "]x", "bx"),
            (r"[+--]x", ",x", "/x"),
            (r"[[:alnum:]_]x", "7x", "-x"),
            (r"\<a\>", "<a>", "a"),
            (r"a{,3}", "a{,3}", "aaa"),
            (r"\$\{[A-Z]{2}}", "${AB}", "${A}"),
            (r"(?P<k>ab)c", "abc", "ac"),
            (r"(?i)key\s*[:=]", "KEY =", "kay ="),
            (r"\pL+1", "é1", "21"),
        ] {
            let regex = compile(pattern).unwrap_or_else(|err| panic!("{pattern}: {err}"));
            assert!(regex.is_match(yes.as_bytes()), "{pattern} {yes} {regex}");
            assert!(!regex.is_match(no.as_bytes()), "{pattern} {no} {regex}");
        }
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for pattern in [r"(?=a)b", r"(a)\1", r"a{9999}{9999}", r"(", r"[a"] {
            assert!(compile(pattern).is_err_and(|why| !why.is_empty()), "{pattern}");
        }
    }
}
