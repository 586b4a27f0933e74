//! Gathers facts about the repository as a whole.

mod listing;
mod operation;
mod owners;

pub(super) use self::listing::{Listing, list};
use self::owners::Owners;
use super::Local;
use crate::{
    engine::handler::{UNDERSTOOD, looks_like_webhook},
    plan::Touch,
    seen::{CriticalPath, FirebaseDeploys, Repository, Seen},
};

/// Most bytes read of one file.
const SOURCE: u64 = 512 << 10;
/// Most files opened, and most paths kept of a kind.
const OPENED: usize = 400;
const KEPT: usize = 50;

pub(super) fn observe(files: &Local) -> Seen<Repository> {
    let listing = match list(files) {
        Ok(listing) => listing,
        Err(miss) => return Seen::Missed(miss),
    };
    let paths = &listing.paths;
    let owners = match Owners::read(files, paths) {
        Ok(owners) => owners,
        // An unreadable file is not an absent one.
        Err(miss) => return Seen::Missed(miss),
    };
    let sources = Sources::read(files, paths);
    let mut critical = critical(files, paths, &sources.webhooks);
    for path in &mut critical {
        path.owned = owners.as_ref().is_some_and(|owners| owners.owns(&path.path));
    }
    let handlers: Vec<String> =
        critical.iter().filter(|path| path.what == "webhook handler").map(|path| path.path.clone()).collect();
    Seen::Got(Repository {
        operation: Box::new(operation::observe(files, paths, &handlers)),
        files: paths.len() as u64,
        cut: listing.cut,
        codeowners: owners.map(|owners| owners.facts),
        critical,
        workflows: kept(paths, is_workflow),
        readme: paths.iter().find(|path| is_readme(path)).cloned(),
        deployed: deployed(files, paths),
        servers: sources.servers,
        health: sources.health,
        firebase: firebase(files),
        rules_tests: kept(paths, is_rules_test),
    })
}

pub(super) fn touches() -> Vec<Touch> {
    let file = |path: &str, why: &str| Touch::File { path: path.to_owned(), why: why.to_owned() };
    vec![
        file("**/*", "names of files"),
        file("CODEOWNERS", "who owns what"),
        file("firebase.json", "which rules are deployed"),
        file("**/api/**, **/functions/**, **/server*", "request handlers and health routes"),
        file("**/*support*, **/*contact*, **/*mail*", "where support mail goes"),
        file("**/lcov.info", "how much of the handlers tests run"),
        file(".lighthouseci/lhr-*.json, **/lhr-*.json, **/axe*.json", "results of Lighthouse and axe"),
    ]
}

/// What the sources of request handlers show.
#[derive(Default)]
struct Sources {
    webhooks: Vec<String>,
    servers: Vec<String>,
    health: Vec<String>,
}

impl Sources {
    fn read(files: &Local, paths: &[String]) -> Self {
        let mut sources = Self::default();
        let handlers = paths.iter().filter(|path| may_serve(path)).take(OPENED);
        for path in handlers.take_while(|_| !files.is_late()) {
            let Ok(text) = files.read_text(path, SOURCE) else { continue };
            if sources.servers.len() < KEPT {
                sources.servers.push(path.clone());
            }
            if sources.health.len() < KEPT && names_health(path, &text) {
                sources.health.push(path.clone());
            }
            if sources.webhooks.len() < KEPT && looks_like_webhook(path, &text) {
                sources.webhooks.push(path.clone());
            }
        }
        sources
    }
}

/// Paths at which server code usually lives.
fn may_serve(path: &str) -> bool {
    if !UNDERSTOOD.contains(&ending(path)) || is_test(path) {
        return false;
    }
    let lower = format!("/{}", path.to_ascii_lowercase());
    ["/api/", "/functions/", "/server/", "/routes/", "/netlify/", "/workers/"]
        .iter()
        .any(|part| lower.contains(part))
        || lower.contains("webhook")
        || lower
            .rsplit('/')
            .next()
            .is_some_and(|name| name.starts_with("server.") || name.starts_with("route."))
}

fn names_health(path: &str, text: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let in_path = lower
        .split(['/', '.'])
        .any(|part| matches!(part, "health" | "healthz" | "healthcheck" | "readyz" | "livez"));
    in_path
        || ["/health", "/healthz", "/readyz", "/livez", "/status\""].iter().any(|route| text.contains(route))
}

