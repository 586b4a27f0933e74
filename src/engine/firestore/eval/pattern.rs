//! Regular expressions as Google's engine (RE2) reads them, in the form that the `regex` crate reads.
//!
//! The languages differ where it matters for rules: `\d`, `\w`, `\s` and `\b` know only ASCII, a
//! bracket within brackets is a letter, stacked repetitions and flags other than `imsU` are mistakes.
//! Source: <https://github.com/google/re2/wiki/Syntax>.

use std::{fmt::Write as _, iter::Peekable, str::Chars};

/// Repetitions counted higher are refused.
const MOST_REPEATED: u32 = 1_000;

/// The same pattern for the `regex` crate; nothing where RE2 refuses it.
pub(super) fn translated(pattern: &str) -> Option<String> {
    let mut reader =
        Reader { rest: pattern.chars().peekable(), out: String::with_capacity(pattern.len() + 16) };
    reader.whole()?;
    Some(reader.out)
}

struct Reader<'p> {
    rest: Peekable<Chars<'p>>,
    out: String,
}

/// What is repeated by a sign that follows.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Before {
    Anything,
    Repetition,
}

impl Reader<'_> {
    fn whole(&mut self) -> Option<()> {
        let (mut open, mut before) = (0_usize, Before::Anything);
        while let Some(letter) = self.rest.next() {
            let mut now = Before::Anything;
            match letter {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => {
                    open += usize::from(self.group()?);
                }
                ')' => {
                    open = open.checked_sub(1)?;
                    self.out.push(')');
                }
                '*' | '+' | '?' => {
                    self.out.push(letter);
                    now = self.repeated(before)?;
                }
                '{' if self.counts() => {
                    self.count()?;
                    now = self.repeated(before)?;
                }
                '{' => self.out.push_str(r"\{"),
                plain => self.out.push(plain),
            }
            before = now;
        }
        (open == 0).then_some(())
    }

    /// A repetition was read: it may be made lazy, but not be repeated itself.
    fn repeated(&mut self, before: Before) -> Option<Before> {
        if self.rest.next_if_eq(&'?').is_some() {
            self.out.push('?');
        }
        (before != Before::Repetition).then_some(Before::Repetition)
    }

    /// Does `2}`, `2,}` or `2,5}` follow? A brace before anything else is text.
    fn counts(&self) -> bool {
        let (inner, is_closed) = self.braced();
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (least, most) = inner.split_once(',').unwrap_or((&inner, ""));
        is_closed && number(least) && (most.is_empty() || number(most))
    }

    fn count(&mut self) -> Option<()> {
        let (inner, _) = self.braced();
        let fits =
            |text: &str| text.is_empty() || text.parse().is_ok_and(|count: u32| count <= MOST_REPEATED);
        self.rest.nth(inner.len());
        write!(self.out, "{{{inner}}}").ok()?;
        inner.split(',').all(fits).then_some(())
    }

    /// What follows up to a closing brace, if one follows soon.
    fn braced(&self) -> (String, bool) {
        let ahead: String = self.rest.clone().take(16).collect();
        match ahead.split_once('}') {
            Some((inner, _)) => (inner.to_owned(), true),
            None => (ahead, false),
        }
    }

    /// The parenthesis is read; does it wait for another?
    fn group(&mut self) -> Option<bool> {
        self.out.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Some(true);
        }
        self.out.push('?');
        if self.rest.next_if_eq(&'P').is_some() {
            self.out.push('P');
        }
        if self.rest.peek() == Some(&'<') {
            let name: String = self.rest.by_ref().take_while(|letter| *letter != '>').collect();
            self.out.push_str(&name);
            self.out.push('>');
            let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            return (name.len() > 1 && name.bytes().skip(1).all(is_word)).then_some(true);
        }
        loop {
            let flag = self.rest.next()?;
            self.out.push(flag);
            match flag {
                'i' | 'm' | 's' | 'U' | '-' => {}
                ':' => return Some(true),
                ')' => return Some(false),
                _ => return None,
            }
        }
    }

    /// Outside of brackets; the backslash is read.
    fn escape(&mut self) -> Option<()> {
        match *self.rest.peek()? {
            'A' => self.keep(r"\A"),
            'z' => self.keep(r"\z"),
            'b' => self.keep(r"(?-u:\b)"),
            'B' => self.keep(r"(?-u:\B)"),
            'Q' => {
                self.rest.next();
                while let Some(letter) = self.rest.next() {
                    if letter == '\\' && self.rest.next_if_eq(&'E').is_some() {
                        break;
                    }
                    self.literal(letter);
                }
            }
            _ => self.set_or_letter()?,
        }
        Some(())
    }

    fn keep(&mut self, out: &str) {
        self.rest.next();
        self.out.push_str(out);
    }

    fn set_or_letter(&mut self) -> Option<()> {
        if let Some(set) = self.rest.peek().and_then(|letter| set(*letter)) {
            self.keep(set);
            return Some(());
        }
        if let Some(letter) = self.rest.next_if(|letter| matches!(letter, 'p' | 'P')) {
            return self.property(letter);
        }
        let letter = self.letter()?;
        self.literal(letter);
        Some(())
    }

    /// `\pL`, `\p{Greek}`, `\p{^Greek}`; the letter is read.
    fn property(&mut self, letter: char) -> Option<()> {
        let first = self.rest.next()?;
        if first != '{' {
            write!(self.out, r"\{letter}{first}").ok()?;
            return Some(());
        }
        let negated = self.rest.next_if_eq(&'^').is_some();
        let name: String = self.rest.by_ref().take_while(|letter| *letter != '}').collect();
        let sense = if negated == (letter == 'P') { 'p' } else { 'P' };
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !name.bytes().all(is_word) {
            return None;
        }
        write!(self.out, r"\{sense}{{{name}}}").ok()
    }

    /// An escaped letter; the backslash is read.
    fn letter(&mut self) -> Option<char> {
        let octal = |letter: &char| ('0'..='7').contains(letter);
        match self.rest.next()? {
            'a' => Some('\u{7}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\u{b}'),
            'x' => {
                let digits: String = if self.rest.next_if_eq(&'{').is_some() {
                    self.rest.by_ref().take_while(|letter| *letter != '}').collect()
                } else {
                    self.rest.by_ref().take(2).collect()
                };
                char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
            }
            // One digit alone would mean a group.
            first @ '0'..='7' if first == '0' || self.rest.peek().is_some_and(octal) => {
                let mut code = first.to_digit(8)?;
                for _ in 0..2 {
                    if let Some(next) = self.rest.next_if(octal) {
                        code = code * 8 + next.to_digit(8)?;
                    }
                }
                char::from_u32(code)
            }
            other => (other.is_ascii() && !other.is_ascii_alphanumeric()).then_some(other),
        }
    }

    fn literal(&mut self, letter: char) {
        if letter.is_ascii_alphanumeric() {
            self.out.push(letter);
        } else {
            // Writing to a text never fails.
            let _ = write!(self.out, r"\x{{{:x}}}", u32::from(letter));
        }
    }

    /// The bracket is read.
    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        while first || self.rest.peek() != Some(&']') {
            first = false;
            if self.named_class()? {
                continue;
            }
            if self.rest.next_if_eq(&'\\').is_some() {
                let next = *self.rest.peek()?;
                if set(next).is_some() || matches!(next, 'p' | 'P') {
                    self.set_or_letter()?;
                    continue;
                }
                let low = self.letter()?;
                self.range(low)?;
            } else {
                let low = self.rest.next()?;
                self.range(low)?;
            }
        }
        self.rest.next();
        self.out.push(']');
        Some(())
    }

    /// A letter of a class, or the range that begins with it.
    fn range(&mut self, low: char) -> Option<()> {
        let mut ahead = self.rest.clone();
        if ahead.next() != Some('-') || ahead.next().is_none_or(|letter| letter == ']') {
            self.literal(low);
            return Some(());
        }
        self.rest.next();
        let high = match self.rest.next()? {
            '\\' => self.letter()?,
            letter => letter,
        };
        self.literal(low);
        self.out.push('-');
        self.literal(high);
        (low <= high).then_some(())
    }

    /// `[:alpha:]` within brackets.
    fn named_class(&mut self) -> Option<bool> {
        let ahead: String = self.rest.clone().take(14).collect();
        let Some((name, _)) = ahead.strip_prefix("[:").and_then(|rest| rest.split_once(":]")) else {
            return Some(false);
        };
        let plain = name.strip_prefix('^').unwrap_or(name);
        if !NAMED.contains(&plain) {
            return None;
        }
        write!(self.out, "[:{name}:]").ok()?;
        self.rest.nth(name.len() + 3);
        Some(true)
    }
}

