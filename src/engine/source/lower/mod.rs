//! From a grammar's tree to the neutral one.

mod dart;
mod ecma;
mod python;

use tree_sitter::Node as Syntax;

use super::{Entry, Function, Id, Kind, Language, Node, Tree};

/// Code nested deeper than this was not written by a person; what is inside is left out.
const DEEPEST: u32 = 300;
/// Broken places that are kept.
const BROKEN: usize = 50;

pub(super) fn lower(language: Language, text: &str, syntax: &tree_sitter::Tree) -> Tree {
    let mut lower = Lower { tree: Tree::new(text), text, language, depth: 0 };
    let root = lower.node(syntax.root_node());
    // An empty file has a module too.
    debug_assert_eq!(root, lower.tree.root());
    lower.tree
}

struct Lower<'a> {
    tree: Tree,
    text: &'a str,
    language: Language,
    depth: u32,
}

impl<'a> Lower<'a> {
    fn node(&mut self, syntax: Syntax<'a>) -> Id {
        if (syntax.is_error() || syntax.is_missing()) && self.tree.broken.len() < BROKEN {
            self.tree.broken.push(syntax.start_position().row as u32 + 1);
        }
        self.depth += 1;
        let lowered = if self.depth > DEEPEST {
            Err(Kind::Other(Vec::new()))
        } else {
            match self.language {
                Language::TypeScript | Language::Tsx => ecma::kind(self, syntax),
                Language::Python => python::kind(self, syntax),
                Language::Dart => dart::kind(self, syntax),
            }
        };
        self.depth -= 1;
        match lowered {
            Ok(id) => id,
            Err(kind) => self.add(syntax, kind),
        }
    }

    fn add(&mut self, syntax: Syntax<'a>, kind: Kind) -> Id {
        self.tree.add(Node { from: syntax.start_byte() as u32, to: syntax.end_byte() as u32, kind })
    }

    fn text_of(&self, syntax: Syntax<'_>) -> &'a str {
        self.text.get(syntax.byte_range()).unwrap_or_default()
    }

    /// Named children without comments and without `skip`.
    #[allow(clippy::unused_self)] // reads as the others do
    fn parts(&self, syntax: Syntax<'a>, skip: &[&str]) -> Vec<Syntax<'a>> {
        let mut cursor = syntax.walk();
        syntax
            .named_children(&mut cursor)
            .filter(|child| !child.is_extra() && !skip.contains(&child.kind()))
            .collect()
    }

    fn all(&mut self, parts: &[Syntax<'a>]) -> Vec<Id> {
        parts.iter().map(|part| self.node(*part)).collect()
    }

    fn inside(&mut self, syntax: Syntax<'a>) -> Vec<Id> {
        let parts = self.parts(syntax, &[]);
        self.all(&parts)
    }

    fn field(&mut self, syntax: Syntax<'a>, name: &str) -> Option<Id> {
        syntax.child_by_field_name(name).map(|child| self.node(child))
    }

    fn field_or_nothing(&mut self, syntax: Syntax<'a>, name: &str) -> Id {
        self.field(syntax, name).unwrap_or_else(|| self.add(syntax, Kind::Nothing))
    }

    fn node_or_nothing(&mut self, around: Syntax<'a>, part: Option<Syntax<'a>>) -> Id {
        match part {
            Some(part) => self.node(part),
            None => self.add(around, Kind::Nothing),
        }
    }

    /// A node that leaves only its single part.
    fn through(&mut self, part: Option<Syntax<'a>>) -> Result<Id, Kind> {
        part.map(|part| self.node(part)).ok_or_else(|| Kind::Other(Vec::new()))
    }

    fn binary(&mut self, syntax: Syntax<'a>, left: &str, right: &str) -> Kind {
        let operator = syntax.child_by_field_name("operator").map_or("", |operator| self.text_of(operator));
        let operator = match operator {
            "and" => "&&",
            "or" => "||",
            other => other,
        };
        let operator = operator.to_owned();
        let left = self.field_or_nothing(syntax, left);
        let right = self.field_or_nothing(syntax, right);
        Kind::Binary { operator, left, right }
    }

    /// A string's text: what stands between the quotes, escapes as written.
    fn unquoted(&self, syntax: Syntax<'_>) -> String {
        let text = self.text_of(syntax).trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
        for quote in ["\"\"\"", "'''", "\"", "'", "`"] {
            if let Some(rest) = text.strip_prefix(quote) {
                return rest.strip_suffix(quote).unwrap_or(rest).to_owned();
            }
        }
        text.to_owned()
    }

    /// Gives an unnamed function the name of what it is assigned to, also through wrappers.
    fn name_function(&mut self, mut value: Id, name: &str) {
        for _ in 0..6 {
            match self.tree.node_mut(value).map(|node| &mut node.kind) {
                Some(Kind::Function(function)) if function.name.is_empty() => {
                    name.clone_into(&mut function.name);
                    return;
                }
                Some(Kind::Call { arguments, .. }) => {
                    let Some(last) = arguments.last() else { return };
                    value = *last;
                }
                _ => return,
            }
        }
    }
}
