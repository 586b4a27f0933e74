//! What the conditions say about the documents they are made for: fields, their types, the values
//! they are compared with, and which of them name an owner or a tenant.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::ast::{Expr, ExprKind, Operator},
    Value,
    origin::{Origin, Root, literal, origin},
};

/// What is known about one field, by its path of names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    /// Values it is compared with, in order of appearance.
    pub(crate) constants: Vec<Value>,
    /// The type it is tested for, or that its use needs.
    pub(crate) kind: Option<&'static str>,
    /// Compared with the caller's id: the field names the owner.
    pub(crate) owner: bool,
    /// The caller's id is looked for in it: a list of members, or a map by member.
    pub(crate) members: bool,
    /// Compared with a claim of the token.
    pub(crate) claim: Option<Vec<String>>,
}

/// Everything the conditions of one collection mention.
#[derive(Clone, Debug, Default)]
pub struct Harvest {
    pub(crate) fields: BTreeMap<Vec<String>, Field>,
    /// Fields of other documents, whichever they are.
    pub(crate) others: BTreeMap<Vec<String>, Field>,
    /// Claims of the token with what they are compared with.
    pub(crate) claims: BTreeMap<Vec<String>, Vec<Value>>,
    /// Every text and number of the conditions.
    pub(crate) constants: Vec<Value>,
    /// Names that a variable of the path is compared with.
    pub(crate) names: Vec<String>,
    /// Claims compared with a variable of the path.
    pub(crate) claims_of_path: BTreeSet<Vec<String>>,
}

/// Names that say owner by themselves.
pub(crate) const OWNER_NAMES: [&str; 16] = [
    "owner",
    "ownerid",
    "owneruid",
    "uid",
    "userid",
    "useruid",
    "user",
    "author",
    "authorid",
    "authoruid",
    "createdby",
    "creator",
    "creatorid",
    "userref",
    "accountid",
    "customerid",
];
/// Names that say tenant by themselves.
pub(crate) const TENANT_NAMES: [&str; 13] = [
    "tenant",
    "tenantid",
    "org",
    "orgid",
    "organization",
    "organizationid",
    "organisationid",
    "company",
    "companyid",
    "workspaceid",
    "teamid",
    "accountid",
    "schoolid",
];

/// Is it one of the names, whatever its spelling?
pub(crate) fn is_named(field: &str, names: &[&str]) -> bool {
    let plain: String =
        field.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    names.contains(&plain.as_str())
}

const MOST_CONSTANTS: usize = 24;
const MOST_FIELDS: usize = 64;

