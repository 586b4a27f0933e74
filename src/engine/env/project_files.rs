//! Providers' own files: which project each of them means.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value as Json;

use super::{
    stage::has_extension,
    value::{classify, is_project_id, is_project_ref},
};
use crate::seen::Value;

/// Key, line, kind and text.
type Found = Vec<(String, u32, Value, String)>;

/// The facts of a file by its name; a file of an unknown name has none.
pub(super) fn read(path: &str, text: &str) -> Result<Found, String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        ".firebaserc" => firebaserc(path, text),
        "google-services.json" => google_services(path, text),
        "GoogleService-Info.plist" => Ok(plist(text)),
        "project-ref" => Ok(project_ref(text)),
        "config.toml" => Ok(supabase_config(path, text)),
        "vercel.json" => vercel(path, text),
        "netlify.toml" => netlify(path, text),
        _ if name.starts_with("firebase_options") && has_extension(name, "dart") => Ok(dart(text)),
        _ if path.contains(".github/workflows/") => Ok(workflow(text)),
        _ => Ok(Vec::new()),
    }
}

fn json(path: &str, text: &str) -> Result<Json, String> {
    serde_json::from_str(text).map_err(|err| format!("{path}: {err}"))
}

/// The first line that holds the text; 1 where none does.
fn line_with(text: &str, needle: &str) -> u32 {
    (1..).zip(text.lines()).find(|(_, line)| line.contains(needle)).map_or(1, |(number, _)| number)
}

fn firebase(name: &str, text: &str, project: &str) -> (String, u32, Value, String) {
    (
        name.to_owned(),
        line_with(text, project),
        Value::FirebaseProject(project.to_owned()),
        project.to_owned(),
    )
}

fn firebaserc(path: &str, text: &str) -> Result<Found, String> {
    let json = json(path, text)?;
    let projects = json.get("projects").and_then(Json::as_object);
    let projects = projects.into_iter().flatten().filter_map(|(alias, id)| Some((alias, id.as_str()?)));
    Ok(projects.map(|(alias, id)| firebase(&format!("projects.{alias}"), text, id)).collect())
}

fn google_services(path: &str, text: &str) -> Result<Found, String> {
    let json = json(path, text)?;
    let id = json.pointer("/project_info/project_id").and_then(Json::as_str);
    Ok(id.map(|id| firebase("project_info.project_id", text, id)).into_iter().collect())
}

/// `<key>PROJECT_ID</key><string>…</string>`.
fn plist(text: &str) -> Found {
    static PROJECT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"<key>PROJECT_ID</key>\s*<string>([^<]{1,60})</string>").ok());
    let found = PROJECT.as_ref().and_then(|pattern| pattern.captures(text));
    found
        .and_then(|found| found.get(1))
        .map(|id| firebase("PROJECT_ID", text, id.as_str()))
        .into_iter()
        .collect()
}

fn dart(text: &str) -> Found {
    static PROJECT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"projectId:\s*['"]([a-z0-9-]{4,40})['"]"#).ok());
    let mut ids: Vec<&str> = Vec::new();
    let found = PROJECT.iter().flat_map(|pattern| pattern.captures_iter(text));
    for id in found.filter_map(|found| found.get(1)) {
        if !ids.contains(&id.as_str()) {
            ids.push(id.as_str());
        }
    }
    ids.into_iter().map(|id| firebase("projectId", text, id)).collect()
}

/// What `supabase link` remembers.
fn project_ref(text: &str) -> Found {
    let id = text.trim();
    let fact = || ("project-ref".to_owned(), 1, Value::SupabaseProject(id.to_owned()), id.to_owned());
    is_project_ref(id).then(fact).into_iter().collect()
}

/// `project_id` is a reference only where it looks like one: locally it is any name.
fn supabase_config(path: &str, text: &str) -> Found {
    let config = super::read_project_config(path, text);
    let id = config
        .settings
        .get("project_id")
        .and_then(|setting| Some((setting.line, setting.values.first()?.clone())));
    id.filter(|(_, id)| is_project_ref(id))
        .map(|(line, id)| ("project_id".to_owned(), line, Value::SupabaseProject(id.clone()), id))
        .into_iter()
        .collect()
}

