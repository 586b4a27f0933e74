//! A request that a rule lets through, with what the database must hold for it.

use std::fmt::Write as _;

use super::{
    super::{
        candidates::ME,
        json,
        request::{Operation, Query, Request},
        state::{Json, Scalar},
        tree::Ruleset,
    },
    Caller, Task,
};

#[derive(Clone, Debug)]
pub struct Witness {
    pub caller: Caller,
    pub path: Vec<String>,
    pub task: Task,
    /// What a read asks for.
    pub query: Query,
    /// What is written.
    pub value: Option<Json>,
    /// What the database holds before.
    pub data: Option<Json>,
    /// Milliseconds since 1970.
    pub now: f64,
}

impl Witness {
    pub fn request(&self) -> Request {
        let operation = match self.task {
            Task::Read => Operation::Read,
            Task::Write => Operation::Write(self.value.clone()),
            Task::Delete => Operation::Write(None),
        };
        Request {
            auth: auth(self.caller),
            path: self.path.clone(),
            operation,
            query: self.query.clone(),
            data: self.data.clone(),
            now: self.now,
        }
    }

    /// A witness is only shown if the evaluator lets it through.
    pub fn holds(&self, rules: &Ruleset) -> bool {
        asked(&self.query).is_some() && self.request().decide(rules).allowed
    }

    /// As a command line against the REST interface
    /// (<https://firebase.google.com/docs/reference/rest/database>).
    pub fn command(&self) -> String {
        let mut parameters = asked(&self.query).unwrap_or_default();
        if self.caller != Caller::Anonymous {
            parameters.push("auth=$ID_TOKEN".to_owned());
        }
        let sign = if parameters.is_empty() { "" } else { "?" };
        let auth = format!("{sign}{}", parameters.join("&"));
        let path =
            self.path.join("/").replace(|letter: char| letter.is_control() || "'\\ ".contains(letter), "_");
        let url = format!("\"https://$PROJECT-default-rtdb.firebaseio.com/{path}.json{auth}\"");
        match self.task {
            Task::Read => format!("curl {url}"),
            Task::Delete => format!("curl -X DELETE {url}"),
            Task::Write => {
                let value = json::shown(self.value.as_ref()).to_string().replace('\'', "\\u0027");
                format!("curl -X PUT -d '{value}' {url}")
            }
        }
    }

    /// What the database must hold, where that matters.
    pub fn state(&self) -> Option<String> {
        self.data.as_ref().map(|data| json::shown(Some(data)).to_string())
    }
}

/// The parameters by which the REST interface is asked the same; nothing where it cannot be asked: a
/// range has an order, and an order is one.
fn asked(query: &Query) -> Option<Vec<String>> {
    let (mut order, mut rest) = (None, Vec::new());
    for (member, value) in query {
        let by = match (member.as_str(), value) {
            ("orderByChild", Scalar::Text(child)) => child.as_str(),
            ("orderByKey", Scalar::Bool(true)) => "$key",
            ("orderByValue", Scalar::Bool(true)) => "$value",
            ("orderByPriority", Scalar::Bool(true)) => "$priority",
            ("equalTo" | "startAt" | "endAt", value) => {
                rest.push(format!("{member}={}", written(value)));
                continue;
            }
            ("limitToFirst" | "limitToLast", Scalar::Number(count))
                if *count >= 1.0 && count.fract() == 0.0 =>
            {
                rest.push(format!("{member}={count}"));
                continue;
            }
            _ => return None,
        };
        if order.replace(format!("orderBy={}", written(&Scalar::Text(by.to_owned())))).is_some() {
            return None;
        }
    }
    let is_fit = order.is_some() || rest.is_empty();
    is_fit.then(|| order.into_iter().chain(rest).collect())
}

/// As JSON, in an address.
fn written(value: &Scalar) -> String {
    let text = json::shown(Some(&Json::Leaf(value.clone()))).to_string();
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// `{"uid": "me", "token": {…}}`.
pub(super) fn auth(caller: Caller) -> Option<Json> {
    if caller == Caller::Anonymous {
        return None;
    }
    json::data(&serde_json::json!({
        "uid": ME,
        "provider": "password",
        "token": {
            "sub": ME,
            "email": "me@example.com",
            "email_verified": true,
            "firebase": { "sign_in_provider": "password" },
        },
    }))
}
