//! Small worlds to try requests in: two people, two tenants, one document that belongs to someone.

use super::{
    super::{
        request::{Fields, Method, Store},
        value::NOT_BEFORE,
    },
    Caller, Value,
    harvest::{Field, Harvest},
};

/// The owner of the document, and the one who is not.
pub(crate) const VICTIM: &str = "alice";
pub(crate) const CALLER: &str = "mallory";
const VICTIMS_TENANT: &str = "acme";
const CALLERS_TENANT: &str = "initech";

/// Worlds for one path, at most.
const MOST_WORLDS: usize = 12;

/// What stands before a request is made.
#[derive(Clone, Debug)]
pub struct World {
    /// The document at the path, for all methods but create.
    pub stored: Fields,
    /// Other documents.
    pub others: Store,
    /// `request.auth`.
    pub auth: Value,
    /// Nanoseconds since 1970.
    pub now: i128,
}

/// 2026-01-01 and 2100-01-01: a condition that holds at both does not hang on the date.
pub(crate) const TIMES: [i128; 2] = [NOT_BEFORE, 4_102_444_800_000_000_000];

/// The world in which a caller meets a typical document.
pub(crate) fn plainest(harvest: &Harvest, caller: Caller) -> World {
    let (stored, auth) = (typical(harvest, VICTIM), auth(harvest, caller));
    World { stored, others: Store::new(), auth, now: TIMES[0] }
}

/// All of them that are tried, the plainest first.
pub(crate) fn worlds(harvest: &Harvest, caller: Caller, method: Method) -> Vec<World> {
    let World { stored: plain, auth, .. } = plainest(harvest, caller);
    let world = |stored: Fields, now| World { stored, others: Store::new(), auth: auth.clone(), now };
    let mut worlds = vec![world(plain.clone(), TIMES[0]), world(plain.clone(), TIMES[1])];
    if method == Method::Create {
        return worlds;
    }
    for (path, field) in &harvest.fields {
        if field.owner || field.members {
            continue;
        }
        for constant in variants(field) {
            if worlds.len() >= MOST_WORLDS {
                return worlds;
            }
            let mut stored = plain.clone();
            put(&mut stored, path, constant);
            let known = worlds.iter().any(|world| world.stored == stored);
            if !known {
                worlds.push(world(stored, TIMES[0]));
            }
        }
    }
    worlds
}

fn variants(field: &Field) -> Vec<Value> {
    let mut values: Vec<Value> =
        field.constants.iter().filter(|value| !matches!(value, Value::Null)).cloned().collect();
    if field.kind == Some("bool") || values.iter().any(|value| matches!(value, Value::Bool(_))) {
        values.push(Value::Bool(true));
        values.push(Value::Bool(false));
    }
    values
}

/// A document with every field that the conditions mention, owned by this person.
pub(crate) fn typical(harvest: &Harvest, owner: &str) -> Fields {
    let (owners, tenants) = (harvest.owners(), harvest.tenants());
    let tenant = if owner == VICTIM { VICTIMS_TENANT } else { CALLERS_TENANT };
    let mut fields = Fields::new();
    for (path, field) in &harvest.fields {
        let top = path.first().map(String::as_str).unwrap_or_default();
        let value = match path.as_slice() {
            [_] if owners.contains(&top) => Value::text(owner),
            [_] if tenants.contains(&top) => Value::text(tenant),
            _ if field.owner => Value::text(owner),
            _ if field.members && field.kind == Some("map") => {
                let role = field.constants.first().cloned().unwrap_or(Value::Bool(true));
                Value::Map(Fields::from([(owner.to_owned(), role)]))
            }
            _ if field.members => Value::List(vec![Value::text(owner)]),
            _ => neutral(field),
        };
        put(&mut fields, path, value);
    }
    fields
}

/// A value of the field's type that no condition names.
pub(crate) fn neutral(field: &Field) -> Value {
    let kind = field.kind.or_else(|| field.constants.first().map(Value::kind)).unwrap_or("string");
    match kind {
        "bool" => Value::Bool(false),
        "int" | "number" => Value::Int(7),
        "float" => Value::Float(7.5),
        "list" => Value::List(vec![Value::text("something")]),
        "map" => Value::Map(Fields::from([("something".to_owned(), Value::text("else"))])),
        "timestamp" => Value::Time(1_700_000_000_000_000_000),
        "duration" => Value::Duration(1_000_000_000),
        "latlng" => Value::Place(1.0, 2.0),
        "bytes" => Value::Bytes(b"bytes".to_vec()),
        "path" => {
            Value::Path(["databases", "(default)", "documents", "users", VICTIM].map(str::to_owned).to_vec())
        }
        _ => Value::text("something"),
    }
}

