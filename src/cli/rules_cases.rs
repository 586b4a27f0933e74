//! `gonogo rules test` and `gonogo rules eval`: requests with a known answer.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde::Deserialize;
use serde_json::Value as Json;

use super::{
    failure::Failure,
    rules::{analysed, read},
    rules_realtime, rules_storage, stdout,
};
use crate::{
    engine::firestore::{
        Analysis,
        request::{
            Comparison, Decision, Denial, Fields, Filter, Method, Query, Request, Store, decide, explain,
        },
        spot,
        value::Value,
    },
    engine::realtime::Ruleset,
    target::diagnostic::printable,
};

#[derive(clap::Args, Debug)]
#[command(after_help = "\
A file of cases (TOML, or JSON of the same shape):
  [documents.\"notes/a\"]
  owner = \"alice\"

  [[case]]
  name = \"a stranger reads no note\"
  deny = \"get\"
  path = \"notes/a\"
  auth = { uid = \"mallory\", token = { email = \"m@example.org\" } }

  [[case]]
  allow = \"update\"
  path = \"notes/a\"
  auth = { uid = \"alice\" }
  data = { owner = \"alice\", title = \"x\" }

Under Storage rules `[files.\"avatars/a.png\"]` and `data` are a file: size, contentType, metadata. Under
the rules of a Realtime Database (*.json) the words are read, write and delete, and `documents` is data.
A list may have `where = { field = value }` and `limit`. `{ \"$time\" = \"2026-01-01T00:00:00Z\" }` is a
timestamp.")]
pub(super) struct TestArguments {
    /// The rules file
    #[arg(value_name = "RULES")]
    rules: PathBuf,
    /// The cases
    #[arg(value_name = "CASES")]
    cases: PathBuf,
}

#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gonogo rules eval firestore.rules get users/alice --uid mallory
  gonogo rules eval firestore.rules update notes/a --uid alice --stored '{\"owner\":\"alice\"}' --data '{\"owner\":\"bob\"}'")]
pub(super) struct EvalArguments {
    /// The rules file
    #[arg(value_name = "RULES")]
    rules: PathBuf,
    /// get, list, create, update or delete
    #[arg(value_name = "METHOD")]
    method: String,
    /// The document, or the collection to list
    #[arg(value_name = "PATH")]
    path: String,
    /// Who asks; nobody without it
    #[arg(long)]
    uid: Option<String>,
    /// Claims of the token, as JSON
    #[arg(long, value_name = "JSON")]
    claims: Option<String>,
    /// What is sent, as JSON
    #[arg(long, value_name = "JSON")]
    data: Option<String>,
    /// The document as it is, as JSON
    #[arg(long, value_name = "JSON")]
    stored: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Documents that are there in every case.
    #[serde(default)]
    documents: BTreeMap<String, Json>,
    /// The same for files, under Storage rules.
    #[serde(default)]
    files: BTreeMap<String, Json>,
    #[serde(rename = "case")]
    cases: Vec<Case>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Case {
    name: Option<String>,
    allow: Option<String>,
    deny: Option<String>,
    path: String,
    auth: Option<Auth>,
    data: Option<Json>,
    #[serde(rename = "where")]
    filters: BTreeMap<String, Json>,
    limit: Option<i64>,
    /// `request.time`
    now: Option<String>,
    /// Documents of this case alone.
    documents: BTreeMap<String, Json>,
    /// Files of this case alone.
    files: BTreeMap<String, Json>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Auth {
    uid: String,
    #[serde(default)]
    token: BTreeMap<String, Json>,
}

pub(super) fn test(arguments: &TestArguments) -> anyhow::Result<ExitCode> {
    let source = read(&arguments.cases)?;
    let is_json = arguments.cases.extension().is_some_and(|ending| ending == "json");
    let told = |line: usize, why: &str| {
        Failure::new(format!("{}:{line}: {why}", arguments.cases.display()))
            .help("a case is `[[case]]` with `allow` or `deny`, a `path`, and what `gonogo rules eval` takes")
    };
    let file: File = if is_json {
        serde_json::from_str(&source).map_err(|err| told(err.line(), &err.to_string()))?
    } else {
        let line = |at: usize| 1 + source.bytes().take(at).filter(|byte| *byte == b'\n').count();
        toml::from_str(&source).map_err(|err| {
            let at = err.span().map_or(0, |span| span.start);
            told(line(at), err.message())
        })?
    };
    if file.cases.is_empty() {
        return Err(told(1, "there is no case in it").into());
    }
    let rules = Rules::read(&arguments.rules)?;
    let (mut out, mut wrong) = (String::new(), 0);
    for (at, case) in file.cases.iter().enumerate() {
        let outcome = case
            .run(&rules, &file)
            .map_err(|why| Failure::new(format!("{}: case {}: {why}", arguments.cases.display(), at + 1)))?;
        if outcome.as_wanted {
            continue;
        }
        wrong += 1;
        let name = case.name.clone().unwrap_or_else(|| format!("case {}", at + 1));
        let _ = writeln!(
            out,
            "{}: {}",
            printable(&name),
            printable(&outcome.said(&rules.text, &arguments.rules))
        );
    }
    let _ = writeln!(out, "{} of {} cases as they should be", file.cases.len() - wrong, file.cases.len());
    stdout::print(&out)?;
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The value of an option that is JSON.
fn json<T: serde::de::DeserializeOwned>(option: &str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|err| {
        Failure::new(format!("--{option} is not the JSON that was expected: {err}"))
            .help(format!("for example: --{option} '{{\"owner\":\"alice\"}}'"))
    })
}

pub(super) fn eval(arguments: &EvalArguments) -> anyhow::Result<ExitCode> {
    let rules = Rules::read(&arguments.rules)?;
    let claims = match &arguments.claims {
        Some(claims) => json("claims", claims)?,
        None => BTreeMap::new(),
    };
    let stored = arguments
        .stored
        .as_deref()
        .map(|stored| json("stored", stored))
        .transpose()?
        .map(|stored| BTreeMap::from([(arguments.path.clone(), stored)]))
        .unwrap_or_default();
    let case = Case {
        allow: Some(arguments.method.clone()),
        path: arguments.path.clone(),
        auth: arguments.uid.clone().map(|uid| Auth { uid, token: claims }),
        data: arguments.data.as_deref().map(|data| json("data", data)).transpose()?,
        documents: if rules.is_storage() { BTreeMap::new() } else { stored.clone() },
        files: stored,
        ..Case::default()
    };
    let outcome = case.run(&rules, &File::default()).map_err(Failure::new)?;
    stdout::print(&format!("{}\n", printable(&outcome.said(&rules.text, &arguments.rules))))?;
    Ok(if outcome.as_wanted { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Rules that compile, of whichever product.
struct Rules {
    text: String,
    of: Product,
}

enum Product {
    Language(Box<Analysis>),
    Realtime(Box<Ruleset>),
}

impl Rules {
    fn read(path: &Path) -> anyhow::Result<Self> {
        if rules_realtime::is_realtime(path) {
            let (text, rules) = rules_realtime::compiled(path)?;
            return Ok(Self { text, of: Product::Realtime(Box::new(rules)) });
        }
        let (text, analysis) = analysed(path)?;
        Ok(Self { text, of: Product::Language(Box::new(analysis)) })
    }

    fn is_storage(&self) -> bool {
        matches!(&self.of, Product::Language(analysis) if rules_storage::is_storage(analysis))
    }
}

enum Decided {
    Document(Decision),
    Data(crate::engine::realtime::Decision),
}

struct Outcome {
    as_wanted: bool,
    what: String,
    decision: Decided,
    /// For a denial: each grant that was tried, and why it did not grant.
    tried: Vec<(crate::engine::firestore::ast::Span, Denial)>,
}

impl Case {
    fn run(&self, rules: &Rules, file: &File) -> Result<Outcome, String> {
        let (word, wanted) = match (&self.allow, &self.deny) {
            (Some(word), None) => (word, true),
            (None, Some(word)) => (word, false),
            _ => return Err("say either `allow` or `deny`".to_owned()),
        };
        let analysis = match &rules.of {
            Product::Realtime(rules) => return self.realtime(rules, file, word, wanted),
            Product::Language(analysis) => analysis,
        };
        let method = Method::ALL
            .into_iter()
            .find(|method| method.name() == word)
            .ok_or_else(|| format!("`{word}` is not get, list, create, update or delete"))?;
        let path = self.path.trim_matches('/').to_owned();
        if rules.is_storage() {
            return self.storage(analysis, file, method, &path, wanted);
        }
        let shared = &file.documents;
        if path.split('/').count() % 2 != usize::from(method == Method::List) {
            return Err(format!(
                "`{path}` is not the path of a {}",
                if method == Method::List { "collection" } else { "document" }
            ));
        }
        let mut before = Store::new();
        for (path, data) in shared.iter().chain(&self.documents) {
            before.insert(path.trim_matches('/').to_owned(), fields(data)?);
        }
        if method == Method::Create {
            before.remove(&path);
        }
        let data = self.data.as_ref().map(fields).transpose()?;
        let mut after = before.clone();
        match (method, &data) {
            (Method::Delete, _) => drop(after.remove(&path)),
            (_, Some(data)) => drop(after.insert(path.clone(), data.clone())),
            _ => {}
        }
        let now = self.now()?;
        let request = Request {
            method,
            path,
            auth: self.auth.as_ref().map(Auth::value).transpose()?.unwrap_or(Value::Null),
            data,
            query: self.query()?,
            now: now.as_nanosecond(),
        };
        let decision = decide(&analysis.compiled, &request, &before, &after);
        let allowed = matches!(decision, Decision::Allow(_));
        let tried = explain(&analysis.compiled, &request, &before, &after);
        let what = format!("{word} {}", request.path);
        Ok(Outcome { as_wanted: allowed == wanted, what, decision: Decided::Document(decision), tried })
    }

    fn now(&self) -> Result<jiff::Timestamp, String> {
        match &self.now {
            Some(now) => now.parse::<jiff::Timestamp>().map_err(|err| err.to_string()),
            None => Ok(jiff::Timestamp::now()),
        }
    }

    fn storage(
        &self,
        analysis: &Analysis,
        file: &File,
        method: Method,
        path: &str,
        wanted: bool,
    ) -> Result<Outcome, String> {
        let mut documents = Store::new();
        for (path, data) in file.documents.iter().chain(&self.documents) {
            documents.insert(path.trim_matches('/').to_owned(), fields(data)?);
        }
        let at = |files: &BTreeMap<String, Json>| {
            files.iter().find(|(name, _)| name.trim_matches('/') == path).map(|(_, data)| data.clone())
        };
        let stored = at(&self.files).or_else(|| at(&file.files)).as_ref().map(fields).transpose()?;
        let sent = self.data.as_ref().map(fields).transpose()?;
        let auth = self.auth.as_ref().map(Auth::value).transpose()?.unwrap_or(Value::Null);
        let now = self.now()?.as_nanosecond();
        let (decision, tried) =
            rules_storage::decided(analysis, (method, path), auth, sent, stored, &documents, now);
        let as_wanted = matches!(decision, Decision::Allow(_)) == wanted;
        let what = format!("{} {path}", method.name());
        Ok(Outcome { as_wanted, what, decision: Decided::Document(decision), tried })
    }

    fn realtime(&self, rules: &Ruleset, file: &File, word: &str, wanted: bool) -> Result<Outcome, String> {
        let auth = self.auth.as_ref().map(|auth| {
            let mut token = serde_json::Map::from_iter(auth.token.clone());
            token.entry("sub").or_insert_with(|| Json::String(auth.uid.clone()));
            serde_json::json!({ "uid": auth.uid, "provider": "password", "token": token })
        });
        let stored: Vec<(String, Json)> = file
            .documents
            .iter()
            .chain(&self.documents)
            .map(|(path, data)| (path.clone(), data.clone()))
            .collect();
        let now = self.now()?.as_millisecond() as f64;
        let decision = rules_realtime::decided(
            rules,
            word,
            &self.path,
            auth.as_ref(),
            self.data.as_ref(),
            &stored,
            now,
        )?;
        let what = format!("{word} {}", self.path);
        let as_wanted = decision.allowed == wanted;
        Ok(Outcome { as_wanted, what, decision: Decided::Data(decision), tried: Vec::new() })
    }

    fn query(&self) -> Result<Query, String> {
        let filter = |(field, value): (&String, &Json)| {
            Ok(Filter { field: field.clone(), comparison: Comparison::Equal, value: value_of(value)? })
        };
        let filters: Vec<Filter> = self.filters.iter().map(filter).collect::<Result<_, String>>()?;
        let filters = if filters.is_empty() { Vec::new() } else { vec![filters] };
        Ok(Query { group: false, filters, limit: self.limit, offset: 0 })
    }
}

impl Auth {
    fn value(&self) -> Result<Value, String> {
        let firebase =
            Value::map([("sign_in_provider", Value::text("password")), ("identities", Value::map([]))]);
        let mut token =
            Fields::from([("sub".to_owned(), Value::text(&self.uid)), ("firebase".to_owned(), firebase)]);
        for (claim, value) in &self.token {
            token.insert(claim.clone(), value_of(value)?);
        }
        Ok(Value::map([("uid", Value::text(&self.uid)), ("token", Value::Map(token))]))
    }
}

impl Outcome {
    fn said(&self, text: &str, path: &Path) -> String {
        let line = |span| format!("{}:{}", path.display(), spot(text, span).line);
        let decision = match &self.decision {
            Decided::Data(decision) => return rules_realtime::said(decision, &self.what, text, path),
            Decided::Document(decision) => decision,
        };
        match decision {
            Decision::Allow(span) => format!("{} is allowed by {}", self.what, line(*span)),
            Decision::Open(why) => format!("{} is not decided: {why}", self.what),
            Decision::Deny(_) if self.tried.is_empty() => {
                format!("{} is denied: no allow speaks of it", self.what)
            }
            Decision::Deny(_) => {
                let reasons = self.tried.iter().map(|(span, denial)| {
                    let why = match denial {
                        Denial::NoMatch => "does not match".to_owned(),
                        Denial::False => "the condition is false".to_owned(),
                        Denial::Error(fault) => fault.to_string(),
                    };
                    format!("{}: {why}", line(*span))
                });
                format!("{} is denied: {}", self.what, reasons.collect::<Vec<_>>().join("; "))
            }
        }
    }
}

fn fields(json: &Json) -> Result<Fields, String> {
    match value_of(json)? {
        Value::Map(map) => Ok(map),
        _ => Err("a document is a table of fields".to_owned()),
    }
}

fn value_of(json: &Json) -> Result<Value, String> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(int), _) => Value::Int(int),
            (None, float) => Value::Float(float.unwrap_or_default()),
        },
        Json::String(text) => Value::text(text),
        Json::Array(items) => Value::List(items.iter().map(value_of).collect::<Result<_, _>>()?),
        Json::Object(map) => match map.get("$time") {
            Some(Json::String(time)) if map.len() == 1 => {
                Value::Time(time.parse::<jiff::Timestamp>().map_err(|err| err.to_string())?.as_nanosecond())
            }
            _ => Value::Map(
                map.iter()
                    .map(|(key, value)| Ok((key.clone(), value_of(value)?)))
                    .collect::<Result<_, String>>()?,
            ),
        },
    })
}
