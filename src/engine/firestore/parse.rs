//! From words to a tree: services, matches, functions and grants.
//!
//! A mistake is reported and the parser goes on at the next declaration, so that one run names
//! several. Recursion is bounded by the language's own limits.

mod expression;

use super::{
    ast::{Allow, Diagnostic, Function, Match, Name, Ruleset, Segment, Service, Span},
    token::{MOST_MISTAKES, Token, Word, words},
};

/// Words that cannot name a variable, a function or a method.
const RESERVED: [&str; 13] = [
    "true",
    "false",
    "null",
    "in",
    "is",
    "if",
    "let",
    "return",
    "match",
    "allow",
    "service",
    "import",
    "rules_version",
];

/// Matches below `…/documents`, by the compiler's own limit; the enclosing one comes on top.
const DEEPEST_MATCH: usize = 11;

/// The tree as far as it could be understood, and every mistake.
pub(super) fn parse(text: &str) -> (Ruleset, Vec<Diagnostic>) {
    let (tokens, mistakes) = words(text);
    let mut parser = Parser { tokens, at: 0, mistakes, depth: 0 };
    let ruleset = if text.trim().is_empty() {
        parser.mistake_at(Span::default(), "the file is empty");
        Ruleset::default()
    } else {
        parser.file()
    };
    parser.mistakes.sort_by_key(|mistake| mistake.span);
    (ruleset, parser.mistakes)
}

/// The mistake is already written down; the caller looks for a place to go on.
#[derive(Debug)]
struct Lost;

type Parsed<T> = Result<T, Lost>;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    mistakes: Vec<Diagnostic>,
    /// Of the expression being read.
    depth: u32,
}

impl Parser {
    fn file(&mut self) -> Ruleset {
        let mut ruleset = Ruleset { version: self.version(), ..Ruleset::default() };
        while !self.is_end() {
            let before = self.at;
            let read = if self.is_name("function") {
                self.function().map(|function| ruleset.functions.push(function))
            } else if self.is_name("service") {
                self.service().map(|service| ruleset.services.push(service))
            } else if self.is_name("import") {
                self.lost("import statements are not allowed")
            } else {
                self.unexpected("`function` or `service`")
            };
            if read.is_err() {
                self.recover(before, &["service", "function"]);
            }
        }
        if ruleset.services.is_empty() && ruleset.functions.is_empty() && self.mistakes.is_empty() {
            self.mistake("a `service` is missing");
        }
        ruleset
    }

    fn version(&mut self) -> Option<Name> {
        if !self.is_name("rules_version") {
            return None;
        }
        let keyword = self.span();
        self.at += 1;
        let read: Parsed<Name> = (|| {
            self.expect("=")?;
            let span = self.span();
            let Word::Text(text) = self.word().clone() else { return self.unexpected("a quoted version") };
            self.at += 1;
            if !matches!(text.as_str(), "1" | "2") {
                self.mistake_at(keyword, format!("unsupported rules version `{text}`"));
            }
            Ok(Name { text, span })
        })();
        if read.is_err() {
            self.recover(self.at, &["service", "function"]);
            return None;
        }
        self.take(";");
        read.ok()
    }

    fn service(&mut self) -> Parsed<Service> {
        self.at += 1;
        let start = self.span();
        let dotted = self.take(".");
        let mut name = self.name("the service's name")?;
        if dotted {
            name.text.insert(0, '.');
            name.span = start.to(name.span);
        }
        loop {
            // `cloud.2` is a name, too, though one of no service.
            if matches!(self.word(), Word::Float(_)) && self.span().start == name.span.end {
                name.text.push_str(".0");
                self.at += 1;
            }
            if !self.take(".") {
                break;
            }
            if self.is("{") {
                name.text.push('.');
                break;
            }
            let part = self.name("the service's name")?;
            name = Name { text: format!("{}.{}", name.text, part.text), span: name.span.to(part.span) };
        }
        let mut service = Service { name, functions: Vec::new(), matches: Vec::new() };
        self.expect("{")?;
        if self.is("}") {
            self.mistake("the service's body must contain a declaration");
        }
        while !self.take("}") {
            let before = self.at;
            let read = if self.is_end() {
                self.unexpected("`}`")
            } else if self.is_name("function") {
                self.function().map(|function| service.functions.push(function))
            } else if self.is_name("match") {
                self.match_block(1).map(|block| service.matches.push(block))
            } else {
                self.unexpected("`match` or `function`")
            };
            if read.is_err() && self.recover(before, &["match", "function", "allow"]) {
                return Ok(service);
            }
        }
        Ok(service)
    }

