//! A concrete request that proves an open grant, checked by the concrete evaluator.

use super::{
    Compiled,
    access::{Grant, Principal},
    ast::Segment,
    request::{Decision, Fields, Method, Query, Request, Store, decide},
    value::Value,
};

/// A request that the rules let through.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Witness {
    pub principal: Principal,
    pub method: Method,
    /// Of the document, or of the listed collection; below `documents`.
    pub path: String,
}

/// The user id of the caller; the document belongs to someone else.
const CALLER: &str = "mallory";

/// Builds the request and puts it to the rules; nothing if they refuse it.
pub fn witness(rules: &Compiled, grant: &Grant, principal: Principal, method: Method) -> Option<Witness> {
    let document = document(&grant.pattern)?;
    let path = match method {
        Method::List => document.rsplit_once('/')?.0.to_owned(),
        _ => document.clone(),
    };
    if path.split('/').count() % 2 != usize::from(method == Method::List) {
        return None;
    }
    let mut before = Store::new();
    if method != Method::Create {
        before.insert(document.clone(), Fields::new());
    }
    let mut after = before.clone();
    match method {
        Method::Create | Method::Update => drop(after.insert(document, Fields::new())),
        Method::Delete => drop(after.remove(&document)),
        Method::Get | Method::List => {}
    }
    let request = Request {
        method,
        path: path.clone(),
        auth: match principal {
            Principal::Anonymous => Value::Null,
            Principal::Stranger => account(),
        },
        data: matches!(method, Method::Create | Method::Update).then(Fields::new),
        query: Query { limit: Some(1), ..Query::default() },
        now: 0,
    };
    let allowed = matches!(decide(rules, &request, &before, &after), Decision::Allow(_));
    allowed.then_some(Witness { principal, method, path })
}

fn account() -> Value {
    let firebase =
        Value::map([("sign_in_provider", Value::text("password")), ("identities", Value::map([]))]);
    let token = Value::map([
        ("sub", Value::text(CALLER)),
        ("email", Value::text("mallory@example.org")),
        ("email_verified", Value::Bool(true)),
        ("firebase", firebase),
    ]);
    Value::map([("uid", Value::text(CALLER)), ("token", token)])
}

/// A document's path that the pattern covers.
pub fn document(pattern: &[Segment]) -> Option<String> {
    let mut segments: Vec<String> = Vec::new();
    for segment in pattern {
        match segment {
            Segment::Literal(text) => segments.push(text.clone()),
            Segment::Capture(_) => {
                segments.push(if segments.len() % 2 == 1 { "alice" } else { "users" }.to_owned());
            }
            Segment::Recursive(_) if segments.len().is_multiple_of(2) => {
                segments.extend(["users".into(), "alice".into()]);
            }
            Segment::Recursive(_) => segments.push("alice".to_owned()),
        }
    }
    (!segments.is_empty()).then(|| segments.join("/"))
}

impl Witness {
    /// The request as a command line against Google's REST interface.
    pub fn command(&self) -> String {
        let url = format!(
            "https://firestore.googleapis.com/v1/projects/PROJECT/databases/(default)/documents/{}",
            self.path
        );
        let token = match self.principal {
            Principal::Anonymous => "",
            Principal::Stranger => " -H 'Authorization: Bearer ID_TOKEN_OF_ANY_ACCOUNT'",
        };
        let verb = match self.method {
            Method::Get | Method::List => "",
            Method::Delete => " -X DELETE",
            Method::Create | Method::Update => " -X PATCH -d '{\"fields\":{}}'",
        };
        format!("curl{verb}{token} '{url}'")
    }
}
