//! A request that a rule lets through, with what the database must hold for it.

use super::{
    super::{
        candidates::ME,
        json,
        request::{Operation, Request},
        state::Json,
        tree::Ruleset,
    },
    Caller, Task,
};

#[derive(Clone, Debug)]
pub struct Witness {
    pub caller: Caller,
    pub path: Vec<String>,
    pub task: Task,
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
            data: self.data.clone(),
            now: self.now,
        }
    }

    /// A witness is only shown if the evaluator lets it through.
    pub fn holds(&self, rules: &Ruleset) -> bool {
        self.request().decide(rules).allowed
    }

    /// As a command line against the REST interface
    /// (<https://firebase.google.com/docs/reference/rest/database>).
    pub fn command(&self) -> String {
        let auth = if self.caller == Caller::Anonymous { "" } else { "?auth=$ID_TOKEN" };
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