    fn match_block(&mut self, depth: usize) -> Parsed<Match> {
        let keyword = self.span();
        self.at += 1;
        if depth > DEEPEST_MATCH {
            self.mistake_at(keyword, "matches are nested deeper than 10 levels");
            self.at = self.tokens.len().saturating_sub(1);
            return Err(Lost);
        }
        let start = self.span();
        let path = match self.match_path() {
            Ok(path) => path,
            Err(lost) => {
                self.incomplete_header(start);
                return Err(lost);
            }
        };
        let path_span = start.to(self.previous());
        let mut block =
            Match { path, path_span, functions: Vec::new(), allows: Vec::new(), matches: Vec::new() };
        if !self.is("{") {
            self.incomplete_header(start);
        }
        self.expect("{")?;
        if self.is("}") {
            self.mistake("the body of `match` must contain a declaration");
        }
        while !self.take("}") {
            let before = self.at;
            let read = if self.is_end() {
                self.unexpected("`}`")
            } else if self.is_name("function") {
                self.function().map(|function| block.functions.push(function))
            } else if self.is_name("match") {
                self.match_block(depth + 1).map(|inner| block.matches.push(inner))
            } else if self.is_name("allow") {
                self.allow().map(|allow| block.allows.push(allow))
            } else if self.is_path() {
                self.lost("`match` is missing before a path")
            } else {
                self.unexpected("`match`, `allow`, `function` or `}`")
            };
            if read.is_err() && self.recover(before, &["match", "function", "allow"]) {
                return Ok(block);
            }
        }
        Ok(block)
    }

    /// The engine takes a header that it cannot finish for a path without its `match`.
    fn incomplete_header(&mut self, start: Span) {
        if !self.is("/") && start < self.span() {
            self.mistake_at(start, "this path makes no complete `match`");
        }
    }

    fn match_path(&mut self) -> Parsed<Vec<Segment>> {
        let mut path = Vec::new();
        while self.is_path() {
            if let Word::PathText(text) = self.word().clone() {
                self.at += 1;
                path.push(Segment::Literal(text));
                continue;
            }
            self.at += 1;
            self.expect("{")?;
            let name = self.name("a variable's name")?;
            let segment = if self.take("=") {
                if self.take("**") {
                    Segment::Recursive(name.text)
                } else {
                    self.expect("*")?;
                    Segment::Capture(name.text)
                }
            } else {
                Segment::Capture(name.text)
            };
            self.expect("}")?;
            path.push(segment);
        }
        if self.is("/") {
            return self.lost("a slash must be followed by a name or `{variable}`");
        }
        if path.is_empty() {
            return self.unexpected("a path");
        }
        Ok(path)
    }

    fn allow(&mut self) -> Parsed<Allow> {
        let start = self.span();
        self.at += 1;
        let mut methods = vec![self.name("a method such as `read`")?];
        while self.take(",") {
            methods.push(self.name("a method such as `read`")?);
        }
        let mut condition = None;
        if self.take(":") {
            if !self.is_name("if") {
                return self.lost("`if` is missing before the condition");
            }
            self.at += 1;
            condition = Some(self.expression()?);
        } else if self.is_name("if") {
            return self.lost("`:` is missing before `if`");
        }
        let span = start.to(self.previous());
        // Optional even between two statements.
        self.take(";");
        Ok(Allow { methods, condition, span })
    }

