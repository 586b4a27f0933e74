//! A source file with its blocks: enough structure to ask what surrounds a call.

use regex::Regex;

use super::lexer::{Lexed, lex};
use crate::seen::Spot;

/// Most spots of one kind looked at.
const SPOTS: usize = 200;
/// Most blocks around a place, and most bytes of one block, that are looked at.
const DEPTH: usize = 50;
const INSIDE: usize = 32 << 10;

/// A file: positions are byte offsets into both texts.
pub(super) struct Source {
    /// Without comments and contents of strings.
    pub(super) bare: String,
    /// Without comments.
    pub(super) strings: String,
    /// Offset of each line's first byte.
    lines: Vec<usize>,
    /// Offset of each bracket's partner, by offset.
    partners: Vec<(usize, usize)>,
    pub(super) blocks: Vec<Block>,
}

/// A `{…}` and what stands before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) open: usize,
    pub(super) close: usize,
    pub(super) kind: BlockKind,
    /// The `(…)` before it, without the brackets.
    pub(super) head: Option<(usize, usize)>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum BlockKind {
    If,
    Else,
    Try,
    Catch,
    Other,
}

impl Source {
    pub(super) fn new(text: &str) -> Self {
        let Lexed { bare, strings } = lex(text);
        let lines =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', bare.as_bytes()).map(|at| at + 1)).collect();
        let partners = pair(bare.as_bytes());
        let mut source = Self { bare, strings, lines, partners, blocks: Vec::new() };
        source.blocks = source.find_blocks();
        source
    }

    pub(super) fn spot(&self, at: usize, what: impl Into<String>) -> Spot {
        let index = self.lines.partition_point(|start| *start <= at).saturating_sub(1);
        let start = self.lines[index];
        let end = self.lines.get(index + 1).map_or(self.bare.len(), |next| next - 1);
        let line = self.bare.get(start..end).unwrap_or_default();
        let before = self.bare.get(start..at).unwrap_or_default();
        Spot {
            line: u32::try_from(index + 1).unwrap_or(u32::MAX),
            column: u32::try_from(before.encode_utf16().count() + 1).unwrap_or(u32::MAX),
            what: what.into(),
            snippet: squeezed(line),
        }
    }

    /// Where a pattern occurs in code, sorted, at most one a line.
    pub(super) fn find(&self, pattern: &Regex) -> Vec<usize> {
        let mut found: Vec<usize> = pattern.find_iter(&self.bare).map(|hit| hit.start()).take(500).collect();
        found.dedup_by_key(|at| self.lines.partition_point(|start| *start <= *at));
        found.truncate(SPOTS);
        found
    }

    pub(super) fn spots(&self, pattern: &Regex, what: &str) -> Vec<Spot> {
        self.find(pattern).into_iter().map(|at| self.spot(at, what)).collect()
    }

    /// Offset of the bracket that closes the one at `open`.
    pub(super) fn closing(&self, open: usize) -> Option<usize> {
        let index = self.partners.binary_search_by_key(&open, |pair| pair.0).ok()?;
        Some(self.partners[index].1)
    }

    /// The text between the first `(` at or after `at` and its partner.
    pub(super) fn arguments(&self, at: usize) -> Option<(usize, usize)> {
        let open = at + self.bare.get(at..)?.find('(')?;
        Some((open + 1, self.closing(open)?))
    }

    /// The blocks around an offset, innermost first.
    pub(super) fn around(&self, at: usize) -> impl Iterator<Item = &Block> {
        let upto = self.blocks.partition_point(|block| block.open < at);
        self.blocks[..upto].iter().rev().filter(move |block| block.close > at).take(DEPTH)
    }

    pub(super) fn code(&self, (from, to): (usize, usize)) -> &str {
        self.bare.get(from..to).unwrap_or_default()
    }

    /// The text of a block, as far as people write them.
    pub(super) fn inside(&self, block: &Block) -> &str {
        let end = self.bare.floor_char_boundary(block.close.min(block.open + INSIDE));
        self.code((block.open + 1, end))
    }

    /// The same range with the contents of strings.
    pub(super) fn with_strings(&self, (from, to): (usize, usize)) -> &str {
        self.strings.get(from..to).unwrap_or_default()
    }

