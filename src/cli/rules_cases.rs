//! `gonogo rules test` and `gonogo rules eval`: requests with a known answer.

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf, process::ExitCode};

use serde::Deserialize;
use serde_json::Value as Json;

use super::{
    failure::Failure,
    rules::{analysed, read},
    stdout,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Documents that are there in every case.
    #[serde(default)]
    documents: BTreeMap<String, Json>,
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
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Auth {
    uid: String,
    #[serde(default)]
    token: BTreeMap<String, Json>,
}

pub(super) fn test(arguments: &TestArguments) -> anyhow::Result<ExitCode> {
    let (text, analysis) = analysed(&arguments.rules)?;
    let source = read(&arguments.cases)?;
    let is_json = arguments.cases.extension().is_some_and(|ending| ending == "json");
    let file: File = if is_json { serde_json::from_str(&source)? } else { toml::from_str(&source)? };
    let (mut out, mut wrong) = (String::new(), 0);
    for (at, case) in file.cases.iter().enumerate() {
        let outcome = case
            .run(&analysis, &file.documents)
            .map_err(|why| Failure::new(format!("{}: case {}: {why}", arguments.cases.display(), at + 1)))?;
        if outcome.as_wanted {
            continue;
        }
        wrong += 1;
        let name = case.name.clone().unwrap_or_else(|| format!("case {}", at + 1));
        let _ = writeln!(out, "{}: {}", printable(&name), printable(&outcome.said(&text, &arguments.rules)));
    }
    let _ = writeln!(out, "{} of {} cases as they should be", file.cases.len() - wrong, file.cases.len());
    stdout::print(&out)?;
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

pub(super) fn eval(arguments: &EvalArguments) -> anyhow::Result<ExitCode> {
    let (text, analysis) = analysed(&arguments.rules)?;
    let parse = |json: &Option<String>| json.as_deref().map(serde_json::from_str::<Json>).transpose();
    let claims = match &arguments.claims {
        Some(claims) => serde_json::from_str(claims)?,
        None => BTreeMap::new(),
    };
    let case = Case {
        allow: Some(arguments.method.clone()),
        path: arguments.path.clone(),
        auth: arguments.uid.clone().map(|uid| Auth { uid, token: claims }),
        data: parse(&arguments.data)?,
        documents: parse(&arguments.stored)?
            .map(|stored| BTreeMap::from([(arguments.path.clone(), stored)]))
            .unwrap_or_default(),
        ..Case::default()
    };
    let outcome = case.run(&analysis, &BTreeMap::new()).map_err(Failure::new)?;
    stdout::print(&format!("{}\n", printable(&outcome.said(&text, &arguments.rules))))?;
    Ok(if outcome.as_wanted { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

struct Outcome {
    as_wanted: bool,
    what: String,
    decision: Decision,
    /// For a denial: each grant that was tried, and why it did not grant.
    tried: Vec<(crate::engine::firestore::ast::Span, Denial)>,
}

impl Case {
    fn run(&self, analysis: &Analysis, shared: &BTreeMap<String, Json>) -> Result<Outcome, String> {
        let (word, wanted) = match (&self.allow, &self.deny) {
            (Some(word), None) => (word, true),
            (None, Some(word)) => (word, false),
            _ => return Err("say either `allow` or `deny`".to_owned()),
        };
        let method = Method::ALL
            .into_iter()
            .find(|method| method.name() == word)
            .ok_or_else(|| format!("`{word}` is not get, list, create, update or delete"))?;
        let path = self.path.trim_matches('/').to_owned();
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
        let now = match &self.now {
            Some(now) => now.parse::<jiff::Timestamp>().map_err(|err| err.to_string())?,
            None => jiff::Timestamp::now(),
        };
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
        Ok(Outcome { as_wanted: allowed == wanted, what, decision, tried })
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
    fn said(&self, text: &str, path: &std::path::Path) -> String {
        let line = |span| format!("{}:{}", path.display(), spot(text, span).line);
        match &self.decision {
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
