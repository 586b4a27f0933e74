//! The emulator and its REST interface.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use base64::Engine as _;
use gonogo::engine::firestore::{
    prove::plain,
    request::{Comparison, Fields, Method, Request, Store},
    value::Value,
};
use serde_json::{Value as Json, json};

const DOCUMENTS: &str = "/v1/projects/demo/databases/(default)/documents";
const NAME: &str = "projects/demo/databases/(default)/documents";

pub(super) struct Emulator {
    process: Child,
    port: u16,
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Emulator {
    /// `None`, and a line about it, where the emulator is not installed.
    pub(super) fn start() -> Option<Self> {
        let Some((java, jar)) = installed() else {
            eprintln!(
                "skipped: the Firestore emulator (google-cloud-cli-firestore-emulator, Java 17) is not here"
            );
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(java)
            .args(["-Duser.language=en", "-Xmx1500m", "-cp"])
            .arg(jar)
            .arg("com.google.cloud.datastore.emulator.firestore.CloudFirestore")
            .args(["start", "--host=127.0.0.1", &format!("--port={port}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let emulator = Self { process, port };
        for _ in 0..1_200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(emulator);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the emulator does not listen on port {port}");
    }

    pub(super) fn ask(
        &self,
        verb: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Json>,
    ) -> (u16, Json) {
        let body = body.map(Json::to_string).unwrap_or_default();
        let auth = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let request = format!(
            "{verb} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{auth}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        // A connection each: on a kept one the server's answers wait for acknowledgements.
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let answer = read_answer(&mut BufReader::new(stream));
        let (status, body) = answer.unwrap_or_else(|| panic!("the emulator does not answer {verb} {path}"));
        (status, serde_json::from_slice(&body).unwrap_or(Json::Null))
    }

    /// Loads rules; what the compiler says if it refuses them, and its warnings if not.
    pub(super) fn load(&self, rules: &str) -> Result<Json, String> {
        let body = json!({ "rules": { "files": [{ "name": "firestore.rules", "content": rules }] } });
        match self.ask("PUT", "/emulator/v1/projects/demo:securityRules", None, Some(&body)) {
            (200, answer) => Ok(answer),
            (_, answer) => Err(answer["error"]["message"].as_str().unwrap_or_default().to_owned()),
        }
    }

    /// Makes the documents what they are in the store, and removes those named.
    pub(super) fn restore(&self, store: &Store, gone: &[&str]) {
        let writes: Vec<Json> = gone
            .iter()
            .map(|path| json!({ "delete": format!("{NAME}/{path}") }))
            .chain(store.iter().map(|(path, fields)| update(path, fields)))
            .collect();
        for writes in writes.chunks(200) {
            let (status, answer) = self.ask(
                "POST",
                &format!("{DOCUMENTS}:commit"),
                Some("owner"),
                Some(&json!({ "writes": writes })),
            );
            assert_eq!(status, 200, "{answer}");
        }
    }

    pub(super) fn clear(&self) {
        let path = "/emulator/v1/projects/demo/databases/(default)/documents";
        assert_eq!(self.ask("DELETE", path, None, None).0, 200);
    }

    /// Does the emulator let the request through (if it has an answer)? And what it says.
    pub(super) fn allows(&self, request: &Request) -> (Option<bool>, String) {
        let token = token_of(&request.auth);
        let token = token.as_deref();
        let url = format!("{DOCUMENTS}/{}", request.path);
        let (status, answer) = match request.method {
            Method::Get => self.ask("GET", &url, token, None),
            Method::Create | Method::Update | Method::Delete => return self.commits(&[request]),
            Method::List => {
                let (parent, collection) = request.path.rsplit_once('/').unwrap_or(("", &request.path));
                let slash = if parent.is_empty() { "" } else { "/" };
                let body = json!({ "structuredQuery": query(request, collection) });
                self.ask("POST", &format!("{DOCUMENTS}{slash}{parent}:runQuery"), token, Some(&body))
            }
        };
        verdict(status, &answer, request)
    }

    /// The same of a batch of writes by one caller.
    pub(super) fn commits(&self, requests: &[&Request]) -> (Option<bool>, String) {
        let writes: Vec<Json> = requests.iter().map(|request| write(request)).collect();
        let token = token_of(&requests[0].auth);
        let body = json!({ "writes": writes });
        let (status, answer) =
            self.ask("POST", &format!("{DOCUMENTS}:commit"), token.as_deref(), Some(&body));
        verdict(status, &answer, requests[0])
    }
}

fn verdict(status: u16, answer: &Json, request: &Request) -> (Option<bool>, String) {
    let error = if answer.is_array() { &answer[0]["error"] } else { &answer["error"] };
    let message = error["message"].as_str().unwrap_or_default().to_owned();
    match status {
        200 | 404 => (Some(true), message),
        403 => (Some(false), message),
        // It fell over: no answer.
        500 => (None, message),
        other => panic!("{request:?}: {other} {answer}"),
    }
}

fn query(request: &Request, collection: &str) -> Json {
    let mut query =
        json!({ "from": [{ "collectionId": collection, "allDescendants": request.query.group }] });
    if let Some(limit) = request.query.limit {
        query["limit"] = json!(limit);
    }
    if let [filters] = request.query.filters.as_slice() {
        let filters: Vec<Json> = filters
            .iter()
            .map(|filter| {
                let op = match filter.comparison {
                    Comparison::Equal => "EQUAL",
                    Comparison::NotEqual => "NOT_EQUAL",
                    Comparison::Less => "LESS_THAN",
                    Comparison::LessOrEqual => "LESS_THAN_OR_EQUAL",
                    Comparison::Greater => "GREATER_THAN",
                    Comparison::GreaterOrEqual => "GREATER_THAN_OR_EQUAL",
                    Comparison::Other => "ARRAY_CONTAINS",
                };
                if filter.value == Value::Null {
                    let field = json!({ "fieldPath": format!("`{}`", filter.field) });
                    return json!({ "unaryFilter": { "field": field, "op": "IS_NULL" } });
                }
                json!({ "fieldFilter": { "field": { "fieldPath": format!("`{}`", filter.field) },
                    "op": op, "value": typed(&filter.value) } })
            })
            .collect();
        query["where"] = json!({ "compositeFilter": { "op": "AND", "filters": filters } });
    }
    query
}

/// A write as it is sent: what equals the time of the request is left to the server to set.
fn write(request: &Request) -> Json {
    let Some(data) = &request.data else { return json!({ "delete": format!("{NAME}/{}", request.path) }) };
    let (now, kept): (Vec<_>, Vec<_>) =
        data.iter().partition(|(_, value)| **value == Value::Time(request.now));
    let fields: Fields = kept.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut write = update(&request.path, &fields);
    if !now.is_empty() {
        let set = |(key, _): (&String, _)| json!({ "fieldPath": format!("`{key}`"), "setToServerValue": "REQUEST_TIME" });
        write["updateTransforms"] = now.into_iter().map(set).collect();
    }
    write
}

fn update(path: &str, fields: &Fields) -> Json {
    json!({ "update": { "name": format!("{NAME}/{path}"), "fields": wire(fields) } })
}

/// The status and the body of one answer.
fn read_answer(connection: &mut BufReader<TcpStream>) -> Option<(u16, Vec<u8>)> {
    let mut line = String::new();
    if connection.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let (mut length, mut chunked) = (0, false);
    loop {
        let mut header = String::new();
        connection.read_line(&mut header).ok()?;
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        chunked |= header.starts_with("transfer-encoding:") && header.contains("chunked");
    }
    let mut body = Vec::new();
    if !chunked {
        body.resize(length, 0);
        connection.read_exact(&mut body).ok()?;
        return Some((status, body));
    }
    loop {
        let mut size = String::new();
        connection.read_line(&mut size).ok()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        let mut chunk = vec![0; size + 2];
        connection.read_exact(&mut chunk).ok()?;
        body.extend_from_slice(&chunk[..size]);
        if size == 0 {
            return Some((status, body));
        }
    }
}

/// Java 17 and the emulator's jar.
fn installed() -> Option<(PathBuf, String)> {
    let listed = Command::new("dpkg").args(["-L", "google-cloud-cli-firestore-emulator"]).output().ok()?;
    let listed = String::from_utf8(listed.stdout).ok()?;
    let jar = listed.lines().find(|line| line.ends_with(".jar"))?.to_owned();
    let java = fs::read_dir("/usr/lib/jvm").ok()?.flatten().map(|entry| entry.path().join("bin/java"));
    let java = java.into_iter().find(|path| path.to_string_lossy().contains("17") && path.exists())?;
    Some((java, jar))
}

/// An unsigned token with just these claims, which the emulator takes.
fn token_of(auth: &Value) -> Option<String> {
    let Value::Map(auth) = auth else { return None };
    let mut claims = plain(&auth["token"]);
    claims["iat"] = json!(1);
    let part = |json: Json| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json.to_string());
    Some(format!("{}.{}.", part(json!({ "alg": "none", "typ": "JWT" })), part(claims)))
}

fn wire(fields: &Fields) -> Json {
    Json::Object(fields.iter().map(|(key, value)| (key.clone(), typed(value))).collect())
}

fn typed(value: &Value) -> Json {
    match value {
        Value::Null => json!({ "nullValue": null }),
        Value::Bool(value) => json!({ "booleanValue": value }),
        Value::Int(int) => json!({ "integerValue": int.to_string() }),
        Value::Text(text) => json!({ "stringValue": text }),
        Value::List(items) => {
            json!({ "arrayValue": { "values": items.iter().map(typed).collect::<Vec<_>>() } })
        }
        Value::Map(map) => json!({ "mapValue": { "fields": wire(map) } }),
        Value::Float(float) => json!({ "doubleValue": float }),
        Value::Time(nanos) => {
            json!({ "timestampValue": jiff::Timestamp::from_nanosecond(*nanos).unwrap().to_string() })
        }
        Value::Place(latitude, longitude) => {
            json!({ "geoPointValue": { "latitude": latitude, "longitude": longitude } })
        }
        Value::Bytes(bytes) => {
            json!({ "bytesValue": base64::engine::general_purpose::STANDARD.encode(bytes) })
        }
        Value::Path(segments) => json!({ "referenceValue": format!("{NAME}/{}", segments[3..].join("/")) }),
        other => panic!("no wire form for {other:?}"),
    }
}
