//! Which grammar reads a file, and how long it may take.

use std::cell::RefCell;

use tree_sitter::{ParseOptions, Parser, Tree};

/// A language that is understood.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Language {
    TypeScript,
    /// TypeScript with JSX, and all JavaScript: its grammar knows everything that JavaScript's knows,
    /// and a grammar less is three megabytes of C less to compile.
    Tsx,
    Dart,
    Python,
}

/// Larger files are generated or bundled.
const LARGEST: usize = 4 << 20;
/// The parser asks once in some hundred steps whether to go on. A person's file takes one question in
/// about 400 bytes; counting them instead of the time gives the same answer on every machine.
const QUESTIONS: usize = 4_000;
const BYTES_A_QUESTION: usize = 20;

thread_local! {
    // A parser keeps its memory from file to file.
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

impl Language {
    /// By the ending of the file's name.
    pub fn of(path: &str) -> Option<Self> {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending)?;
        Some(match ending {
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" | "js" | "jsx" | "mjs" | "cjs" => Self::Tsx,
            "dart" => Self::Dart,
            "py" => Self::Python,
            _ => return None,
        })
    }

    fn grammar(self) -> tree_sitter::Language {
        match self {
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Self::Dart => tree_sitter_dart::LANGUAGE.into(),
            Self::Python => tree_sitter_python::LANGUAGE.into(),
        }
    }

    /// The tree, with errors in it where there are any; `None` for what is too large or too slow.
    pub(super) fn parse(self, text: &str) -> Option<Tree> {
        if text.len() > LARGEST || memchr::memchr(0, text.as_bytes()).is_some() {
            return None;
        }
        PARSER.with_borrow_mut(|parser| {
            parser.set_language(&self.grammar()).ok()?;
            let mut left = QUESTIONS + text.len() / BYTES_A_QUESTION;
            let mut watch = |_: &tree_sitter::ParseState| {
                left = left.saturating_sub(1);
                left == 0
            };
            let options = ParseOptions::new().progress_callback(&mut watch);
            let bytes = text.as_bytes();
            let mut read = |at: usize, _| bytes.get(at..).unwrap_or_default();
            let tree = parser.parse_with_options(&mut read, None, Some(options));
            parser.reset();
            tree
        })
    }
}