/// Sets a field, making the maps on the way.
pub(crate) fn put(fields: &mut Fields, path: &[String], value: Value) {
    match path {
        [] => {}
        [last] => drop(fields.insert(last.clone(), value)),
        [first, rest @ ..] => {
            let inner = fields.entry(first.clone()).or_insert_with(|| Value::map([]));
            if !matches!(inner, Value::Map(_)) {
                *inner = Value::map([]);
            }
            if let Value::Map(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

pub(crate) fn read<'f>(fields: &'f Fields, path: &[String]) -> Option<&'f Value> {
    match path {
        [] => None,
        [last] => fields.get(last),
        [first, rest @ ..] => match fields.get(first)? {
            Value::Map(inner) => read(inner, rest),
            _ => None,
        },
    }
}

/// `request.auth` of a caller.
pub(crate) fn auth(harvest: &Harvest, caller: Caller) -> Value {
    let uid = match caller {
        Caller::Anonymous => return Value::Null,
        Caller::Owner => VICTIM,
        _ => CALLER,
    };
    let provider = if caller == Caller::AnonymousProvider { "anonymous" } else { "password" };
    let firebase = Value::map([("sign_in_provider", Value::text(provider)), ("identities", Value::map([]))]);
    let mut token = Fields::from([
        ("sub".to_owned(), Value::text(uid)),
        ("user_id".to_owned(), Value::text(uid)),
        ("aud".to_owned(), Value::text("demo")),
        ("iss".to_owned(), Value::text("https://securetoken.google.com/demo")),
        ("iat".to_owned(), Value::Int(1)),
        ("exp".to_owned(), Value::Int(9_999_999_999)),
        ("auth_time".to_owned(), Value::Int(1)),
        ("firebase".to_owned(), firebase),
    ]);
    if caller != Caller::AnonymousProvider {
        token.insert("email".to_owned(), Value::text(format!("{uid}@example.org")));
        token.insert("email_verified".to_owned(), Value::Bool(true));
        // Anyone can set these two for their own account.
        token.insert("name".to_owned(), Value::text(uid));
        token.insert("picture".to_owned(), Value::text("https://example.org/me.png"));
    }
    let own = |path: &[String]| path.first().is_some_and(|name| token.contains_key(name));
    let claims: Vec<(&Vec<String>, Value)> = match caller {
        Caller::Admin => harvest.claims.iter().filter(|(path, _)| !own(path)).map(admin_claim).collect(),
        Caller::SameTenant => {
            let paths = harvest.claims.keys().filter(|path| !own(path) && is_of_tenant(harvest, path));
            paths.map(|path| (path, tenant_value(harvest, path))).collect()
        }
        _ => Vec::new(),
    };
    for (path, value) in claims {
        put(&mut token, path, value);
    }
    Value::map([("uid", Value::text(uid)), ("token", Value::Map(token))])
}

/// Does the claim name a tenant, by what it is compared with or by its name?
pub(crate) fn is_of_tenant(harvest: &Harvest, claim: &Vec<String>) -> bool {
    harvest.claims_of_path.contains(claim)
        || harvest.fields.values().any(|field| field.claim.as_ref() == Some(claim))
        || claim.last().is_some_and(|name| super::harvest::is_named(name, &super::harvest::TENANT_NAMES))
}

/// A claim that fits what it is compared with.
fn admin_claim<'h>((path, constants): (&'h Vec<String>, &'h Vec<Value>)) -> (&'h Vec<String>, Value) {
    let value = constants.iter().find(|constant| !matches!(constant, Value::Null | Value::Bool(false)));
    (path, value.cloned().unwrap_or(Value::Bool(true)))
}

/// What the typical document holds where it is compared with this claim.
fn tenant_value(harvest: &Harvest, claim: &Vec<String>) -> Value {
    if harvest.claims_of_path.contains(claim) {
        return Value::text(VICTIM);
    }
    let stored = typical(harvest, VICTIM);
    let compared = harvest.fields.iter().find(|(_, field)| field.claim.as_ref() == Some(claim));
    compared.and_then(|(path, _)| read(&stored, path).cloned()).unwrap_or_else(|| Value::text(VICTIMS_TENANT))
}

/// Does a database take the value?
pub(super) fn is_storable(value: &Value, in_list: bool) -> bool {
    match value {
        Value::List(items) => !in_list && items.iter().all(|item| is_storable(item, true)),
        Value::Map(map) => map.iter().all(|(key, value)| !key.is_empty() && is_storable(value, in_list)),
        Value::Path(segments) => segments.len() >= 5 && segments.len() % 2 == 1,
        Value::Text(text) => text.len() < 1_000_000,
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Bytes(_)
        | Value::Place(..) => true,
        // The years 1 to 9999.
        Value::Time(nanos) => (-62_135_596_800..253_402_300_800).contains(&nanos.div_euclid(1_000_000_000)),
        Value::Set(_) | Value::Diff(..) | Value::Duration(_) | Value::Bounded(_) | Value::Unknown(_) => false,
    }
}