    /// Offset of the first byte of the statement around `at`.
    pub(super) fn statement_start(&self, at: usize) -> usize {
        let before = self.bare.get(..at).unwrap_or_default();
        before.rfind([';', '{', '}']).map_or(0, |found| found + 1)
    }

    /// The block that follows another with nothing between: `else` after `if`, `catch` after `try`.
    pub(super) fn next_block(&self, block: &Block, kind: BlockKind) -> Option<&Block> {
        let index = self.blocks.partition_point(|other| other.open <= block.close);
        let next = self.blocks.get(index).filter(|next| next.kind == kind)?;
        let between = self.code((block.close + 1, next.open));
        (!between.contains([';', '}'])).then_some(next)
    }

    fn find_blocks(&self) -> Vec<Block> {
        let open = self.partners.iter().filter(|(open, _)| self.bare.as_bytes().get(*open) == Some(&b'{'));
        open.map(|&(open, close)| {
            let (kind, head) = self.kind_of(open);
            Block { open, close, kind, head }
        })
        .collect()
    }

    fn kind_of(&self, open: usize) -> (BlockKind, Option<(usize, usize)>) {
        let before = self.bare[..open].trim_end();
        if before.ends_with(')') {
            let close = before.len() - 1;
            let Some(start) = self.opening(close) else { return (BlockKind::Other, None) };
            let kind = match last_word(&self.bare[..start]) {
                "if" => BlockKind::If,
                "catch" => BlockKind::Catch,
                _ => BlockKind::Other,
            };
            return (kind, Some((start + 1, close)));
        }
        let kind = match last_word(before) {
            "else" => BlockKind::Else,
            "try" => BlockKind::Try,
            "catch" => BlockKind::Catch,
            _ => BlockKind::Other,
        };
        (kind, None)
    }

    fn opening(&self, close: usize) -> Option<usize> {
        // Heads are short: look back a bounded way rather than keep a second table.
        let mut depth = 0_u32;
        for (at, byte) in self.bare.as_bytes()[..=close].iter().enumerate().rev().take(4_000) {
            match byte {
                b')' => depth += 1,
                b'(' if depth == 1 => return Some(at),
                b'(' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        None
    }
}

/// Pairs of brackets, by the offset of the opening one. What does not pair is left out.
fn pair(code: &[u8]) -> Vec<(usize, usize)> {
    let (mut open, mut pairs) = (Vec::new(), Vec::new());
    for (at, byte) in code.iter().enumerate() {
        let opening = match byte {
            b'(' | b'{' | b'[' => {
                open.push((at, *byte));
                continue;
            }
            b')' => b'(',
            b'}' => b'{',
            b']' => b'[',
            _ => continue,
        };
        if open.last().is_some_and(|(_, kind)| *kind == opening)
            && let Some((start, _)) = open.pop()
        {
            pairs.push((start, at));
        }
    }
    pairs.sort_unstable();
    pairs
}

fn last_word(text: &str) -> &str {
    let text = text.trim_end();
    let start = text
        .rfind(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    &text[start..]
}

/// One line for people: runs of blanks are one, and it ends at 160 characters.
fn squeezed(line: &str) -> String {
    let indentation = &line[..line.len() - line.trim_start().len()];
    let words: Vec<&str> = line.split_whitespace().collect();
    format!("{indentation}{}", words.join(" ")).chars().take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_surrounds_a_call() {
        let source = Source::new("if (a && b()) {\n  try { call(); } catch (e) { x }\n} else { y }\n");
        let at = source.bare.find("call").expect("there");
        let kinds: Vec<BlockKind> = source.around(at).map(|block| block.kind).collect();
        assert_eq!(kinds, [BlockKind::Try, BlockKind::If]);
        let blocks: Vec<&Block> = source.around(at).collect();
        assert_eq!(source.code(blocks[1].head.expect("a head")), "a && b()");
        assert!(source.next_block(blocks[0], BlockKind::Catch).is_some());
        assert!(source.next_block(blocks[1], BlockKind::Else).is_some());
        assert_eq!(source.spot(at, "call").line, 2);
    }

    #[test]
    fn a_snippet_shows_no_string() {
        let source = Source::new("verify(raw, \"whsec_example\")");
        assert_eq!(source.spot(0, "call").snippet, "verify(raw, \" \")");
    }
}
