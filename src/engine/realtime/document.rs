//! JSON with comments, with the place of every value.

/// Bytes from and to in the text.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Object(Vec<(Text, Value)>),
    Array(Vec<Value>),
    Text(String),
    Bool(bool),
    Number,
    Null,
}

/// A key, as it is after its escapes.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) span: Span,
    pub(super) text: String,
}

/// Where reading ended, and why.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) span: Span,
    pub(super) message: String,
}

/// The database itself is 32 levels deep at most.
const DEPTH: usize = 64;

pub(super) fn read(text: &str) -> Result<Value, Fault> {
    let mut reader = Reader { text, at: 0 };
    // Editors on Windows begin a file with a byte order mark.
    reader.at += text.len() - text.trim_start_matches('\u{feff}').len();
    let value = reader.value(0)?;
    reader.blank()?;
    if reader.at < text.len() {
        return Err(reader.fault("there is more text after the end of the rules"));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        self.blank()?;
        if depth > DEPTH {
            return Err(self.fault(&format!("nested more than {DEPTH} levels deep")));
        }
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Kind::Text(self.string()?.text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(byte) if byte.is_ascii_alphabetic() => self.word()?,
            Some(_) => return Err(self.fault("this is not a value of JSON")),
            None => return Err(self.fault("the text ends where a value is expected")),
        };
        Ok(Value { span: Span { start, end: self.at }, kind })
    }

    fn object(&mut self, depth: usize) -> Result<Kind, Fault> {
        let mut entries = Vec::new();
        self.at += 1;
        self.blank()?;
        if self.eat(b'}') {
            return Ok(Kind::Object(entries));
        }
        loop {
            self.blank()?;
            if self.peek() != Some(b'"') {
                return Err(self.fault("a key in double quotes is expected"));
            }
            let key = self.string()?;
            self.blank()?;
            if !self.eat(b':') {
                return Err(
                    self.fault(&format!("a colon is expected after \"{}\"", super::text::short(&key.text)))
                );
            }
            entries.push((key, self.value(depth + 1)?));
            self.blank()?;
            if self.eat(b'}') {
                return Ok(Kind::Object(entries));
            }
            if !self.eat(b',') {
                return Err(self.fault("a comma or } is expected"));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Kind, Fault> {
        let mut items = Vec::new();
        self.at += 1;
        self.blank()?;
        if self.eat(b']') {
            return Ok(Kind::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.blank()?;
            if self.eat(b']') {
                return Ok(Kind::Array(items));
            }
            if !self.eat(b',') {
                return Err(self.fault("a comma or ] is expected"));
            }
        }
    }

    /// Line breaks may stand in a string: long conditions are written so.
    fn string(&mut self) -> Result<Text, Fault> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(letter) = self.text[self.at..].chars().next() else {
                self.at = start;
                return Err(self.fault("this string has no end"));
            };
            self.at += letter.len_utf8();
            match letter {
                '"' => return Ok(Text { span: Span { start, end: self.at }, text }),
                '\\' => text.push(self.escape()?),
                letter => text.push(letter),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let letter = self.peek().unwrap_or(0);
        self.at += usize::from(letter.is_ascii() && letter != 0);
        Ok(match letter {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'"' | b'\\' | b'/' => char::from(letter),
            b'u' => {
                let digits = self.text.get(self.at..self.at + 4);
                let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                let Some(code) = code else { return Err(self.fault("\\u needs four hexadecimal digits")) };
                self.at += 4;
                // Half of a pair has no letter of its own.
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return Err(self.fault("this is not an escape of JSON")),
        })
    }

    fn number(&mut self) -> Kind {
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
            self.at += 1;
        }
        Kind::Number
    }

    fn word(&mut self) -> Result<Kind, Fault> {
        for (word, kind) in [("true", Kind::Bool(true)), ("false", Kind::Bool(false)), ("null", Kind::Null)] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(kind);
            }
        }
        Err(self.fault("a value is true, false, null, a number, a string in double quotes, { or ["))
    }

    fn blank(&mut self) -> Result<(), Fault> {
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start().len();
            let rest = &self.text[self.at..];
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                let Some(end) = rest.find("*/") else { return Err(self.fault("this comment has no end")) };
                self.at += end + 2;
            } else {
                return Ok(());
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn fault(&self, message: &str) -> Fault {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = self.at + rest.chars().next().map_or(0, char::len_utf8);
        Fault { span: Span { start: self.at, end }, message: message.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_line_breaks_in_strings() {
        let read = read("// head\n{ /* a */ \"rules\": { \".read\": \"a &&\n b\" } }").expect("valid");
        let Kind::Object(entries) = read.kind else { panic!("an object") };
        assert_eq!(entries[0].0.text, "rules");
    }

    #[test]
    fn a_fault_names_its_place() {
        let fault = read("{ \"rules\": { \".read\": true, } }").expect_err("a comma too many");
        assert_eq!(fault.span.start, 28);
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read("{\"a\":\"\\u12").is_err());
        assert!(read("{} x").is_err());
    }
}
