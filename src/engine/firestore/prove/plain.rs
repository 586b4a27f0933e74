//! Values and requests as people and programs read them.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::{
    super::request::{Fields, Method},
    Caller, Proof, Value,
};

/// A value as JSON; what JSON has no type for is written as the rules language writes it.
pub fn plain(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::Text(text) => json!(text),
        Value::List(items) | Value::Set(items) => items.iter().map(plain).collect(),
        Value::Map(map) => fields(map),
        Value::Path(segments) => json!(format!("/{}", segments.join("/"))),
        Value::Time(nanos) => json!(moment(*nanos)),
        Value::Duration(nanos) => json!(format!("{}s", nanos / 1_000_000_000)),
        Value::Place(latitude, longitude) => json!([latitude, longitude]),
        Value::Bytes(bytes) => json!(format!("{} bytes", bytes.len())),
        Value::Diff(..) | Value::Bounded(_) | Value::Unknown(_) => json!(value.kind()),
    }
}

pub(crate) fn fields(fields: &Fields) -> Json {
    Json::Object(fields.iter().map(|(key, value)| (key.clone(), plain(value))).collect())
}

fn moment(nanos: i128) -> String {
    let moment = jiff::Timestamp::from_nanosecond(nanos);
    moment.map_or_else(|_| nanos.to_string(), |moment| moment.to_string())
}

impl Proof {
    /// In one line: who does what to which document, and what must be there.
    pub fn command(&self) -> String {
        let mut text = format!("{} {}", self.method.name(), self.path());
        match self.method {
            Method::List if !self.pinned.is_empty() => {
                let _ = write!(text, " where {}", fields(&self.pinned));
            }
            Method::Create | Method::Update => {
                let _ = write!(text, " to {}", fields(&self.sent.clone().unwrap_or_default()));
            }
            _ => {}
        }
        text.push_str(match self.caller {
            Caller::Anonymous => " without signing in",
            Caller::AnonymousProvider => " as an anonymous account",
            Caller::Stranger => " as mallory",
            Caller::SameTenant => " as mallory of the same tenant",
            Caller::Owner => " as alice, the owner",
            Caller::Admin => " as mallory with admin claims",
        });
        if let Some(stored) = self.stored.as_ref().filter(|stored| !stored.is_empty()) {
            let _ = write!(text, "; stored: {}", fields(stored));
        }
        for (path, data) in &self.others {
            let _ = write!(text, "; {path}: {}", fields(data));
        }
        text
    }
}
