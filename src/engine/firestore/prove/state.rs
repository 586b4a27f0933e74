//! What a search may change, and what it has changed so far.

use super::{
    super::request::{Fields, Method},
    Caller, Target, Value, World,
    harvest::Harvest,
    world::{CALLER, put},
};

/// Something that can be chosen, with the path of the field in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    Sent(Vec<String>),
    Stored(Vec<String>),
    /// Another document, by its path; without fields the document itself.
    Other(String, Vec<String>),
    /// A claim of the caller's token.
    Token(Vec<String>),
    /// The caller's id.
    Uid,
}

impl Place {
    pub(crate) fn fields(&self) -> &[String] {
        match self {
            Self::Sent(fields) | Self::Stored(fields) | Self::Other(_, fields) | Self::Token(fields) => {
                fields
            }
            Self::Uid => &[],
        }
    }

    /// A field below.
    pub(crate) fn with(mut self, name: String) -> Option<Self> {
        match &mut self {
            Self::Sent(fields) | Self::Stored(fields) | Self::Other(_, fields) | Self::Token(fields) => {
                fields.push(name);
            }
            Self::Uid => return None,
        }
        Some(self)
    }
}

/// A change; without a value the field goes.
pub(crate) type Edit = (Place, Option<Value>);

/// What may be chosen besides what is sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Free {
    /// What the document holds.
    pub(crate) stored: bool,
    /// Which other documents there are.
    pub(crate) others: bool,
    /// What the token says, as far as the class of callers can have it.
    pub(crate) claims: bool,
}

impl Free {
    pub(crate) const ALL: Self = Self { stored: true, others: true, claims: true };
}

pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) sent: Fields,
    pub(crate) pinned: Fields,
}

impl State {
    pub(crate) fn lock(&mut self, locked: &Fields) {
        for (key, value) in locked {
            self.sent.insert(key.clone(), value.clone());
        }
    }

    /// Applies what may be changed; did anything change?
    pub(crate) fn apply(&mut self, edits: Vec<Edit>, target: Target<'_>, harvest: &Harvest) -> bool {
        let mut changed = false;
        for (place, value) in edits {
            if !may(&place, value.as_ref(), target, harvest) {
                continue;
            }
            changed |= match place {
                Place::Sent(path) => set(&mut self.sent, &path, value),
                Place::Stored(path) => {
                    let changed = set(&mut self.world.stored, &path, value);
                    if target.method == Method::List {
                        self.pinned = self.world.stored.clone();
                    }
                    changed
                }
                Place::Other(document, path) if path.is_empty() && value.is_none() => {
                    self.world.others.remove(&document).is_some()
                }
                Place::Other(document, path) => {
                    let is_new = !self.world.others.contains_key(&document);
                    let fields = self.world.others.entry(document).or_default();
                    set(fields, &path, value) || is_new
                }
                Place::Token(path) => set_claim(&mut self.world.auth, &path, value),
                Place::Uid => set_uid(&mut self.world.auth, value),
            };
        }
        self.lock(target.locked);
        changed
    }
}

/// May the class have it so? A stranger is named in no document, and nobody but an administrator has
/// a claim that the project's own code sets.
fn may(place: &Place, value: Option<&Value>, target: Target<'_>, harvest: &Harvest) -> bool {
    let caller = target.caller;
    match place {
        Place::Sent(_) => true,
        Place::Stored(_) => caller == Caller::Owner || !value.is_some_and(names_caller),
        Place::Other(..) => {
            matches!(caller, Caller::Owner | Caller::SameTenant) || !value.is_some_and(names_caller)
        }
        Place::Uid => caller == Caller::Admin && matches!(value, Some(Value::Text(_))),
        Place::Token(path) => {
            let first = path.first().map(String::as_str).unwrap_or_default();
            if !value.is_none_or(|value| is_claim(path, value)) {
                return false;
            }
            match (caller, first) {
                (Caller::Anonymous | Caller::AnonymousProvider, _)
                | (_, "sub" | "user_id" | "aud" | "iss" | "iat" | "exp" | "auth_time") => false,
                (Caller::Admin, _) | (_, "name" | "picture" | "phone_number") => true,
                (_, "email") => value.is_some_and(|value| !harvest.constants.contains(value)),
                (_, "firebase") => {
                    path.len() == 2
                        && path[1] == "sign_in_provider"
                        && value.is_some_and(|value| *value != Value::text("anonymous"))
                }
                (Caller::SameTenant, _) => super::world::is_of_tenant(harvest, path),
                _ => false,
            }
        }
    }
}

/// A token is JSON, and the claims that Google writes are of one type.
fn is_claim(path: &[String], value: &Value) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["email" | "name" | "picture" | "phone_number"] | ["firebase", "sign_in_provider" | "tenant"] => {
            matches!(value, Value::Text(_))
        }
        ["email_verified"] => matches!(value, Value::Bool(_)),
        ["firebase"] => matches!(value, Value::Map(_)) && is_json(value),
        _ => is_json(value),
    }
}

fn is_json(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => true,
        Value::List(items) => items.iter().all(is_json),
        Value::Map(map) => map.values().all(is_json),
        _ => false,
    }
}

fn names_caller(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.starts_with(CALLER),
        Value::List(items) | Value::Set(items) => items.iter().any(names_caller),
        Value::Map(map) => map.iter().any(|(key, value)| key.starts_with(CALLER) || names_caller(value)),
        Value::Path(segments) => segments.iter().any(|segment| segment.starts_with(CALLER)),
        _ => false,
    }
}

fn set_claim(auth: &mut Value, path: &[String], value: Option<Value>) -> bool {
    let Value::Map(auth) = auth else { return false };
    match auth.get_mut("token") {
        Some(Value::Map(token)) => set(token, path, value),
        _ => false,
    }
}

fn set_uid(auth: &mut Value, value: Option<Value>) -> bool {
    let (Value::Map(auth), Some(value)) = (auth, value) else { return false };
    if let Some(Value::Map(token)) = auth.get_mut("token") {
        for claim in ["sub", "user_id"] {
            token.insert(claim.to_owned(), value.clone());
        }
    }
    auth.insert("uid".to_owned(), value.clone()) != Some(value)
}

fn set(fields: &mut Fields, path: &[String], value: Option<Value>) -> bool {
    match (path, value) {
        ([], _) => false,
        (path, Some(value)) => {
            let changed = super::world::read(fields, path) != Some(&value);
            if changed {
                put(fields, path, value);
            }
            changed
        }
        ([last], None) => fields.remove(last).is_some(),
        ([first, rest @ ..], None) => match fields.get_mut(first) {
            Some(Value::Map(inner)) => set(inner, rest, None),
            _ => false,
        },
    }
}
