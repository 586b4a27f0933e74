//! The rules as a tree of nodes, and what is wrong with them.

use super::{
    document::{self, Kind, Span, Text, Value},
    expression::{self, Expr},
    method,
    text::short,
};

/// A rules file understood.
#[derive(Clone, Debug, Default)]
pub struct Ruleset {
    /// What `"rules"` holds; empty if it could not be read.
    pub root: Node,
    /// In the order of the text; with one of them the file cannot be deployed.
    pub problems: Vec<Problem>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    pub span: Span,
    /// One sentence in lower case without a full stop.
    pub message: String,
}

#[derive(Clone, Debug, Default)]
pub struct Node {
    pub name: Name,
    /// Of its name, or of the whole for the root.
    pub span: Span,
    pub read: Option<Rule>,
    pub write: Option<Rule>,
    pub validate: Option<Rule>,
    /// Names under `.indexOn`.
    pub index_on: Vec<String>,
    pub children: Vec<Node>,
}

#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum Name {
    #[default]
    Root,
    Fixed(String),
    /// `$uid`, with its dollar sign.
    Capture(String),
}

/// Do both say the same, apart from comments, blanks and the order of nodes?
pub fn is_same(one: &Node, other: &Node) -> bool {
    let rule = |one: &Option<Rule>, other: &Option<Rule>| match (one, other) {
        (Some(one), Some(other)) => one.expr == other.expr,
        (one, other) => one.is_none() && other.is_none(),
    };
    let by_name = |node: &Node| {
        let mut children: Vec<usize> = (0..node.children.len()).collect();
        children.sort_by(|a, b| node.children[*a].name.cmp(&node.children[*b].name));
        children
    };
    let indexes = |node: &Node| node.index_on.iter().cloned().collect::<std::collections::BTreeSet<_>>();
    let rules = rule(&one.read, &other.read) && rule(&one.write, &other.write);
    one.name == other.name
        && rules
        && rule(&one.validate, &other.validate)
        && indexes(one) == indexes(other)
        && one.children.len() == other.children.len()
        && by_name(one)
            .into_iter()
            .zip(by_name(other))
            .all(|(a, b)| is_same(&one.children[a], &other.children[b]))
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub kind: RuleKind,
    /// Of its value.
    pub span: Span,
    pub expr: Expr,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RuleKind {
    Read,
    Write,
    Validate,
}

impl RuleKind {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Read => ".read",
            Self::Write => ".write",
            Self::Validate => ".validate",
        }
    }
}

impl Node {
    /// The child for a key of the database: the fixed name, else the capture.
    pub fn child(&self, key: &str) -> Option<&Node> {
        let fixed = self.children.iter().find(|node| matches!(&node.name, Name::Fixed(name) if name == key));
        fixed.or_else(|| self.children.iter().find(|node| matches!(node.name, Name::Capture(_))))
    }

    /// Calls `tell` for this node and all below it, with the names from the root down to it.
    pub fn visit<'a>(&'a self, above: &mut Vec<&'a Node>, tell: &mut dyn FnMut(&[&'a Node])) {
        above.push(self);
        tell(above);
        for child in &self.children {
            child.visit(above, tell);
        }
        above.pop();
    }
}

/// Google's own limit for a ruleset is far below it.
const LIMIT: usize = 1 << 20;
/// Nodes that are kept; a real file has some hundred.
const NODES: usize = 20_000;

pub(super) fn compile(text: &str) -> Ruleset {
    let mut builder = Builder { problems: Vec::new(), captures: Vec::new(), nodes: 0 };
    if text.len() > LIMIT {
        builder.problem(Span::default(), "the file is larger than 1 MiB");
        return Ruleset { root: Node::default(), problems: builder.problems };
    }
    let root = match document::read(text) {
        Ok(value) => builder.top(&value),
        Err(fault) => {
            builder.problem(fault.span, fault.message);
            Node::default()
        }
    };
    Ruleset { root, problems: builder.problems }
}

struct Builder {
    problems: Vec<Problem>,
    captures: Vec<String>,
    nodes: usize,
}

impl Builder {
    fn top(&mut self, value: &Value) -> Node {
        let Kind::Object(entries) = &value.kind else {
            self.problem(value.span, "the file must be an object with the key \"rules\"");
            return Node::default();
        };
        for (key, _) in entries.iter().filter(|(key, _)| key.text != "rules") {
            self.problem(
                key.span,
                format!("beside \"rules\" there may be no other key: \"{}\"", short(&key.text)),
            );
        }
        if let Some((key, rules)) = entries.iter().rev().find(|(key, _)| key.text == "rules") {
            return self.node(Name::Root, key.span, rules);
        }
        self.problem(value.span, "the key \"rules\" is missing");
        Node::default()
    }

