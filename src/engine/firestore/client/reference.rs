//! References to documents and collections, as code builds them.

use std::collections::HashMap;

use super::clause;
use crate::{
    engine::source::{Id, Kind, Tree},
    seen::Clause,
};

/// What is computed, in a path.
pub(super) const COMPUTED: &str = "{}";

/// Through variables, calls and conditions.
const DEPTH: u32 = 12;
const SEGMENTS: usize = 32;
/// Conditions of one query that are kept.
const CLAUSES: usize = 12;
/// Assignments of one name that are looked at.
const GIVEN: usize = 200;

/// A path that is being put together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Reference {
    segments: Vec<String>,
    /// All collections of the name.
    pub(super) group: bool,
    /// Conditions and orders of a query.
    pub(super) clauses: Vec<Clause>,
    /// Some of them are computed.
    pub(super) computed: bool,
}

impl Reference {
    /// `users`, `{}`, `orders`; nothing where the name of a collection is computed.
    pub(super) fn path(&self) -> Option<Vec<String>> {
        let names = self.segments.iter().step_by(2);
        let known = names.into_iter().all(|name| name != COMPUTED && !name.is_empty());
        (known && !self.segments.is_empty()).then(|| self.segments.clone())
    }

    pub(super) fn is_collection(&self) -> bool {
        self.segments.len() % 2 == 1
    }

    fn ask(&mut self, clause: Option<Clause>) {
        match clause.filter(|_| self.clauses.len() < CLAUSES) {
            Some(clause) => self.clauses.push(clause),
            None => self.computed = true,
        }
    }

    fn with(mut self, parts: Vec<String>) -> Self {
        self.segments.extend(parts);
        self.segments.truncate(SEGMENTS);
        self
    }
}

/// A file, with what its variables are given.
pub(super) struct Reader<'t> {
    pub(super) tree: &'t Tree,
    given: HashMap<&'t str, Vec<Given>>,
}

/// One assignment of a name.
struct Given {
    /// The byte where it begins.
    from: u32,
    /// The function that it stands in.
    function: Option<Id>,
    value: Id,
}

impl<'t> Reader<'t> {
    pub(super) fn new(tree: &'t Tree) -> Self {
        let mut given: HashMap<&str, Vec<Given>> = HashMap::new();
        for id in tree.ids() {
            if let Kind::Assign { target, value, .. } = tree.kind(id) {
                let name = tree.last_name(*target);
                if !name.is_empty() {
                    let (from, function) = (tree.node(id).from, tree.function_around(id));
                    given.entry(name).or_default().push(Given { from, function, value: *value });
                }
            }
        }
        Self { tree, given }
    }

    /// The reference that an expression makes.
    pub(super) fn reference(&self, id: Id) -> Option<Reference> {
        self.at_depth(id, DEPTH)
    }

    fn at_depth(&self, id: Id, depth: u32) -> Option<Reference> {
        let left = depth.checked_sub(1)?;
        match self.tree.kind(id) {
            Kind::Name => self.at_depth(self.value_of(id)?, left),
            Kind::Member { object, property } if matches!(property.as_str(), "ref" | "reference") => {
                self.at_depth(*object, left)
            }
            Kind::Member { object, .. } if matches!(self.tree.source(*object), "this" | "self") => {
                self.at_depth(self.value_of(id)?, left)
            }
            Kind::Await(value) => self.at_depth(*value, left),
            Kind::Call { callee, arguments, .. } => match self.tree.kind(*callee) {
                Kind::Name => self.by_function(self.tree.source(*callee), arguments, left),
                Kind::Member { object, property } => self.by_method(*object, property, arguments, left),
                _ => None,
            },
            _ => None,
        }
    }

    /// `collection(db, "users", id, "orders")`, `doc(collection)`, `query(reference, …)`.
    fn by_function(&self, name: &str, arguments: &[Id], depth: u32) -> Option<Reference> {
        let (first, rest) = arguments.split_first()?;
        match name {
            "query" => Some(self.asked(self.at_depth(*first, depth)?, rest)),
            "collectionGroup" => {
                let base = Reference { group: true, ..Reference::default() };
                Some(base.with(self.parts(rest, depth)))
            }
            "collection" | "doc" => {
                let base = self.at_depth(*first, depth);
                let mut parts = self.parts(rest, depth);
                if parts.is_empty() && base.is_none() {
                    // One argument: of a library in which the database is understood.
                    parts = self.parts(&arguments[..1], depth);
                }
                let made = base.unwrap_or_default().with(parts);
                Some(complete(made, name == "doc"))
            }
            _ => None,
        }
    }