    fn function(&mut self) -> Parsed<Function> {
        self.at += 1;
        let name = self.name("the function's name")?;
        let mut params = Vec::new();
        self.expect("(")?;
        if !self.is(")") {
            params.push(self.name("a parameter")?);
            while self.take(",") {
                params.push(self.name("a parameter")?);
            }
        }
        self.expect(")")?;
        self.expect("{")?;
        let mut lets = Vec::new();
        while self.is_name("let") {
            self.at += 1;
            let name = self.name("a variable's name")?;
            self.expect("=")?;
            let value = self.expression()?;
            self.expect(";")?;
            lets.push((name, value));
        }
        if !self.is_name("return") {
            return self.unexpected("`return`: a function is `let` bindings and one `return`");
        }
        self.at += 1;
        let body = self.expression()?;
        self.take(";");
        self.expect("}")?;
        Ok(Function { name, params, lets, body })
    }

    /// Goes on at the next of these words, or behind the brace that closes the present block;
    /// says whether it was the brace (or the end).
    fn recover(&mut self, before: usize, words: &[&str]) -> bool {
        self.depth = 0;
        if self.mistakes.len() >= MOST_MISTAKES {
            self.at = self.tokens.len().saturating_sub(1);
        }
        self.at = self.at.max(before + 1).min(self.tokens.len().saturating_sub(1));
        let mut open = 0_usize;
        while !self.is_end() {
            if open == 0 && words.iter().any(|word| self.is_name(word)) {
                return false;
            }
            if self.is("{") {
                open += 1;
            } else if self.is("}") {
                if open == 0 {
                    self.at += 1;
                    return true;
                }
                open -= 1;
            }
            self.at += 1;
        }
        true
    }

    // Words.

    fn word(&self) -> &Word {
        self.tokens.get(self.at).map_or(&Word::End, |token| &token.word)
    }

    fn span(&self) -> Span {
        self.tokens.get(self.at).or(self.tokens.last()).map(|token| token.span).unwrap_or_default()
    }

    fn previous(&self) -> Span {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map(|token| token.span).unwrap_or_default()
    }

    fn is_end(&self) -> bool {
        *self.word() == Word::End
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.word(), Word::Sign(found) if *found == sign)
    }

    fn is_name(&self, name: &str) -> bool {
        matches!(self.word(), Word::Name(found) if found == name)
    }

    fn is_path(&self) -> bool {
        matches!(self.word(), Word::PathText(_) | Word::PathOpen)
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.take(sign) { Ok(()) } else { self.unexpected(&format!("`{sign}`")) }
    }

    /// A name that is no keyword.
    fn name(&mut self, what: &str) -> Parsed<Name> {
        match self.word().clone() {
            Word::Name(text) if !RESERVED.contains(&text.as_str()) => {
                let span = self.span();
                self.at += 1;
                Ok(Name { text, span })
            }
            _ => self.unexpected(what),
        }
    }

    // Mistakes.

    fn unexpected<T>(&mut self, wanted: &str) -> Parsed<T> {
        let found = match self.word() {
            Word::End => "the end of the file".to_owned(),
            Word::Name(name) => format!("`{}`", shortened(name)),
            Word::Sign(sign) => format!("`{sign}`"),
            Word::PathText(text) => format!("the path `/{}`", shortened(text)),
            Word::PathOpen => "a path".to_owned(),
            Word::Int(_) | Word::Float(_) => "a number".to_owned(),
            Word::Text(_) | Word::Bytes(_) => "a quoted text".to_owned(),
        };
        self.lost(format!("unexpected {found}, expected {wanted}"))
    }

    fn lost<T>(&mut self, message: impl Into<String>) -> Parsed<T> {
        self.mistake(message);
        Err(Lost)
    }

    fn mistake(&mut self, message: impl Into<String>) {
        self.mistake_at(self.span(), message);
    }

    fn mistake_at(&mut self, span: Span, message: impl Into<String>) {
        if self.mistakes.len() < MOST_MISTAKES {
            self.mistakes.push(Diagnostic { span, message: message.into() });
        }
    }
}

fn shortened(name: &str) -> String {
    if name.len() <= 40 { name.to_owned() } else { format!("{}…", &name[..name.floor_char_boundary(40)]) }
}