    fn node(&mut self, name: Name, span: Span, value: &Value) -> Node {
        let mut node = Node { name, span, ..Node::default() };
        self.nodes += 1;
        let Kind::Object(entries) = &value.kind else {
            // `"$other": false` is the usual way to write `{".validate": false}`.
            match value.kind {
                Kind::Bool(yes) if node.name != Name::Root => {
                    let expr = Expr::Bool(yes);
                    node.validate = Some(Rule { kind: RuleKind::Validate, span: value.span, expr });
                }
                _ => self.problem(value.span, "a node of the rules must be an object"),
            }
            return node;
        };
        let mut names: Vec<&str> = Vec::new();
        for (key, value) in entries {
            if names.contains(&key.text.as_str()) {
                self.problem(key.span, format!("\"{}\" stands here twice", short(&key.text)));
                continue;
            }
            if names.len() < 1_000 {
                names.push(&key.text);
            }
            self.entry(&mut node, key, value);
        }
        node
    }

    fn entry(&mut self, node: &mut Node, key: &Text, value: &Value) {
        let slot = match key.text.as_str() {
            ".read" => (RuleKind::Read, &mut node.read),
            ".write" => (RuleKind::Write, &mut node.write),
            ".validate" => (RuleKind::Validate, &mut node.validate),
            ".indexOn" => return node.index_on = self.index(value),
            name if name.starts_with('.') => {
                return self.problem(key.span, format!("\"{}\" is not a kind of rule", short(name)));
            }
            name => return self.child(node, name, key, value),
        };
        *slot.1 = self.rule(slot.0, value);
    }

    fn child(&mut self, node: &mut Node, name: &str, key: &Text, value: &Value) {
        if self.nodes >= NODES {
            return self.problem(key.span, format!("more than {NODES} nodes"));
        }
        if !name.starts_with('$') {
            if name.is_empty() || name.contains(['.', '#', '$', '[', ']', '/']) {
                self.problem(key.span, format!("\"{}\" cannot be a key of the database", short(name)));
            }
            let child = self.node(Name::Fixed(name.to_owned()), key.span, value);
            return node.children.push(child);
        }
        if node.children.iter().any(|child| matches!(child.name, Name::Capture(_))) {
            self.problem(key.span, "a node may have only one $ variable below it");
        }
        if self.captures.iter().any(|capture| capture == name) {
            self.problem(key.span, format!("\"{}\" is already the name of a key above", short(name)));
        }
        self.captures.push(name.to_owned());
        let child = self.node(Name::Capture(name.to_owned()), key.span, value);
        self.captures.pop();
        node.children.push(child);
    }

    fn rule(&mut self, kind: RuleKind, value: &Value) -> Option<Rule> {
        let expr = match &value.kind {
            Kind::Bool(yes) => Ok(Expr::Bool(*yes)),
            Kind::Text(text) => expression::parse(text),
            _ => Err("the value must be a boolean or a condition in double quotes".to_owned()),
        };
        let expr = match expr {
            Ok(expr) => expr,
            Err(message) => {
                self.problem(value.span, format!("{}: {message}", kind.key()));
                return None;
            }
        };
        for message in method::faults(&expr, kind, &self.captures) {
            self.problem(value.span, format!("{}: {message}", kind.key()));
        }
        Some(Rule { kind, span: value.span, expr })
    }

    fn index(&mut self, value: &Value) -> Vec<String> {
        let items = match &value.kind {
            Kind::Array(items) => items.as_slice(),
            Kind::Text(_) => std::slice::from_ref(value),
            _ => &[],
        };
        let names: Vec<String> = items
            .iter()
            .filter_map(|item| if let Kind::Text(name) = &item.kind { Some(name.clone()) } else { None })
            .collect();
        if names.is_empty() || names.len() != items.len() {
            self.problem(value.span, ".indexOn must be a name or a list of names");
        }
        names
    }

    fn problem(&mut self, span: Span, message: impl Into<String>) {
        if self.problems.len() < 100 {
            self.problems.push(Problem { span, message: message.into() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        compile(text).problems.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn a_capture_takes_what_no_fixed_name_takes() {
        let rules =
            compile(r#"{"rules":{"users":{"$uid":{".read":"auth.uid == $uid"},"index":{".read":true}}}}"#);
        assert!(rules.problems.is_empty(), "{:?}", rules.problems);
        let users = rules.root.child("users").expect("a node");
        assert_eq!(users.child("index").expect("fixed").name, Name::Fixed("index".into()));
        assert_eq!(users.child("abc").expect("capture").name, Name::Capture("$uid".into()));
        assert!(rules.root.child("other").is_none());
    }

    #[test]
    fn what_cannot_be_deployed_is_said() {
        assert_eq!(messages("{}"), ["the key \"rules\" is missing"]);
        assert_eq!(messages(r#"{"rules":{".raed":true}}"#), ["\".raed\" is not a kind of rule"]);
        assert_eq!(
            messages(r#"{"rules":{"$a":{},"$b":{}}}"#),
            ["a node may have only one $ variable below it"]
        );
        assert_eq!(
            messages(r#"{"rules":{".read":"newData.exists()"}}"#),
            [".read: newData is not known here"]
        );
        assert_eq!(messages(r#"{"rules":{".read":"auht != null"}}"#), [".read: auht is not known here"]);
        assert_eq!(messages(r#"{"rules":{".read":1}}"#).len(), 1);
    }
}
