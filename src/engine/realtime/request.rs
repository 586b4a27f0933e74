//! One request against a ruleset, as the database would decide it.

use std::collections::BTreeMap;

use super::{
    document::Span,
    eval::{Cell, Evaluator, Stop, World, known},
    state::{Json, Scalar, with},
    tree::{Name, Node, Rule, Ruleset},
    value::{Tree, Value},
};

/// A read or a write at one path.
#[derive(Clone, Debug)]
pub struct Request {
    /// `{"uid": …, "token": {…}}`; nobody is `None`.
    pub auth: Option<Json>,
    /// Keys from the root down.
    pub path: Vec<String>,
    pub operation: Operation,
    /// What a read asks for, by the names that rules have for it; nothing: all that is there.
    pub query: Query,
    /// The database before the request.
    pub data: Option<Json>,
    /// Milliseconds since 1970.
    pub now: f64,
}

/// `orderByChild`, `equalTo`, `limitToFirst` and the like.
pub type Query = BTreeMap<String, Scalar>;

#[derive(Clone, Debug)]
pub enum Operation {
    Read,
    /// Replaces what is at the path; `None` deletes it.
    Write(Option<Json>),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decision {
    pub allowed: bool,
    /// The `.read` or `.write` that granted it.
    pub granted_by: Option<Span>,
    /// The `.validate` that refused the data, first in the order of the tree.
    pub refused_by: Option<Span>,
}

const STEPS: usize = 100_000;

impl Request {
    pub fn decide(&self, rules: &Ruleset) -> Decision {
        let next = match &self.operation {
            Operation::Read => None,
            Operation::Write(value) => with(self.data.clone(), &self.path, value.clone()),
        };
        let mut world = Concrete { request: self, next: next.as_ref() };
        let way = way(&rules.root, &self.path);
        let granted_by = way.steps.iter().enumerate().find_map(|(depth, node)| {
            let rule = match self.operation {
                Operation::Read => node.read.as_ref(),
                Operation::Write(_) => node.write.as_ref(),
            }?;
            holds(&mut world, rule, &self.path[..depth], &way.captures).then_some(rule.span)
        });
        let refused_by = match self.operation {
            Operation::Write(_) if granted_by.is_some() => self.refusal(&mut world, &way, next.as_ref()),
            _ => None,
        };
        Decision { allowed: granted_by.is_some() && refused_by.is_none(), granted_by, refused_by }
    }

    fn refusal(&self, world: &mut Concrete<'_>, way: &Way<'_>, next: Option<&Json>) -> Option<Span> {
        for (depth, node) in way.steps.iter().enumerate() {
            let path = &self.path[..depth];
            let is_there = known(next, path) != Cell::Absent;
            if let Some(rule) = node.validate.as_ref().filter(|_| is_there)
                && !holds(world, rule, path, &way.captures)
            {
                return Some(rule.span);
            }
        }
        let last = way.steps.last().filter(|_| way.steps.len() > self.path.len())?;
        let written = next.and_then(|next| next.at(&self.path))?;
        let mut captures = way.captures.clone();
        below(world, last, written, &mut self.path.clone(), &mut captures)
    }
}

/// The first `.validate` below a node that refuses what would be there.
fn below(
    world: &mut Concrete<'_>,
    node: &Node,
    data: &Json,
    path: &mut Vec<String>,
    captures: &mut Vec<(String, String)>,
) -> Option<Span> {
    let Json::Node(children) = data else { return None };
    for (key, value) in children {
        let Some(child) = node.child(key) else { continue };
        path.push(key.clone());
        let before = captures.len();
        if let Name::Capture(name) = &child.name {
            captures.push((name.clone(), key.clone()));
        }
        let own = child.validate.as_ref().filter(|rule| !holds(world, rule, path, captures));
        let refused = own.map(|rule| rule.span).or_else(|| below(world, child, value, path, captures));
        captures.truncate(before);
        path.pop();
        if refused.is_some() {
            return refused;
        }
    }
    None
}

/// The nodes of the rules along a path, the root first; shorter where the rules end.
pub(super) struct Way<'a> {
    pub(super) steps: Vec<&'a Node>,
    pub(super) captures: Vec<(String, String)>,
}

pub(super) fn way<'a>(root: &'a Node, path: &[String]) -> Way<'a> {
    let mut way = Way { steps: vec![root], captures: Vec::new() };
    let mut node = root;
    for key in path {
        let Some(child) = node.child(key) else { break };
        if let Name::Capture(name) = &child.name {
            way.captures.push((name.clone(), key.clone()));
        }
        way.steps.push(child);
        node = child;
    }
    way
}

fn holds(world: &mut Concrete<'_>, rule: &Rule, path: &[String], captures: &[(String, String)]) -> bool {
    let mut evaluator = Evaluator { world, path, captures, steps: STEPS };
    evaluator.condition(&rule.expr) == Ok(Some(true))
}

struct Concrete<'a> {
    request: &'a Request,
    next: Option<&'a Json>,
}

impl World for Concrete<'_> {
    fn cell(&mut self, tree: Tree, path: &[String]) -> Result<Cell, Stop> {
        Ok(match tree {
            Tree::Now => known(self.request.data.as_ref(), path),
            Tree::Next => known(self.next, path),
            Tree::Query => path
                .first()
                .and_then(|member| self.request.query.get(member))
                .map_or(Cell::Absent, |scalar| Cell::Leaf(scalar.clone())),
        })
    }

    fn auth(&self) -> Value {
        Value::from(self.request.auth.as_ref())
    }

    fn now(&self) -> f64 {
        self.request.now
    }

    /// What the query does not name is null.
    fn query(&mut self, member: &str) -> Result<Value, Stop> {
        Ok(self.request.query.get(member).map_or(Value::Null, Value::from))
    }
}