/// `--project-ref …` of the Supabase CLI and `--project …` of the Firebase CLI.
fn workflow(text: &str) -> Found {
    static OPTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(--project-ref|--project|SUPABASE_PROJECT_(?:ID|REF):|projectId:)[ =]+["']?([a-z0-9-]{4,40})\b"#).ok()
    });
    let mut found = Found::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some(captures) = OPTION.as_ref().and_then(|pattern| pattern.captures(line)) else { continue };
        let (Some(option), Some(id)) = (captures.get(1), captures.get(2)) else { continue };
        let (name, id) = (option.as_str().trim_end_matches(':'), id.as_str());
        if is_project_ref(id) && name != "--project" && name != "projectId" {
            found.push((name.to_owned(), number, Value::SupabaseProject(id.to_owned()), id.to_owned()));
        } else if is_project_id(id)
            && (name == "projectId" || (name == "--project" && line.contains("firebase")))
            && !matches!(id, "default" | "production" | "staging" | "development")
        {
            found.push((name.to_owned(), number, Value::FirebaseProject(id.to_owned()), id.to_owned()));
        }
    }
    found
}

fn vercel(path: &str, text: &str) -> Result<Found, String> {
    let json = json(path, text)?;
    let mut found = Found::new();
    for table in
        [json.get("env"), json.pointer("/build/env")].into_iter().flatten().filter_map(Json::as_object)
    {
        for (name, value) in table.iter().filter_map(|(name, value)| Some((name, value.as_str()?))) {
            // `@name` refers to a stored secret.
            let kind = if value.starts_with('@') { Value::Reference } else { classify(name, value) };
            found.push((name.clone(), line_with(text, name), kind, value.to_owned()));
        }
    }
    Ok(found)
}

fn netlify(path: &str, text: &str) -> Result<Found, String> {
    let table: toml::Table =
        text.parse().map_err(|err: toml::de::Error| format!("{path}: {}", err.message()))?;
    let production = table.get("context").and_then(|context| context.get("production"));
    let tables = [
        table.get("build").and_then(|build| build.get("environment")),
        production.and_then(|context| context.get("environment")),
    ];
    let mut found = Found::new();
    for (name, value) in tables.into_iter().flatten().filter_map(toml::Value::as_table).flatten() {
        if let Some(value) = value.as_str() {
            found.push((name.clone(), line_with(text, name), classify(name, value), value.to_owned()));
        }
    }
    Ok(found)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn projects(path: &str, text: &str) -> Vec<String> {
        read(path, text)
            .unwrap()
            .into_iter()
            .map(|(name, line, _, id)| format!("{name}@{line}={id}"))
            .collect()
    }

    #[test]
    fn each_file_names_its_project() {
        assert_eq!(
            projects(".firebaserc", "{\"projects\":{\n\"default\":\"acme-dev\"}}"),
            ["projects.default@2=acme-dev"]
        );
        assert_eq!(
            projects("a/google-services.json", "{\"project_info\":{\"project_id\":\"acme-prod\"}}").len(),
            1
        );
        assert_eq!(
            projects("GoogleService-Info.plist", "<key>PROJECT_ID</key>\n\t<string>acme-prod</string>"),
            ["PROJECT_ID@2=acme-prod"]
        );
        assert_eq!(
            projects("lib/firebase_options.dart", "projectId: 'acme-prod',\nprojectId: 'acme-prod',"),
            ["projectId@1=acme-prod"]
        );
        assert_eq!(projects("supabase/.temp/project-ref", "abcdefghijklmnopqrst\n").len(), 1);
        assert_eq!(
            projects(
                ".github/workflows/x.yml",
                "run: supabase link --project-ref abcdefghijklmnopqrst\nrun: firebase deploy --project acme-prod\nrun: x --project foo-bar"
            ),
            ["--project-ref@1=abcdefghijklmnopqrst", "--project@2=acme-prod"]
        );
        assert!(read(".firebaserc", "{").is_err());
        assert!(read("unknown", "{").unwrap().is_empty());
    }
}