    /// `db.collection("users").doc(id)`, and queries of it.
    fn by_method(&self, object: Id, name: &str, arguments: &[Id], depth: u32) -> Option<Reference> {
        const QUERY: [&str; 14] = [
            "limit",
            "limitToLast",
            "limit_to_last",
            "startAt",
            "startAfter",
            "start_at",
            "start_after",
            "endAt",
            "endBefore",
            "end_at",
            "end_before",
            "withConverter",
            "select",
            "offset",
        ];
        match name {
            "where" | "orderBy" | "order_by" => {
                let mut reference = self.at_depth(object, depth)?;
                reference.ask(clause::of(self.tree, name, arguments));
                Some(reference)
            }
            name if QUERY.contains(&name) => self.at_depth(object, depth),
            "collectionGroup" | "collection_group" => {
                let base = Reference { group: true, ..Reference::default() };
                Some(base.with(self.parts(arguments, depth)))
            }
            "collection" | "doc" | "document" => {
                let base = self.at_depth(object, depth).unwrap_or_default();
                Some(complete(base.with(self.parts(arguments, depth)), name != "collection"))
            }
            _ => None,
        }
    }

    /// `query(reference, where("a", "==", 1), orderBy("b"), limit(3))`.
    fn asked(&self, mut reference: Reference, constraints: &[Id]) -> Reference {
        for constraint in constraints {
            let call = match self.tree.kind(*constraint) {
                Kind::Call { callee, arguments, .. } => Some((self.tree.last_name(*callee), arguments)),
                _ => None,
            };
            match call {
                Some((name @ ("where" | "orderBy"), arguments)) => {
                    reference.ask(clause::of(self.tree, name, arguments));
                }
                Some(("limit" | "limitToLast" | "startAt" | "startAfter" | "endAt" | "endBefore", _)) => {}
                _ => reference.computed = true,
            }
        }
        reference
    }

    fn parts(&self, arguments: &[Id], depth: u32) -> Vec<String> {
        arguments.iter().flat_map(|argument| split(&self.text(*argument, depth))).collect()
    }

    /// The text of an argument, `{}` where it is computed.
    fn text(&self, id: Id, depth: u32) -> String {
        let tree = self.tree;
        match tree.kind(id) {
            Kind::Text(text) => text.clone(),
            Kind::Template(_) => with_holes(tree.source(id)),
            _ => self.constant(id, depth).unwrap_or_else(|| COMPUTED.to_owned()),
        }
    }

    /// A name or a property of a name that is given one text and nothing else.
    fn constant(&self, id: Id, depth: u32) -> Option<String> {
        let left = depth.checked_sub(1)?;
        match self.tree.kind(id) {
            Kind::Name => {
                let [Given { value, .. }] = self.given.get(self.tree.source(id))?.as_slice() else {
                    return None;
                };
                match self.tree.kind(*value) {
                    Kind::Text(text) => Some(text.clone()),
                    Kind::Name => self.constant(*value, left),
                    _ => None,
                }
            }
            Kind::Member { object, property } => {
                let [Given { value, .. }] = self.given.get(self.tree.last_name(*object))?.as_slice() else {
                    return None;
                };
                let mut value = *value;
                // `Object.freeze({ … })`
                if let Kind::Call { arguments, .. } = self.tree.kind(value) {
                    value = *arguments.first()?;
                }
                self.tree.literal(self.tree.entry(value, property)?).map(str::to_owned)
            }
            _ => None,
        }
    }

    /// What the variable was last given before this place, in a function around it.
    pub(super) fn value_of(&self, id: Id) -> Option<Id> {
        let given = self.given.get(self.tree.last_name(id))?;
        let around: Vec<Id> = self
            .tree
            .ancestors(id)
            .filter(|outer| matches!(self.tree.kind(*outer), Kind::Function(_)))
            .collect();
        let before = self.tree.node(id).from;
        let sees = |given: &&Given| given.function.is_none_or(|function| around.contains(&function));
        let Given { value, .. } = given
            .iter()
            .rev()
            .take(GIVEN)
            .find(|given| given.from < before && sees(given))
            .or_else(|| given.iter().take(GIVEN).find(sees))?;
        (*value != id).then_some(*value)
    }
}

/// A document whose name the library makes up.
fn complete(reference: Reference, is_document: bool) -> Reference {
    if is_document && reference.is_collection() {
        reference.with(vec![COMPUTED.to_owned()])
    } else {
        reference
    }
}

/// Segments, each a name or computed.
fn split(text: &str) -> Vec<String> {
    let named =
        |segment: &str| if segment.contains(COMPUTED) { COMPUTED.to_owned() } else { segment.to_owned() };
    text.split('/').filter(|segment| !segment.is_empty()).map(named).collect()
}

/// A template as it is written, with `{}` for `${…}` and Dart's `$name`.
fn with_holes(source: &str) -> String {
    let inner = source.trim_matches(['`', '\'', '"']);
    let (mut out, mut rest) = (String::new(), inner);
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        out.push_str(COMPUTED);
        let after = &rest[at + 1..];
        rest = match after.strip_prefix('{') {
            Some(inside) => {
                let (mut open, mut end) = (1, inside.len());
                for (at, char) in inside.char_indices() {
                    open += i32::from(char == '{') - i32::from(char == '}');
                    if open == 0 {
                        end = at + 1;
                        break;
                    }
                }
                &inside[end..]
            }
            None => after.trim_start_matches(|char: char| char.is_alphanumeric() || char == '_'),
        };
    }
    out + rest
}
