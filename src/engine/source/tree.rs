//! The neutral tree.

/// A node's number in its tree.
pub type Id = u32;

/// A file. Nodes stand in the order of their ends: children before parents.
#[derive(Clone, Debug)]
pub struct Tree {
    text: String,
    nodes: Vec<Node>,
    parents: Vec<Id>,
    lines: Vec<usize>,
    /// Lines (from 1) at which the syntax is broken.
    pub broken: Vec<u32>,
}

#[derive(Clone, Debug)]
pub struct Node {
    /// Bytes of the text.
    pub from: u32,
    pub to: u32,
    pub kind: Kind,
}

/// What a node is. Brackets, casts, type annotations and assertions leave no node.
#[derive(Clone, Debug)]
pub enum Kind {
    /// An identifier, `this` and `self`.
    Name,
    /// Text without anything computed in it, as written but without its quotes.
    Text(String),
    /// Text with computed parts.
    Template(Vec<Id>),
    Number,
    True,
    False,
    /// `null`, `undefined`, `None`.
    Nothing,
    /// `object.property`, also `object?.property`, and `object["property"]`.
    Member {
        object: Id,
        property: String,
    },
    Index {
        object: Id,
        index: Id,
    },
    Call {
        callee: Id,
        arguments: Vec<Id>,
        /// `new Callee(…)`.
        new: bool,
    },
    /// An object literal, a pattern that takes one apart, or a mapping.
    Object(Vec<Entry>),
    /// A list, tuple or set, or a pattern that takes one apart.
    List(Vec<Id>),
    Function(Box<Function>),
    Class {
        name: String,
        members: Vec<Id>,
    },
    /// Statements in their order.
    Block(Vec<Id>),
    /// A declaration or assignment. `operator` is empty or what stands before `=`.
    Assign {
        target: Id,
        value: Id,
        operator: String,
    },
    /// `if`, and the conditional expression.
    If {
        condition: Id,
        then: Id,
        otherwise: Option<Id>,
    },
    Try {
        body: Id,
        /// What `catch` and `except` clauses do, each with the name it gives the error.
        catches: Vec<(Option<String>, Id)>,
        finally: Option<Id>,
    },
    Loop {
        head: Vec<Id>,
        body: Id,
    },
    Switch {
        subject: Id,
        cases: Vec<Id>,
    },
    /// No tests: `default`.
    Case {
        tests: Vec<Id>,
        body: Vec<Id>,
    },
    Return(Option<Id>),
    Throw(Option<Id>),
    /// `break` and `continue`.
    Leave,
    /// The operator as written, `and` and `or` as `&&` and `||`.
    Binary {
        operator: String,
        left: Id,
        right: Id,
    },
    Not(Id),
    Await(Id),
    Import {
        module: String,
        /// Local name and the name in the module; `*` and `default` for those.
        names: Vec<(String, String)>,
    },
    /// What a module offers; the name is empty for the default.
    Export {
        name: String,
        value: Id,
    },
    /// Anything else, with what is inside.
    Other(Vec<Id>),
}

/// `key: value` in an object or mapping, `name=value` among arguments; an empty key where it is
/// computed or there is none.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    pub value: Id,
}

#[derive(Clone, Debug, Default)]
pub struct Function {
    /// Its own, or that of the variable or field it is given to.
    pub name: String,
    /// Patterns, in order.
    pub parameters: Vec<Id>,
    pub body: Option<Id>,
    /// `@decorator(…)` before it: calls or names.
    pub decorators: Vec<Id>,
}

impl Tree {
    pub(super) fn new(text: &str) -> Self {
        let lines = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Self {
            lines: lines.collect(),
            text: text.to_owned(),
            nodes: Vec::new(),
            parents: Vec::new(),
            broken: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, node: Node) -> Id {
        let id = self.nodes.len() as Id;
        let mut children = Vec::new();
        each_child(&node.kind, |child| children.push(child));
        for child in children {
            if let Some(parent) = self.parents.get_mut(child as usize) {
                *parent = id;
            }
        }
        self.nodes.push(node);
        self.parents.push(id);
        id
    }

    pub(super) fn node_mut(&mut self, id: Id) -> Option<&mut Node> {
        self.nodes.get_mut(id as usize)
    }

    /// The module itself, the last node.
    pub fn root(&self) -> Id {
        (self.nodes.len().max(1) - 1) as Id
    }

    pub fn node(&self, id: Id) -> &Node {
        const NONE: &Node = &Node { from: 0, to: 0, kind: Kind::Nothing };
        self.nodes.get(id as usize).unwrap_or(NONE)
    }

    pub fn kind(&self, id: Id) -> &Kind {
        &self.node(id).kind
    }

    /// All nodes, children before parents.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = Id> + use<> {
        0..self.nodes.len() as Id
    }

