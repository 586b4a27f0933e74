//! Lines of a terminal report: colour, wrapping and alignment. Every text that reaches a page is
//! neutralised here, so that no part of a report can forget it.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style as Ansi};

use super::super::{Style, neutral};
use crate::{decide::Decision, finding::Severity};

/// Where no width is known.
const WIDTH: usize = 100;
/// Narrower than this nothing can be read.
const NARROW: usize = 40;
/// Labels of evidence are at most this wide.
const LABEL: usize = 16;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ink {
    Plain,
    Strong,
    Faint,
    Go,
    NoGo,
    Hold,
    Alarm,
    Note,
}

pub(super) struct Page {
    out: String,
    color: bool,
    width: usize,
}

impl Page {
    pub(super) fn new(style: Style) -> Self {
        let width = if style.width == 0 { WIDTH } else { style.width.max(NARROW) };
        Self { out: String::new(), color: style.color, width }
    }

    /// Columns to fill.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    /// An empty line, never two.
    pub(super) fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.gap();
        self.line(&[(Ink::Strong, text)]);
    }

    /// One line of pieces, cut at the width.
    pub(super) fn line(&mut self, pieces: &[(Ink, &str)]) {
        let mut left = self.width;
        for (index, (ink, text)) in pieces.iter().enumerate() {
            let last = index + 1 == pieces.len();
            let mut text = clipped(&neutral::terminal(text), left);
            left -= text.chars().count();
            if last {
                text.truncate(text.trim_end().len());
            }
            self.ink(*ink, &text);
        }
        self.end();
    }

    /// Wrapped text: the first line after `first`, the others under it.
    pub(super) fn wrapped(&mut self, first: &[(Ink, &str)], ink: Ink, text: &str) {
        let indent: usize = first.iter().map(|(_, text)| text.chars().count()).sum();
        let lines = wrap(&neutral::terminal(text), self.width.saturating_sub(indent).max(NARROW / 2));
        for (number, line) in lines.iter().enumerate() {
            if number == 0 {
                for (ink, text) in first {
                    self.ink(*ink, text);
                }
            } else {
                self.out.push_str(&" ".repeat(indent));
            }
            self.ink(ink, line);
            self.end();
        }
    }

    /// `    label       text`, wrapped.
    pub(super) fn labelled(&mut self, label: &str, ink: Ink, text: &str) {
        let label = clipped(&neutral::terminal(label), LABEL);
        let label = format!("    {label:<LABEL$} ");
        self.wrapped(&[(Ink::Faint, label.as_str())], ink, text);
    }

    /// Lines to copy, as they are, set apart.
    pub(super) fn copied(&mut self, lines: &[String]) {
        for text in lines.iter().flat_map(|line| neutral::terminal_lines(line)) {
            self.ink(Ink::Note, &format!("      {text}"));
            self.end();
        }
    }

    /// A line of a file with its number, in the manner of rustc.
    pub(super) fn excerpt(&mut self, at: &str, line: u32, column: Option<u32>, snippet: &str) {
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        self.line(&[(Ink::Faint, &format!("    {margin}--> ")), (Ink::Plain, at)]);
        let room = self.width.saturating_sub(7 + number.len()).max(NARROW / 2);
        let indentation = snippet.len() - snippet.trim_start().len();
        let (blank, code) = snippet.split_at(indentation);
        let source = shown(code);
        self.line(&[(Ink::Faint, &format!("    {margin} |"))]);
        self.line(&[(Ink::Faint, &format!("    {number} | ")), (Ink::Plain, &clipped(&source, room))]);
        let under = column
            .and_then(|column| column.checked_sub(blank.encode_utf16().count() as u32))
            .and_then(|column| caret(code, column))
            .filter(|column| *column < room);
        if let Some(under) = under {
            let pad = " ".repeat(under);
            self.line(&[(Ink::Faint, &format!("    {margin} | ")), (Ink::Plain, &pad), (Ink::Alarm, "^")]);
        }
    }

    fn ink(&mut self, ink: Ink, text: &str) {
        let style = style(ink);
        if !self.color || text.trim().is_empty() || style == Ansi::new() {
            self.out.push_str(text);
            return;
        }
        // Spaces stay outside, so that a line's end can be trimmed.
        let body = text.trim_end();
        let _ = write!(self.out, "{style}{body}{style:#}");
        self.out.push_str(&text[body.len()..]);
    }

    fn end(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
    }
}

pub(super) const fn decision(decision: Decision) -> Ink {
    match decision {
        Decision::Go => Ink::Go,
        Decision::NoGo => Ink::NoGo,
        Decision::Hold => Ink::Hold,
    }
}

pub(super) const fn severity(severity: Severity) -> Ink {
    match severity {
        Severity::Critical | Severity::High => Ink::NoGo,
        Severity::Medium => Ink::Hold,
        Severity::Low => Ink::Note,
        Severity::Info => Ink::Faint,
    }
}

fn style(ink: Ink) -> Ansi {
    let colored = |color: AnsiColor| Ansi::new().fg_color(Some(color.into()));
    match ink {
        Ink::Plain => Ansi::new(),
        Ink::Strong => Ansi::new().bold(),
        Ink::Faint => Ansi::new().dimmed(),
        Ink::Go => colored(AnsiColor::Green).bold(),
        Ink::NoGo => colored(AnsiColor::Red).bold(),
        Ink::Hold => colored(AnsiColor::Yellow).bold(),
        Ink::Alarm => colored(AnsiColor::Red),
        Ink::Note => colored(AnsiColor::Cyan),
    }
}

/// Cut to so many characters, with a mark.
pub(super) fn clipped(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    if width == 0 {
        return String::new();
    }
    text.chars().take(width - 1).chain(['…']).collect()
}

/// Lines of at most `width` characters; a longer word stays whole, because it is there to be
/// copied.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut length = 0;
    for word in text.split_whitespace() {
        let long = word.chars().count();
        if length > 0 && length + 1 + long > width {
            lines.push(String::new());
            length = 0;
        }
        if let Some(line) = lines.last_mut() {
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(word);
            length += long;
        }
    }
    lines
}

/// A source line as it is printed.
fn shown(snippet: &str) -> String {
    neutral::terminal(&snippet.replace('\t', "    "))
}

/// How many characters are printed before a column given in UTF-16 code units.
fn caret(snippet: &str, column: u32) -> Option<usize> {
    let wanted = usize::try_from(column).ok()?.checked_sub(1)?;
    let mut units = 0;
    for (at, c) in snippet.char_indices() {
        if units >= wanted {
            return Some(shown(&snippet[..at]).chars().count());
        }
        units += c.len_utf16();
    }
    None
}