const NAMED: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];

/// Only ASCII, inside and outside of brackets.
fn set(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        's' => r"[\t\n\x0c\r ]",
        'S' => r"[^\t\n\x0c\r ]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::translated;

    fn matches(pattern: &str, text: &str) -> bool {
        let regex =
            format!(r"\A(?:{})\z", translated(pattern).unwrap_or_else(|| panic!("{pattern} is refused")));
        regex::Regex::new(&regex).unwrap_or_else(|err| panic!("{pattern}: {err}")).is_match(text)
    }

    #[test]
    fn classes_are_ascii() {
        assert!(matches(r"\d\w\s", "1a ") && matches(r"[\w-.]+", "a-b.c") && matches(r"[^\W]", "a"));
        assert!(!matches(r"\d", "٣") && !matches(r"\w", "é") && !matches(r"\s", "\u{a0}"));
        assert!(matches(r"\W", "é") && matches(r"a\bé", "aé") && matches(r"é\B\+", "é+"));
    }

    #[test]
    fn brackets_hold_letters() {
        assert!(
            matches("[a[b]", "[") && matches("[a&&b]", "&") && matches("[]a]", "]") && matches("[a~~b]", "~")
        );
        assert!(matches("[[:alpha:]_]+", "a_") && matches(r"[\]\-]", "-") && matches("[a-c-e]", "-"));
    }

    #[test]
    fn letters_stand_for_themselves() {
        assert!(matches(r"\<\>\_\/", "<>_/") && matches("a{,2}", "a{,2}") && matches("x{2,3}", "xxx"));
        assert!(matches(r"\Qa.b\E", "a.b") && !matches(r"\Qa.b\E", "axb") && matches(r"\x41\101", "AA"));
    }

    #[test]
    fn what_re2_refuses_is_refused() {
        for pattern in [
            "a**", "a{2}{3}", "a{1001}", "(?x)a", "(?=a)", "a)(b", "(a", "[b-a]", r"\1", r"\h", "[a", "a\\",
            "[[:no:]]",
        ] {
            assert_eq!(translated(pattern), None, "{pattern}");
        }
    }
}
