//! JSON, with the comments and trailing commas that wrangler, VS Code and Deno allow; also what YAML
//! writes in brackets.

use super::{DEPTH, Node, Tree};

/// Reads a document. Plain words are taken as text.
pub fn read_json(text: &str) -> Result<Node, String> {
    let mut reader = Reader::new(text.trim_start_matches('\u{feff}'), 1);
    let node = reader.value(0)?;
    reader.blank();
    match reader.peek() {
        None => Ok(node),
        Some(_) => Err(format!("line {}: something after the end", reader.line)),
    }
}

/// One value in brackets, of which the first line is given.
pub(super) fn read_flow(text: &str, line: u32) -> Option<Node> {
    Reader::new(text, line).value(0).ok()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Reader<'a> {
    const fn new(text: &'a str, line: u32) -> Self {
        Self { text, at: 0, line }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        self.line += u32::from(c == '\n');
        Some(c)
    }

    /// Blanks and comments.
    fn blank(&mut self) {
        while let Some(c) = self.peek() {
            let rest = &self.text[self.at..];
            let length = if c.is_whitespace() {
                c.len_utf8()
            } else if rest.starts_with("//") || c == '#' {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                return;
            };
            self.line += rest[..length].matches('\n').count() as u32;
            self.at += length;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, String> {
        self.blank();
        let line = self.line;
        if depth > DEPTH {
            return Err(format!("line {line}: nested too deep"));
        }
        let value = match self.peek() {
            Some('{') => self.map(depth)?,
            Some('[') => self.list(depth)?,
            Some(quote @ ('"' | '\'')) => Tree::Text(self.quoted(quote)?),
            Some(_) => Tree::Text(self.plain()?),
            None => return Err(format!("line {line}: the end where a value should be")),
        };
        Ok(Node { line, value })
    }

    fn map(&mut self, depth: usize) -> Result<Tree, String> {
        self.next();
        let mut pairs = Vec::new();
        loop {
            self.blank();
            match self.peek() {
                Some('}') => {
                    self.next();
                    return Ok(Tree::Map(pairs));
                }
                Some(',') => drop(self.next()),
                None => return Err(format!("line {}: an object is not closed", self.line)),
                Some(c) => {
                    let line = self.line;
                    let key = if matches!(c, '"' | '\'') { self.quoted(c)? } else { self.plain()? };
                    self.blank();
                    if self.peek() != Some(':') {
                        return Err(format!("line {line}: a key without a value"));
                    }
                    self.next();
                    let value = self.value(depth + 1)?;
                    pairs.push((key, Node { line, ..value }));
                }
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Tree, String> {
        self.next();
        let mut items = Vec::new();
        loop {
            self.blank();
            match self.peek() {
                Some(']') => {
                    self.next();
                    return Ok(Tree::List(items));
                }
                Some(',') => drop(self.next()),
                None => return Err(format!("line {}: a list is not closed", self.line)),
                Some(_) => items.push(self.value(depth + 1)?),
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let (start, mut out) = (self.line, String::new());
        self.next();
        while let Some(c) = self.next() {
            match c {
                c if c == quote => return Ok(out),
                '\\' if quote == '"' => match self.next() {
                    Some('n') => out.push('\n'),
                    Some('t') => out.push('\t'),
                    Some('u') => {
                        let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
                        let number = u32::from_str_radix(digits, 16).ok();
                        self.at += digits.len();
                        out.push(number.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    Some(c) => out.push(c),
                    None => break,
                },
                c => out.push(c),
            }
        }
        Err(format!("line {start}: a text is not closed"))
    }

    /// Up to what ends a value.
    fn plain(&mut self) -> Result<String, String> {
        let rest = &self.text[self.at..];
        let end = rest
            .char_indices()
            .find(|(at, c)| {
                matches!(c, ',' | ']' | '}' | '\n')
                    || (*c == ':' && rest[at + 1..].starts_with(|c: char| c.is_whitespace() || c == '"'))
                    || (*c == ':' && at + 1 == rest.len())
            })
            .map_or(rest.len(), |(at, _)| at);
        if end == 0 {
            return Err(format!("line {}: something unexpected", self.line));
        }
        self.at += end;
        Ok(rest[..end].trim().to_owned())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn comments_commas_and_lines() {
        let text = "{\n // no\n \"vars\": { \"A\": \"1\", /* x */ },\n \"b\": [1, true,\n \"c\\n\"],\n}\n";
        let node = read_json(text).unwrap();
        assert_eq!(node.get(&["vars", "A"]).unwrap().line, 3);
        let texts: Vec<(u32, &str)> = node.get(&["b"]).unwrap().texts();
        assert_eq!(texts, [(4, "1"), (4, "true"), (5, "c\n")]);
    }

    #[test]
    fn what_is_broken_says_so() {
        for text in ["", "{", "[", "{\"a\"}", "{\"a\":", "\"", "{} x", &"[".repeat(500)] {
            assert!(read_json(text).is_err(), "{text}");
        }
    }
}
