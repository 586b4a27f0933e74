//! `.env` files, as dotenv, Next.js and Vite read them.

/// One assignment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    pub name: String,
    pub value: String,
    /// From 1.
    pub line: u32,
}

/// More assignments than this are not read.
const MAX_ENTRIES: usize = 5_000;

/// The assignments of a file in their order. Quoted values may span lines; `#` after a blank ends
/// an unquoted value; lines that are no assignment are skipped.
pub fn read_dotenv(text: &str) -> Vec<Entry> {
    let (mut entries, mut rest, mut line) = (Vec::new(), text.trim_start_matches('\u{feff}'), 1_u32);
    while !rest.is_empty() && entries.len() < MAX_ENTRIES {
        let end = rest.find('\n').unwrap_or(rest.len());
        let Some((name, value)) = assignment(&rest[..end]) else {
            rest = rest.get(end + 1..).unwrap_or_default();
            line += 1;
            continue;
        };
        let (value, used) = match value.chars().next() {
            Some(quote @ ('"' | '\'' | '`')) => quoted(&rest[offset(rest, value)..], quote),
            _ => None,
        }
        .map_or_else(
            || (unquoted(value).to_owned(), end),
            |(inner, length)| {
                let start = offset(rest, value) + length;
                (inner, start + rest[start..].find('\n').unwrap_or(rest.len() - start))
            },
        );
        entries.push(Entry { name: name.to_owned(), value, line });
        line += 1 + rest[..used].matches('\n').count() as u32;
        rest = rest.get(used + 1..).unwrap_or_default();
    }
    entries
}

/// Where a part of a text begins in it.
fn offset(whole: &str, part: &str) -> usize {
    part.as_ptr() as usize - whole.as_ptr() as usize
}

fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let plain = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    plain.then(|| (name, value.trim()))
}

/// The text between quotes and the length with them; `None` where they never close.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return Some((text[1..at].to_owned(), at + 1));
        }
        escaped = c == '\\' && !escaped && quote == '"';
    }
    None
}

fn unquoted(value: &str) -> &str {
    let comment =
        value.find(" #").or_else(|| value.find("\t#")).or_else(|| value.starts_with('#').then_some(0));
    value[..comment.unwrap_or(value.len())].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_comments_and_lines() {
        let text =
            "# no\nA=1 # one\nexport B=\"two # three\"\nC='a\nb'\nD=\"never closed\nE=\n=x\nF = g#h\r\n";
        let found: Vec<(String, String, u32)> =
            read_dotenv(text).into_iter().map(|entry| (entry.name, entry.value, entry.line)).collect();
        let expected = [
            ("A", "1", 2),
            ("B", "two # three", 3),
            ("C", "a\nb", 4),
            ("D", "\"never closed", 6),
            ("E", "", 7),
            ("F", "g#h", 9),
        ];
        let expected: Vec<(String, String, u32)> =
            expected.iter().map(|(name, value, line)| ((*name).into(), (*value).into(), *line)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn any_text_is_survived() {
        for text in ["", "\"", "=", "A='", "A=\u{1F600}'x", "\u{feff}A=1", "A=\"\\"] {
            let _ = read_dotenv(text);
        }
    }
}