    pub fn parent(&self, id: Id) -> Option<Id> {
        self.parents.get(id as usize).copied().filter(|parent| *parent != id)
    }

    /// From the parent outwards.
    pub fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(self.parent(id), |id| self.parent(*id))
    }

    pub fn children(&self, id: Id) -> Vec<Id> {
        let mut children = Vec::new();
        each_child(self.kind(id), |child| children.push(child));
        children
    }

    /// The node and everything inside, in the order of the text; not into functions if `shallow`.
    pub fn inside(&self, id: Id, shallow: bool) -> Vec<Id> {
        let (mut open, mut found) = (vec![id], Vec::new());
        while let Some(next) = open.pop() {
            found.push(next);
            if shallow && next != id && matches!(self.kind(next), Kind::Function(_)) {
                continue;
            }
            let at = open.len();
            each_child(self.kind(next), |child| open.push(child));
            open[at..].reverse();
        }
        found
    }

    pub fn source(&self, id: Id) -> &str {
        let node = self.node(id);
        self.text.get(node.from as usize..node.to as usize).unwrap_or_default()
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte, both from 1, the column in UTF-16 code units, and the line's text.
    pub fn place(&self, at: u32) -> (u32, u32, &str) {
        let at = at as usize;
        let index = self.lines.partition_point(|start| *start <= at).saturating_sub(1);
        let start = self.lines.get(index).copied().unwrap_or(0);
        let end = self.lines.get(index + 1).map_or(self.text.len(), |next| next - 1);
        let before = self.text.get(start..at.min(start + 10_000)).unwrap_or_default();
        let line = self.text.get(start..end).unwrap_or_default();
        (index as u32 + 1, before.encode_utf16().count() as u32 + 1, line)
    }

    pub fn line(&self, id: Id) -> u32 {
        self.place(self.node(id).from).0
    }
}

pub(super) fn each_child(kind: &Kind, mut see: impl FnMut(Id)) {
    match kind {
        Kind::Name
        | Kind::Text(_)
        | Kind::Number
        | Kind::True
        | Kind::False
        | Kind::Nothing
        | Kind::Leave
        | Kind::Import { .. } => {}
        Kind::Template(parts) | Kind::List(parts) | Kind::Block(parts) | Kind::Other(parts) => {
            parts.iter().copied().for_each(see);
        }
        Kind::Member { object, .. } => see(*object),
        Kind::Index { object, index } => {
            see(*object);
            see(*index);
        }
        Kind::Call { callee, arguments, .. } => {
            see(*callee);
            arguments.iter().copied().for_each(see);
        }
        Kind::Object(entries) => entries.iter().for_each(|entry| see(entry.value)),
        Kind::Function(function) => {
            function.decorators.iter().copied().for_each(&mut see);
            function.parameters.iter().copied().for_each(&mut see);
            function.body.into_iter().for_each(see);
        }
        Kind::Class { members, .. } => members.iter().copied().for_each(see),
        Kind::Assign { target, value, .. } => {
            see(*target);
            see(*value);
        }
        Kind::If { condition, then, otherwise } => {
            see(*condition);
            see(*then);
            otherwise.iter().copied().for_each(see);
        }
        Kind::Try { body, catches, finally } => {
            see(*body);
            for (_, block) in catches {
                see(*block);
            }
            finally.iter().copied().for_each(see);
        }
        Kind::Loop { head, body } => {
            head.iter().copied().for_each(&mut see);
            see(*body);
        }
        Kind::Switch { subject, cases } => {
            see(*subject);
            cases.iter().copied().for_each(see);
        }
        Kind::Case { tests, body } => tests.iter().chain(body).copied().for_each(see),
        Kind::Return(value) | Kind::Throw(value) => value.iter().copied().for_each(see),
        Kind::Binary { left, right, .. } => {
            see(*left);
            see(*right);
        }
        Kind::Not(value) | Kind::Await(value) | Kind::Export { value, .. } => see(*value),
    }
}
