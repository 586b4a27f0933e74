//! Help pages (Markdown) set for a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

const HEADING: Style = Style::new().bold().underline();
const BOLD: Style = Style::new().bold();
const CODE: Style = AnsiColor::Cyan.on_default();
/// Where the reader is no terminal.
const WIDTH: usize = 80;

/// How to set a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    /// Columns; 0: the usual ones.
    pub(super) width: usize,
    pub(super) color: bool,
}

/// A line of its own above a page.
pub(super) fn heading(text: &str, color: bool) -> String {
    if color { format!("{HEADING}{text}{HEADING:#}\n") } else { format!("{text}\n") }
}

impl Page {
    /// Sets a page: paragraphs and list items wrapped, code as it is.
    pub(super) fn set(self, markdown: &str) -> String {
        let mut out = String::new();
        let mut block = Block::default();
        let mut fenced = false;
        for line in markdown.lines() {
            let trimmed = line.trim_start();
            if trimmed.starts_with("```") {
                self.flush(&mut block, &mut out);
                fenced = !fenced;
            } else if fenced {
                self.code(line, &mut out);
            } else if trimmed.is_empty() {
                self.flush(&mut block, &mut out);
                if !out.is_empty() && !out.ends_with("\n\n") {
                    out.push('\n');
                }
            } else if let Some(title) = trimmed.strip_prefix('#') {
                self.flush(&mut block, &mut out);
                out.push_str(&heading(title.trim_start_matches('#').trim(), self.color));
            } else if trimmed.starts_with('|') {
                self.flush(&mut block, &mut out);
                let _ = writeln!(out, "  {trimmed}");
            } else if let Some((bullet, text)) = item(trimmed) {
                self.flush(&mut block, &mut out);
                let indent = line.len() - trimmed.len();
                block =
                    Block { first: format!("{}{bullet} ", " ".repeat(indent + 2)), text: text.to_owned() };
            } else {
                if !block.text.is_empty() {
                    block.text.push(' ');
                }
                block.text.push_str(trimmed);
            }
        }
        self.flush(&mut block, &mut out);
        while out.ends_with("\n\n") {
            out.pop();
        }
        out
    }

    fn code(self, line: &str, out: &mut String) {
        if self.color {
            let _ = writeln!(out, "    {CODE}{line}{CODE:#}");
        } else {
            let _ = writeln!(out, "    {line}");
        }
    }

    fn flush(self, block: &mut Block, out: &mut String) {
        let Block { first, text } = std::mem::take(block);
        if text.is_empty() {
            return;
        }
        let width = if self.width == 0 { WIDTH } else { self.width };
        let hanging = " ".repeat(first.chars().count());
        let mut column = hanging.len();
        let mut marks = Marks::default();
        out.push_str(&first);
        for (index, word) in text.split_whitespace().enumerate() {
            let length = word.chars().filter(|letter| *letter != '*').count();
            if index > 0 && column + 1 + length > width {
                out.push('\n');
                out.push_str(&hanging);
                column = hanging.len();
            } else if index > 0 {
                out.push(' ');
                column += 1;
            }
            marks.word(word, self.color, out);
            column += length;
        }
        marks.end(self.color, out);
        out.push('\n');
    }
}

/// A paragraph or a list item being gathered.
#[derive(Debug, Default)]
struct Block {
    first: String,
    text: String,
}

/// Emphasis may span words and lines.
#[derive(Debug, Default)]
struct Marks {
    bold: bool,
    code: bool,
}

impl Marks {
    fn word(&mut self, word: &str, color: bool, out: &mut String) {
        let mut letters = word.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '`' => {
                    self.code = !self.code;
                    match (color, self.code) {
                        (true, true) => drop(write!(out, "{CODE}")),
                        (true, false) => drop(write!(out, "{CODE:#}")),
                        (false, _) => out.push('`'),
                    }
                }
                '*' if !self.code && letters.next_if_eq(&'*').is_some() => {
                    self.bold = !self.bold;
                    match (color, self.bold) {
                        (true, true) => drop(write!(out, "{BOLD}")),
                        (true, false) => drop(write!(out, "{BOLD:#}")),
                        (false, _) => {}
                    }
                }
                '<' | '>' if !self.code && (word.contains("<http") || word.contains("://")) => {}
                letter => out.push(letter),
            }
        }
    }

    /// An emphasis left open ends with its block.
    fn end(self, color: bool, out: &mut String) {
        if color && (self.bold || self.code) {
            let _ = write!(out, "{}", anstyle::Reset);
        }
    }
}

/// A list item's mark and its text.
fn item(line: &str) -> Option<(&str, &str)> {
    if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some(("-", text));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (mark, text) = line.split_at_checked(digits + 1)?;
    (digits > 0 && mark.ends_with('.')).then(|| (mark, text.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_text_and_keeps_code() {
        let page = Page { width: 40, color: false };
        let text = page.set(
            "One **very** long sentence with a `code span` in it, wrapped.\n\n## Fix\n\n- do this and that and \
             the other thing too\n\n```text\nexample.com. TXT \"v=spf1 include:a.example include:b.example ~all\"\n```\n",
        );
        insta::assert_snapshot!(text, @r#"
        One very long sentence with a `code
        span` in it, wrapped.

        Fix

          - do this and that and the other thing
            too

            example.com. TXT "v=spf1 include:a.example include:b.example ~all"
        "#);
    }
}