impl Harvest {
    pub(crate) fn of<'a>(conditions: impl IntoIterator<Item = &'a Expr>) -> Self {
        let mut harvest = Self::default();
        for condition in conditions {
            condition.visit(&mut |part| harvest.part(part));
        }
        harvest.forget_parents();
        harvest
    }

    /// Fields that name the owner: compared with the caller's id, or else by their name.
    pub fn owners(&self) -> Vec<&str> {
        let compared: Vec<&str> = self.top(|field| field.owner);
        if !compared.is_empty() {
            return compared;
        }
        let mut named = self.top(|_| true);
        named.retain(|name| is_named(name, &OWNER_NAMES));
        named
    }

    /// Fields that some condition compares with the caller's id.
    pub fn compared_owners(&self) -> Vec<&str> {
        self.top(|field| field.owner)
    }

    /// Fields of these names, each with a value that would grant something.
    pub fn named(&self, names: &[&str]) -> Vec<(&str, Value)> {
        let single = self.fields.iter().filter(|(path, _)| path.len() == 1 && is_named(&path[0], names));
        let value = |field: &Field| match (field.constants.first(), field.kind) {
            (Some(Value::Text(_)) | None, None | Some("string")) => Value::text("admin"),
            (Some(Value::Int(_)), _) | (_, Some("int" | "number" | "float")) => Value::Int(1_000_000),
            _ => Value::Bool(true),
        };
        single.map(|(path, field)| (path[0].as_str(), value(field))).collect()
    }

    /// Fields that name the tenant: compared with a claim, or else by their name.
    pub fn tenants(&self) -> Vec<&str> {
        let mut named = self.top(|_| true);
        named.retain(|name| is_named(name, &TENANT_NAMES) && !self.owners().contains(name));
        named
    }

    /// Fields that may hold a text or a list (`true`): of no other type, not one of some words, and
    /// nobody's id.
    pub fn sizeable(&self) -> Vec<(String, bool)> {
        let owners = self.owners();
        let fits = |field: &Field| {
            let kind = matches!(field.kind, None | Some("string" | "list"));
            kind && field.constants.is_empty() && field.claim.is_none() && !field.owner && !field.members
        };
        let single = self.fields.iter().filter(|(path, field)| path.len() == 1 && fits(field));
        let named = single.filter(|(path, _)| !owners.contains(&path[0].as_str()));
        let mut found: Vec<(&String, &Field)> = named.map(|(path, field)| (&path[0], field)).collect();
        // Those whose type is tested come first: the others may be moments or numbers as well.
        found.sort_by_key(|(_, field)| field.kind.is_none());
        found.into_iter().map(|(name, field)| (name.clone(), field.kind == Some("list"))).collect()
    }

    fn top(&self, wanted: impl Fn(&Field) -> bool) -> Vec<&str> {
        let single = self.fields.iter().filter(|(path, field)| path.len() == 1 && wanted(field));
        single.map(|(path, _)| path[0].as_str()).collect()
    }

    fn part(&mut self, part: &Expr) {
        if let Some(Origin { root, fields }) = origin(part)
            && !fields.is_empty()
        {
            match root {
                Root::Sent | Root::Stored => {
                    self.field(&fields);
                }
                Root::Token => {
                    self.claims.entry(fields).or_default();
                }
                _ => {}
            }
        }
        if let ExprKind::Text(_) | ExprKind::Int(_) = part.kind {
            self.constants.extend(literal(part).filter(|_| self.constants.len() < MOST_CONSTANTS));
        }
        match &part.kind {
            ExprKind::Binary(operator, left, right) => self.binary(*operator, left, right),
            ExprKind::Is(operand, kind) => self.kind(operand, type_name(&kind.text)),
            ExprKind::Call { target: Some(target), name, args } => self.method(target, &name.text, args),
            ExprKind::Index(target, index) => {
                // `resource.data.roles[request.auth.uid]`
                if let (Some(of), Some(Root::Uid)) = (origin(target), origin(index).map(|of| of.root))
                    && let Some(field) = self.of_document(&of)
                {
                    field.members = true;
                    field.kind = Some("map");
                }
            }
            ExprKind::Not(inner) => self.kind(inner, Some("bool")),
            _ => {}
        }
    }

    fn binary(&mut self, operator: Operator, left: &Expr, right: &Expr) {
        match operator {
            Operator::And | Operator::Or => {
                self.kind(left, Some("bool"));
                self.kind(right, Some("bool"));
            }
            Operator::In => self.membership(left, right),
            _ => {
                self.compared(left, right);
                self.compared(right, left);
            }
        }
    }

    fn compared(&mut self, one: &Expr, other: &Expr) {
        let Some(of) = origin(one) else { return };
        let (constant, from) = (literal(other), origin(other));
        if let (Root::Token, Some(Root::Capture(_))) = (of.root, from.as_ref().map(|from| from.root)) {
            self.claims_of_path.insert(of.fields.clone());
        }
        if let (Root::Capture(_), Some(Value::Text(name))) = (of.root, &constant) {
            self.name(name);
        }
        if let (Root::Token, Some(constant)) = (of.root, &constant) {
            let known = self.claims.entry(of.fields.clone()).or_default();
            if !known.contains(constant) && known.len() < MOST_CONSTANTS {
                known.push(constant.clone());
            }
        }
        let Some(field) = self.of_document(&of) else { return };
        if let Some(constant) = constant {
            field.constant(constant);
        }
        match from {
            Some(Origin { root: Root::Uid, .. }) => field.owner = true,
            Some(Origin { root: Root::Token, fields }) => field.claim = Some(fields),
            _ => {}
        }
        if is_request_time(other) {
            field.kind = Some("timestamp");
        }
    }

    fn name(&mut self, name: &str) {
        if self.names.len() < MOST_CONSTANTS && !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
    }

    fn membership(&mut self, item: &Expr, container: &Expr) {
        if let (Some(of), Some(Value::List(items))) = (origin(item), literal(container)) {
            if let Some(field) = self.of_document(&of) {
                for item in items {
                    field.constant(item);
                }
            } else if let Root::Capture(_) = of.root {
                for item in &items {
                    if let Value::Text(name) = item {
                        self.name(name);
                    }
                }
            } else if of.root == Root::Token {
                self.claims.entry(of.fields).or_default().extend(items);
            }
            return;
        }
        if let (Some(key), Some(of)) = (literal(item), document_keys(container)) {
            // `'k' in resource.data`
            if let (Value::Text(key), Root::Sent | Root::Stored) = (key, of.root) {
                let path: Vec<String> = of.fields.iter().cloned().chain([key]).collect();
                self.field(&path);
            }
        } else if let (Some(Root::Uid), Some(of)) = (origin(item).map(|of| of.root), document_keys(container))
            && let Some(field) = self.of_document(&of)
        {
            field.members = true;
            field.kind = Some(if matches!(container.kind, ExprKind::Call { .. }) { "map" } else { "list" });
        }
    }

    fn method(&mut self, target: &Expr, name: &str, args: &[Expr]) {
        if let ("matches", Some(Root::Capture(_))) = (name, origin(target).map(|of| of.root))
            && let Some(Value::Text(pattern)) = args.first().and_then(literal)
            && let Some(text) = super::sample::sample(&pattern)
        {
            self.name(&text);
        }
        match name {
            "matches" | "split" | "lower" | "upper" | "trim" | "replace" => self.kind(target, Some("string")),
            "hasAny" | "hasAll" | "hasOnly" | "toSet" | "join" | "concat" | "removeAll" => {
                self.kind(target, Some("list"));
                // Names of fields that may, or must, be there.
                if let Some(Value::List(keys)) = args.first().and_then(literal)
                    && is_about_keys(target)
                {
                    for key in keys {
                        if let Value::Text(key) = key {
                            self.field(&[key]);
                        }
                    }
                }
            }
            "keys" | "values" | "diff" => self.kind(target, Some("map")),
            "toMillis" | "date" | "year" => self.kind(target, Some("timestamp")),
            _ => {}
        }
    }

    fn kind(&mut self, expr: &Expr, kind: Option<&'static str>) {
        if let (Some(of), Some(kind)) = (origin(expr), kind)
            && let Some(field) = self.of_document(&of)
        {
            field.kind = field.kind.or(Some(kind));
        }
    }

    fn of_document(&mut self, of: &Origin) -> Option<&mut Field> {
        match of.root {
            _ if of.fields.is_empty() => None,
            Root::Sent | Root::Stored => self.field(&of.fields),
            Root::Other if self.others.len() < MOST_FIELDS || self.others.contains_key(&of.fields) => {
                Some(self.others.entry(of.fields.clone()).or_default())
            }
            _ => None,
        }
    }

    fn field(&mut self, path: &[String]) -> Option<&mut Field> {
        let full = self.fields.len() >= MOST_FIELDS && !self.fields.contains_key(path);
        if full || path.iter().any(String::is_empty) {
            return None;
        }
        Some(self.fields.entry(path.to_vec()).or_default())
    }

    /// `a` is a map where `a.b` is read.
    fn forget_parents(&mut self) {
        let parents: Vec<Vec<String>> = self
            .fields
            .keys()
            .filter(|path| {
                self.fields.keys().any(|other| other.len() > path.len() && other.starts_with(path))
            })
            .cloned()
            .collect();
        for parent in parents {
            self.fields.remove(&parent);
        }
    }
}

