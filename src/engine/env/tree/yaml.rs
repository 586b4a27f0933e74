//! As much of YAML as deployment files use: block maps and lists, brackets, quotes, block texts and
//! comments. Anchors, tags and merge keys are passed over; an alias is text.

use super::{DEPTH, Node, Tree, flow};

/// More lines than this are not read.
const LINES: usize = 20_000;

/// Reads the first document. What is not understood is left out, never an error: a file of YAML that
/// no reader here knows is no reason to know nothing.
pub fn read_yaml(text: &str) -> Node {
    let mut reader = Reader { lines: lines(text), at: 0 };
    reader.block(0, 0).unwrap_or(Node { line: 1, value: Tree::Map(Vec::new()) })
}

struct Line {
    number: u32,
    indent: usize,
    /// Without indentation and comment.
    text: String,
    /// As it is, for block texts.
    raw: String,
}

struct Reader {
    lines: Vec<Line>,
    at: usize,
}

fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for (number, raw) in (1..).zip(text.trim_start_matches('\u{feff}').lines().take(LINES)) {
        if raw.starts_with("---") || raw.starts_with("...") {
            if lines.iter().any(|line: &Line| !line.text.is_empty()) {
                break;
            }
            continue;
        }
        let content = raw.trim_start();
        lines.push(Line {
            number,
            indent: raw.len() - content.len(),
            text: without_comment(content).to_owned(),
            raw: raw.to_owned(),
        });
    }
    lines
}

/// A `#` at the start or after a blank, outside of quotes.
fn without_comment(text: &str) -> &str {
    let (mut quote, mut before) = (None, ' ');
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',' | ':' | '\t') => quote = Some(c),
            (Some(open), c) if c == open && before != '\\' => quote = None,
            (None, '#') if before.is_whitespace() => return text[..at].trim_end(),
            _ => {}
        }
        before = c;
    }
    text.trim_end()
}

impl Reader {
    /// The next line that says something.
    fn peek(&mut self) -> Option<&Line> {
        while self.lines.get(self.at).is_some_and(|line| line.text.is_empty()) {
            self.at += 1;
        }
        self.lines.get(self.at)
    }

    /// What is indented by at least so much.
    fn block(&mut self, least: usize, depth: usize) -> Option<Node> {
        let line = self.peek().filter(|line| line.indent >= least)?;
        let (indent, number, is_list) = (line.indent, line.number, is_item(&line.text));
        let is_map = !is_list && key_of(&line.text).is_some();
        if depth > DEPTH {
            while self.peek().is_some_and(|line| line.indent >= least) {
                self.at += 1;
            }
            return None;
        }
        let value = match (is_list, is_map) {
            (true, _) => self.list(indent, depth),
            (_, true) => self.map(indent, depth),
            _ => {
                let text = line.text.clone();
                self.at += 1;
                return Some(self.scalar(&text, number, indent));
            }
        };
        Some(Node { line: number, value })
    }

    fn list(&mut self, indent: usize, depth: usize) -> Tree {
        let mut items = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.indent >= indent) {
            let (number, here) = (line.number, line.indent);
            if here > indent || !is_item(&line.text) {
                if here == indent {
                    break;
                }
                self.at += 1;
                continue;
            }
            let after = line.text[1..].trim_start().to_owned();
            let inner = indent + (line.text.len() - after.len()).max(1);
            if after.is_empty() {
                self.at += 1;
                items.extend(self.block(indent + 1, depth + 1));
            } else if is_item(&after) || key_of(&after).is_some() {
                let at = self.at;
                if let Some(line) = self.lines.get_mut(at) {
                    (line.indent, line.text) = (inner, after);
                }
                items.extend(self.block(inner, depth + 1));
                // Nothing may stand still.
                self.at = self.at.max(at + 1);
            } else {
                self.at += 1;
                items.push(self.scalar(&after, number, indent));
            }
        }
        Tree::List(items)
    }

    fn map(&mut self, indent: usize, depth: usize) -> Tree {
        let mut pairs = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.indent >= indent) {
            let (number, here) = (line.number, line.indent);
            let Some((key, rest)) = key_of(&line.text).filter(|_| here == indent) else {
                if here == indent && is_item(&line.text) {
                    break;
                }
                self.at += 1;
                continue;
            };
            self.at += 1;
            let value = if rest.is_empty() {
                let list_here = self.peek().is_some_and(|line| line.indent == indent && is_item(&line.text));
                let least = if list_here { indent } else { indent + 1 };
                self.block(least, depth + 1).map_or(Tree::Text(String::new()), |node| node.value)
            } else {
                self.scalar(&rest, number, indent).value
            };
            pairs.push((key, Node { line: number, value }));
        }
        Tree::Map(pairs)
    }

    /// A value that begins in a line of its key or dash.
    fn scalar(&mut self, text: &str, line: u32, indent: usize) -> Node {
        let text = without_marks(text);
        let value = if text.starts_with(['|', '>']) {
            Tree::Text(self.block_text(indent))
        } else if text.starts_with(['[', '{']) && !text.starts_with("{{") {
            let whole = self.until_closed(text);
            flow::read_flow(&whole, line).map_or(Tree::Text(whole), |node| node.value)
        } else {
            let mut whole = unquoted(text);
            // A plain text goes on in deeper lines.
            while let Some(more) = self.peek().filter(|line| line.indent > indent && whole.len() < 4_096) {
                let more = more.text.clone();
                self.at += 1;
                whole = format!("{whole} {more}");
            }
            Tree::Text(whole)
        };
        Node { line, value }
    }

    fn block_text(&mut self, indent: usize) -> String {
        let mut text = String::new();
        while let Some(line) = self.lines.get(self.at) {
            if line.indent <= indent && !line.raw.trim().is_empty() {
                break;
            }
            text.push_str(line.raw.trim_start());
            text.push('\n');
            self.at += 1;
        }
        text
    }

    fn until_closed(&mut self, first: &str) -> String {
        let mut whole = first.to_owned();
        let open = |text: &str| text.matches(['[', '{']).count() > text.matches([']', '}']).count();
        for _ in 0..200 {
            if !open(&whole) {
                break;
            }
            let Some(line) = self.lines.get(self.at) else { break };
            whole.push('\n');
            whole.push_str(&line.text);
            self.at += 1;
        }
        whole
    }
}

fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

/// `key: rest`, with the key's quotes taken away.
fn key_of(text: &str) -> Option<(String, String)> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let end = text[1..].find(quote)? + 1;
        let rest = text[end + 1..].strip_prefix(':')?;
        return Some((text[1..end].to_owned(), rest.trim().to_owned()));
    }
    if text.starts_with(['[', '{', '#', '|', '>', '&', '*']) && !text.starts_with("*:") {
        return None;
    }
    let end = text.find(": ").or_else(|| text.ends_with(':').then(|| text.len() - 1))?;
    Some((text[..end].trim().to_owned(), text[end + 1..].trim().to_owned()))
}

/// Without anchors and tags.
fn without_marks(text: &str) -> &str {
    let mut rest = text;
    while rest.starts_with(['&', '!']) {
        match rest.split_once(' ') {
            Some((_, after)) => rest = after.trim_start(),
            None => return "",
        }
    }
    rest
}

fn unquoted(text: &str) -> String {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner.to_owned();
        }
    }
    text.to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow() {
        let text = "name: deploy # x\non:\n  push:\n    branches: [main, 'release/*']\n  pull_request:\njobs:\n  a:\n    steps:\n    - uses: x@v4\n      with:\n        ref: ${{ github.ref }}\n    - name: \"run # it\"\n      run: |\n        one # not a comment\n          two: 2\n      env:\n        A: 'b'\n";
        let node = read_yaml(text);
        let text_at = |path: &[&str]| node.get(path).unwrap().text().unwrap().to_owned();
        assert_eq!(text_at(&["name"]), "deploy");
        assert_eq!(node.get(&["on", "push", "branches"]).unwrap().items().len(), 2);
        assert!(node.get(&["on", "pull_request"]).is_some());
        let steps = node.get(&["jobs", "a", "steps"]).unwrap().items();
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[0].get(&["with", "ref"]).unwrap().text(), Some("${{ github.ref }}"));
        assert_eq!(steps[1].get(&["name"]).unwrap().text(), Some("run # it"));
        assert_eq!(steps[1].get(&["run"]).unwrap().text(), Some("one # not a comment\ntwo: 2\n"));
        assert_eq!(steps[1].get(&["env", "A"]).map(|node| (node.line, node.text())), Some((17, Some("b"))));
    }

    #[test]
    fn a_compose_file() {
        let text = "services:\n  web:\n    environment:\n      - A=1\n      - B=two\n    env_file:\n      - .env\n  db:\n    environment:\n      C: x\n";
        let node = read_yaml(text);
        let list = node.get(&["services", "web", "environment"]).unwrap();
        assert_eq!(list.texts(), [(4, "A=1"), (5, "B=two")]);
        assert_eq!(node.get(&["services", "db", "environment", "C"]).unwrap().line, 10);
    }

    #[test]
    fn any_text_ends() {
        for text in
            ["", "-", "- - - -", "a:\n b\n  c: [", "\t\t- x", ": :", "'", "\"a\": \"", "- |\n", "a: &b"]
        {
            let _ = read_yaml(text);
        }
        let _ = read_yaml(&"- ".repeat(5_000));
        let deep: Vec<String> = (0..500).map(|depth| " ".repeat(depth) + "a:").collect();
        let _ = read_yaml(&deep.join("\n"));
    }
}
