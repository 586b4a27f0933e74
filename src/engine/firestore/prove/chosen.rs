//! Decisions that rest on what the caller writes into a new document.
//!
//! `request.resource.data` is the caller's to choose. To test its type is validation, to compare it
//! with the caller's id is ownership; to take from it that the caller is an administrator, or which
//! person's role is looked up, is neither.

use super::{
    super::{
        ast::{Expr, ExprKind, Operator, PathPart, Segment},
        collection::{self, Content},
        request::{Fields, Method},
    },
    Attempt, Caller, Free, Ground, Proof, Prover, Target, Value,
    harvest::is_named,
    origin::{Root, literal, origin},
    world::VICTIM,
};

/// Fields that say what someone may do.
const PRIVILEGES: [&str; 14] = [
    "role",
    "roles",
    "userrole",
    "admin",
    "isadmin",
    "superadmin",
    "issuperadmin",
    "isstaff",
    "staff",
    "permissions",
    "permission",
    "isowner",
    "ismoderator",
    "usertype",
];
/// What they say of those who may do more.
const TITLES: [&str; 14] = [
    "admin",
    "administrator",
    "superadmin",
    "superuser",
    "root",
    "owner",
    "moderator",
    "staff",
    "manager",
    "editor",
    "system",
    "service",
    "server",
    "internal",
];
/// Collections in which being listed is a privilege.
const LISTS: [&str; 8] =
    ["admins", "administrators", "superadmins", "moderators", "staff", "managers", "roles", "owners"];

/// Most comparisons of one path that are tried.
const MOST: usize = 12;

/// A sent field on which a create rests.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub field: String,
    /// Another person's document is looked up by it.
    pub names: bool,
    pub proof: Proof,
}

impl Prover<'_> {
    /// Fields by whose value any signed-in user gets in; each shown by a request, and by another value
    /// that would not do.
    pub fn chosen(&self, ground: &Ground) -> Vec<Chosen> {
        let mut candidates: Vec<(String, Value, bool)> = Vec::new();
        for (grant, _) in self.sites(ground, Method::Create) {
            if let Some(condition) = &grant.flat {
                condition.visit(&mut |part| candidates.extend(candidate(part)));
            }
        }
        candidates.sort_by(|a, b| (&a.0, a.2).cmp(&(&b.0, b.2)));
        candidates.dedup();
        candidates.truncate(MOST);
        let mut found: Vec<Chosen> = Vec::new();
        for (field, value, names) in candidates {
            if found.iter().any(|known| known.field == field) {
                continue;
            }
            let proof =
                if names { self.by_name(ground, &field) } else { self.by_value(ground, &field, &value) };
            found.extend(proof.map(|proof| Chosen { field, names, proof }));
        }
        found
    }

    /// The value lets in, another does not.
    fn by_value(&self, ground: &Ground, field: &str, value: &Value) -> Option<Proof> {
        let other = match value {
            Value::Bool(truth) => Value::Bool(!truth),
            _ => Value::text("visitor"),
        };
        [Caller::Stranger, Caller::Owner].into_iter().find_map(|caller| {
            let tried = |value: &Value| {
                let locked = Fields::from([(field.to_owned(), value.clone())]);
                let target =
                    Target { caller, method: Method::Create, locked: &locked, free: Free::default() };
                self.typical(ground, target)
            };
            let proof = tried(value).proof()?;
            (tried(&other) == Attempt::Refused).then_some(proof)
        })
    }

    /// Someone else's document lets in, where without it nothing does.
    fn by_name(&self, ground: &Ground, field: &str) -> Option<Proof> {
        let locked = Fields::from([(field.to_owned(), Value::text(VICTIM))]);
        let tried = |others| {
            let free = Free { others, ..Free::default() };
            let target = Target { caller: Caller::Stranger, method: Method::Create, locked: &locked, free };
            self.typical(ground, target)
        };
        let proof = tried(true).proof()?;
        let theirs = |path: &String| path.split('/').any(|step| step == VICTIM);
        (tried(false).proof().is_none() && proof.others.keys().any(theirs)).then_some(proof)
    }
}

/// The field that a part of a condition trusts, with the value to send; or by which it looks someone
/// up.
fn candidate(part: &Expr) -> Option<(String, Value, bool)> {
    match &part.kind {
        ExprKind::Binary(Operator::Equal, left, right) => {
            let (field, value) = [(left, right), (right, left)]
                .into_iter()
                .find_map(|(field, value)| Some((sent(field)?, literal(value)?)))?;
            is_privilege(&field, &value).then_some((field, value, false))
        }
        ExprKind::Binary(Operator::In, item, list) => {
            let (field, Value::List(values)) = (sent(item)?, literal(list)?) else { return None };
            let all = values.iter().all(|value| is_privilege(&field, value));
            let first = values.into_iter().next()?;
            all.then_some((field, first, false))
        }
        ExprKind::Binary(Operator::And | Operator::Or, left, right) => {
            let field = [left, right].into_iter().find_map(|operand| sent(operand))?;
            is_named(&field, &PRIVILEGES).then_some((field, Value::Bool(true), false))
        }
        ExprKind::Call { target: None, name, args } if name.text == "exists" => {
            let (collection, field) = looked_up(args.first()?)?;
            is_named(&collection, &LISTS).then_some((field, Value::Null, true))
        }
        _ => {
            let of = origin(part).filter(|of| of.root == Root::Other)?;
            let (collection, field) = path_of(part).and_then(looked_up)?;
            let segments = [Segment::Literal(collection.clone()), Segment::Capture(String::new())];
            let people = collection::content(&segments) == Content::People || is_named(&collection, &LISTS);
            let says = of.fields.last().is_some_and(|name| is_named(name, &PRIVILEGES));
            (people && says).then_some((field, Value::Null, true))
        }
    }
}

fn is_privilege(field: &str, value: &Value) -> bool {
    match value {
        Value::Text(text) => is_named(text, &TITLES),
        Value::Bool(truth) => *truth && is_named(field, &PRIVILEGES),
        _ => false,
    }
}

/// `title` of `request.resource.data.title`.
fn sent(expr: &Expr) -> Option<String> {
    let of = origin(expr).filter(|of| of.root == Root::Sent)?;
    match of.fields.as_slice() {
        [field] => Some(field.clone()),
        _ => None,
    }
}

/// What `get` reads, below a chain of fields.
fn path_of(mut expr: &Expr) -> Option<&Expr> {
    loop {
        match &expr.kind {
            ExprKind::Call { target: None, args, .. } => return args.first(),
            ExprKind::Member(inner, _)
            | ExprKind::Index(inner, _)
            | ExprKind::Call { target: Some(inner), .. } => expr = inner,
            _ => return None,
        }
    }
}

/// The collection and the sent field of `/…/users/$(request.resource.data.user)`.
fn looked_up(path: &Expr) -> Option<(String, String)> {
    let ExprKind::Path(parts) = &path.kind else { return None };
    match parts.as_slice() {
        [.., PathPart::Literal(collection), PathPart::Computed(id)] => Some((collection.clone(), sent(id)?)),
        _ => None,
    }
}