impl Field {
    fn constant(&mut self, constant: Value) {
        if !self.constants.contains(&constant) && self.constants.len() < MOST_CONSTANTS {
            self.constants.push(constant);
        }
    }
}

/// `x` or `x.keys()` of a document.
fn document_keys(expr: &Expr) -> Option<Origin> {
    match &expr.kind {
        ExprKind::Call { target: Some(target), name, args } if name.text == "keys" && args.is_empty() => {
            origin(target)
        }
        _ => origin(expr),
    }
    .filter(|of| matches!(of.root, Root::Sent | Root::Stored | Root::Other))
}

/// `….keys()`, `….diff(…).affectedKeys()` and the like, perhaps as a set.
fn is_about_keys(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call { target: Some(target), name, .. }
        if matches!(name.text.as_str(), "keys" | "affectedKeys" | "changedKeys" | "addedKeys" | "removedKeys" | "unchangedKeys")
            || (name.text == "toSet" && is_about_keys(target)))
}

fn is_request_time(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Member(inner, name)
        if name.text == "time" && matches!(&inner.kind, ExprKind::Variable(root) if root == "request"))
}

fn type_name(kind: &str) -> Option<&'static str> {
    [
        "bool",
        "int",
        "float",
        "number",
        "string",
        "bytes",
        "list",
        "map",
        "path",
        "timestamp",
        "latlng",
        "duration",
    ]
    .into_iter()
    .find(|known| *known == kind)
}
