//! Configuration files as one neutral tree with lines: TOML, JSON with comments, and YAML.
//!
//! All three readers are bounded in depth, and in time by the length of the text.

mod flow;
mod toml;
mod yaml;

pub use self::{flow::read_json, toml::read_toml, yaml::read_yaml};

/// Nesting that no configuration needs.
const DEPTH: usize = 48;

/// A value with the line it begins in, from 1.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Node {
    pub line: u32,
    pub value: Tree,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Tree {
    /// Keys in their order, each with the line of the key.
    Map(Vec<(String, Node)>),
    List(Vec<Node>),
    /// A scalar as it is written, without quotes.
    Text(String),
}

impl Node {
    /// The value below a path of keys; its line is the key's.
    pub fn get(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| {
            node.pairs().iter().find(|(name, _)| name == key).map(|(_, value)| value)
        })
    }

    pub fn pairs(&self) -> &[(String, Self)] {
        match &self.value {
            Tree::Map(pairs) => pairs,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Self] {
        match &self.value {
            Tree::List(items) => items,
            _ => &[],
        }
    }

    /// A scalar's text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Tree::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Every scalar below it with its line, depth first.
    pub fn texts(&self) -> Vec<(u32, &str)> {
        match &self.value {
            Tree::Text(text) => vec![(self.line, text)],
            Tree::List(items) => items.iter().flat_map(Self::texts).collect(),
            Tree::Map(pairs) => pairs.iter().flat_map(|(_, value)| value.texts()).collect(),
        }
    }
}