fn critical(files: &Local, paths: &[String], webhooks: &[String]) -> Vec<CriticalPath> {
    let stack = &files.target.stack;
    let of =
        |path: &str, what: &str| CriticalPath { path: path.to_owned(), what: what.to_owned(), owned: false };
    let mut critical: Vec<CriticalPath> = webhooks.iter().map(|path| of(path, "webhook handler")).collect();
    let declared = files.target.webhooks.iter().filter_map(|webhook| webhook.handler.as_deref());
    critical.extend(
        declared
            .filter(|path| paths.iter().any(|known| known == path))
            .map(|path| of(path, "webhook handler")),
    );
    let rules = paths.iter().filter(|path| ending(path) == "rules" && !is_test(path));
    critical.extend(rules.take(KEPT).map(|path| of(path, "security rules")));
    // One migration stands for its folder: the next one is what needs an owner.
    for folder in folders(paths, stack.migrations.iter().map(String::as_str)) {
        critical.push(of(&folder, "migrations"));
    }
    critical.extend(kept(paths, is_workflow).iter().take(1).map(|path| of(path, "deployment")));
    critical.sort();
    critical.dedup();
    critical
}

/// A path that stands for each folder of migrations.
fn folders<'a>(paths: &[String], known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut known: Vec<String> = known.map(|folder| format!("{}/", folder.trim_end_matches('/'))).collect();
    known.push("supabase/migrations/".to_owned());
    let mut last: Vec<String> = Vec::new();
    for folder in known {
        last.extend(
            paths.iter().rev().find(|path| path.starts_with(&folder) && ending(path) == "sql").cloned(),
        );
    }
    last.sort();
    last.dedup();
    last
}

/// What shows that something is deployed from here.
fn deployed(files: &Local, paths: &[String]) -> Vec<String> {
    const SIGNS: &[&str] = &[
        "firebase.json",
        "vercel.json",
        "netlify.toml",
        "fly.toml",
        "wrangler.toml",
        "wrangler.jsonc",
        "render.yaml",
        "Procfile",
        "Dockerfile",
        "app.yaml",
        "apphosting.yaml",
        "docker-compose.yml",
        "supabase/config.toml",
    ];
    let mut found: Vec<String> = SIGNS
        .iter()
        .filter(|sign| paths.binary_search_by(|path| path.as_str().cmp(sign)).is_ok())
        .map(|sign| (*sign).to_owned())
        .collect();
    if let Some(path) = paths.iter().find(|path| path.contains("supabase/functions/")) {
        found.push(path.clone());
    }
    let stack = &files.target.stack;
    found.extend(stack.firebase.iter().chain(&stack.supabase).cloned());
    found.sort();
    found.dedup();
    found
}

fn firebase(files: &Local) -> Option<FirebaseDeploys> {
    let path = files.target.stack.firebase.clone().unwrap_or_else(|| "firebase.json".to_owned());
    let text = files.read_text(&path, SOURCE).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    let has = |key: &str| json.get(key).is_some();
    Some(FirebaseDeploys {
        firestore: has("firestore"),
        storage: has("storage"),
        database: has("database"),
        path,
    })
}

fn kept(paths: &[String], wanted: fn(&str) -> bool) -> Vec<String> {
    paths.iter().filter(|path| wanted(path)).take(KEPT).cloned().collect()
}

fn is_workflow(path: &str) -> bool {
    let yaml = path.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "yml" | "yaml"));
    (path.starts_with(".github/workflows/") && yaml)
        || path.starts_with(".circleci/")
        || path.starts_with(".buildkite/")
        || matches!(
            path,
            ".gitlab-ci.yml"
                | "azure-pipelines.yml"
                | "bitbucket-pipelines.yml"
                | "Jenkinsfile"
                | ".travis.yml"
                | "codemagic.yaml"
                | "cloudbuild.yaml"
                | ".woodpecker.yml"
                | ".drone.yml"
        )
}

fn is_readme(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    matches!(lower.as_str(), "readme" | "readme.md" | "readme.txt" | "readme.rst" | "readme.adoc")
}

fn is_rules_test(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    is_test(&lower) && lower.contains("rules") && ending(&lower) != "rules"
}

fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn is_test(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower
        .split('/')
        .any(|part| matches!(part, "test" | "tests" | "__tests__" | "e2e" | "spec" | "fixtures" | "testdata"))
        || [".test.", ".spec.", "_test."].iter().any(|part| lower.contains(part))
}
