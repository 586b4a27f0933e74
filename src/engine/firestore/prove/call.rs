//! A proof as a command that anyone can run.

use base64::Engine as _;
use serde_json::{Value as Json, json};

use super::{
    super::request::{Fields, Method},
    Caller, Proof, Value,
};

const NAME: &str = "projects/PROJECT/databases/(default)/documents";
const HOST: &str = "https://firestore.googleapis.com/v1";

impl Proof {
    /// The request as a `curl` command against Google's REST interface.
    pub fn curl(&self) -> String {
        let token = match self.caller {
            Caller::Anonymous => "",
            _ => " -H 'Authorization: Bearer ID_TOKEN'",
        };
        let path = self.path();
        let (url, body) = match self.method {
            Method::Get => (format!("{NAME}/{path}"), None),
            Method::List => {
                let (parent, collection) = path.rsplit_once('/').unwrap_or(("", path));
                let slash = if parent.is_empty() { "" } else { "/" };
                (format!("{NAME}{slash}{parent}:runQuery"), Some(self.query(collection)))
            }
            Method::Create | Method::Update | Method::Delete => {
                (format!("{NAME}:commit"), Some(json!({ "writes": [self.write()] })))
            }
        };
        let body = body.map(|body| format!(" -d {}", quoted(&body.to_string()))).unwrap_or_default();
        format!("curl{token} {}{body}", quoted(&format!("{HOST}/{url}")))
    }

    fn query(&self, collection: &str) -> Json {
        let field = |name: &String| json!({ "fieldPath": format!("`{name}`") });
        let filters: Vec<Json> = self
            .pinned
            .iter()
            .map(|(name, value)| match value {
                Value::Null => json!({ "unaryFilter": { "field": field(name), "op": "IS_NULL" } }),
                value => {
                    json!({ "fieldFilter": { "field": field(name), "op": "EQUAL", "value": typed(value) } })
                }
            })
            .collect();
        let mut query = json!({ "from": [{ "collectionId": collection }] });
        if let Some(limit) = self.limit {
            query["limit"] = json!(limit);
        }
        if !filters.is_empty() {
            query["where"] = json!({ "compositeFilter": { "op": "AND", "filters": filters } });
        }
        json!({ "structuredQuery": query })
    }

    fn write(&self) -> Json {
        let name = format!("{NAME}/{}", self.document);
        let Some(sent) = &self.sent else { return json!({ "delete": name }) };
        let is_now = |value: &Value| *value == Value::Time(self.now);
        let fields: Fields = sent
            .iter()
            .filter(|(_, value)| !is_now(value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let mut write = json!({ "update": { "name": name, "fields": wire(&fields) } });
        let set: Vec<Json> = sent
            .iter()
            .filter(|(_, value)| is_now(value))
            .map(|(key, _)| json!({ "fieldPath": format!("`{key}`"), "setToServerValue": "REQUEST_TIME" }))
            .collect();
        if !set.is_empty() {
            write["updateTransforms"] = Json::Array(set);
        }
        write
    }
}

/// One word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn wire(fields: &Fields) -> Json {
    Json::Object(fields.iter().map(|(key, value)| (key.clone(), typed(value))).collect())
}

/// A value in the form of the REST interface.
fn typed(value: &Value) -> Json {
    match value {
        Value::Bool(value) => json!({ "booleanValue": value }),
        Value::Int(int) => json!({ "integerValue": int.to_string() }),
        Value::Float(float) => json!({ "doubleValue": float }),
        Value::Text(text) => json!({ "stringValue": text }),
        Value::List(items) => {
            json!({ "arrayValue": { "values": items.iter().map(typed).collect::<Vec<_>>() } })
        }
        Value::Map(map) => json!({ "mapValue": { "fields": wire(map) } }),
        Value::Time(_) => json!({ "timestampValue": super::plain(value) }),
        Value::Place(latitude, longitude) => {
            json!({ "geoPointValue": { "latitude": latitude, "longitude": longitude } })
        }
        Value::Bytes(bytes) => {
            json!({ "bytesValue": base64::engine::general_purpose::STANDARD.encode(bytes) })
        }
        Value::Path(segments) => {
            json!({ "referenceValue": format!("{NAME}/{}", segments.get(3..).unwrap_or_default().join("/")) })
        }
        // What no document holds.
        _ => json!({ "nullValue": null }),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_quote_ends_no_word() {
        assert_eq!(quoted("a'; rm -rf /; '"), r"'a'\''; rm -rf /; '\'''");
    }
}
