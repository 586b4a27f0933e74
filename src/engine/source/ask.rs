//! Questions that most readers of a tree have.

use super::{Id, Kind, Tree};

impl Tree {
    /// `a.b.c` for a chain of names and properties; calls in it as `()`: `db.from().insert`. Empty for
    /// anything else.
    pub fn path(&self, id: Id) -> String {
        let (mut parts, mut at, mut left) = (Vec::new(), id, 40);
        loop {
            left -= 1;
            match self.kind(at) {
                _ if left == 0 => return String::new(),
                Kind::Name => {
                    parts.push(self.source(at).to_owned());
                    break;
                }
                Kind::Member { object, property } => {
                    parts.push(property.clone());
                    at = *object;
                }
                Kind::Index { object, .. } => {
                    parts.push("[]".to_owned());
                    at = *object;
                }
                Kind::Call { callee, .. } => {
                    parts.push("()".to_owned());
                    at = *callee;
                }
                Kind::Await(value) => at = *value,
                _ => {
                    parts.push("…".to_owned());
                    break;
                }
            }
        }
        parts.reverse();
        parts.join(".").replace(".()", "()").replace(".[]", "[]")
    }

    /// The last part of a path: the function or method that is called.
    pub fn last_name(&self, id: Id) -> &str {
        match self.kind(id) {
            Kind::Name => self.source(id),
            Kind::Member { property, .. } => property,
            Kind::Await(value) => self.last_name(*value),
            _ => "",
        }
    }

    /// The text of a literal, or of a template without anything computed.
    pub fn literal(&self, id: Id) -> Option<&str> {
        match self.kind(id) {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self, id: Id) -> Option<i64> {
        matches!(self.kind(id), Kind::Number).then(|| self.source(id).replace('_', "").parse().ok())?
    }

    /// The value of `key` in an object literal.
    pub fn entry(&self, id: Id, key: &str) -> Option<Id> {
        match self.kind(id) {
            Kind::Object(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| entry.value),
            _ => None,
        }
    }

    /// Names that a pattern binds, each with the property it takes (empty: the whole).
    pub fn bound(&self, pattern: Id) -> Vec<(String, String)> {
        let mut names = Vec::new();
        self.bind(pattern, "", 8, &mut names);
        names
    }

    fn bind(&self, pattern: Id, key: &str, depth: u32, into: &mut Vec<(String, String)>) {
        if depth == 0 || into.len() > 100 {
            return;
        }
        match self.kind(pattern) {
            Kind::Name => into.push((self.source(pattern).to_owned(), key.to_owned())),
            Kind::Object(entries) => {
                for entry in entries {
                    self.bind(entry.value, &entry.key, depth - 1, into);
                }
            }
            Kind::List(items) => items.iter().for_each(|item| self.bind(*item, key, depth - 1, into)),
            Kind::Assign { target, .. } => self.bind(*target, key, depth - 1, into),
            Kind::Other(parts) => parts.iter().for_each(|part| self.bind(*part, key, depth - 1, into)),
            _ => {}
        }
    }

    /// Is the node inside a function other than `function` itself that is inside `function`?
    pub fn function_around(&self, id: Id) -> Option<Id> {
        self.ancestors(id).find(|id| matches!(self.kind(*id), Kind::Function(_)))
    }
}
