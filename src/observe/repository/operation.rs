//! Reads what shows how the product is operated: sources of functions, and results of other tools.

use std::{collections::BTreeSet, path::Path};

use super::{OPENED, SOURCE, ending, is_test, may_serve};
use crate::{
    engine::{handler::UNDERSTOOD, operation as engine},
    observe::Local,
    seen::{Miss, Operation},
};

/// Most bytes of one result of another tool.
const RESULT: u64 = 24 << 20;
/// Most results of one kind.
const RESULTS: usize = 24;
/// Most pages read for the inbox that they name.
const PAGES: usize = 200;
/// Most facts of one kind.
const KEPT: usize = 400;

pub(super) fn observe(files: &Local, paths: &[String], handlers: &[String]) -> Operation {
    let mut seen = Operation::default();
    sources(files, paths, &mut seen);
    reporters(files, paths, &mut seen);
    results(files, paths, handlers, &mut seen);
    settle(&mut seen);
    seen
}

fn sources(files: &Local, paths: &[String], seen: &mut Operation) {
    let mut opened = 0;
    for path in paths.iter().filter(|path| is_server(path)) {
        opened += 1;
        let text = if opened > OPENED || files.is_late() { None } else { files.read_text(path, SOURCE).ok() };
        match text.and_then(|text| engine::read(path, &text, seen)) {
            Some(()) => seen.sources += 1,
            None => seen.unread.push(path.clone()),
        }
    }
    let pages = paths.iter().filter(|path| is_page(path) && !is_server(path)).take(PAGES);
    for path in pages.take_while(|_| !files.is_late()) {
        if let Ok(text) = files.read_text(path, SOURCE)
            && text.contains('@')
        {
            engine::read_page(path, &text, seen);
        }
    }
}

/// What a project depends on that reports errors: a word of its manifest, and the service.
const SERVICES: &[(&str, &str)] = &[
    ("@sentry/", "Sentry"),
    ("sentry_flutter", "Sentry"),
    ("sentry-sdk", "Sentry"),
    ("@bugsnag/", "Bugsnag"),
    ("rollbar", "Rollbar"),
    ("firebase_crashlytics", "Crashlytics"),
    ("@datadog/", "Datadog"),
    ("dd-trace", "Datadog"),
    ("@highlight-run/", "Highlight"),
    ("@google-cloud/error-reporting", "Cloud Error Reporting"),
    ("newrelic", "New Relic"),
    ("honeybadger", "Honeybadger"),
    ("@axiomhq/", "Axiom"),
    ("logtail", "Better Stack"),
    ("posthog", "PostHog"),
    ("applicationinsights", "Application Insights"),
    ("@opentelemetry/", "OpenTelemetry"),
];

fn reporters(files: &Local, paths: &[String], seen: &mut Operation) {
    const MANIFESTS: &[&str] = &[
        "package.json",
        "pubspec.yaml",
        "requirements.txt",
        "pyproject.toml",
        "deno.json",
        "import_map.json",
    ];
    let is_manifest = |path: &&String| MANIFESTS.contains(&path.rsplit('/').next().unwrap_or_default());
    for path in paths.iter().filter(is_manifest).take(OPENED).take_while(|_| !files.is_late()) {
        let Ok(text) = files.read_text(path, SOURCE) else { continue };
        for (number, line) in (1..).zip(text.lines()) {
            if let Some((_, service)) = SERVICES.iter().find(|(word, _)| line.contains(word)) {
                let what = (*service).to_owned();
                seen.reporters.push(crate::seen::Noted { path: path.clone(), line: number, what });
            }
        }
    }
}

/// Functions and handlers, and where limits are kept for them.
fn is_server(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let limits = UNDERSTOOD.contains(&ending(path)) && name.contains("rate") && name.contains("limit");
    (may_serve(path) || limits && !is_test(path)) && !is_generated(path)
}

fn is_generated(path: &str) -> bool {
    path.ends_with(".d.ts")
        || path.contains(".min.")
        || path
            .split('/')
            .any(|part| matches!(part, "dist" | "lib" | "out" | ".next" | "vendor") && is_javascript(path))
}

/// Compiled code lies where sources in JavaScript seldom do.
fn is_javascript(path: &str) -> bool {
    matches!(ending(path), "js" | "cjs" | "mjs")
}

fn is_page(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    UNDERSTOOD.contains(&ending(path))
        && !is_test(path)
        && ["support", "contact", "help", "ticket", "feedback", "footer", "mail"]
            .iter()
            .any(|word| lower.contains(word))
}

fn results(files: &Local, paths: &[String], handlers: &[String], seen: &mut Operation) {
    let reports = &files.target.reports;
    // Results are usually ignored by git, so they are not in the listing.
    let usual = ["lcov.info", "coverage/lcov.info", "functions/coverage/lcov.info"].map(str::to_owned);
    let listed = paths.iter().filter(|path| path.ends_with("/lcov.info")).cloned();
    for (path, text) in texts(files, &reports.coverage, usual.into_iter().chain(listed)) {
        let below = path.strip_suffix("/lcov.info").unwrap_or_default();
        let below = below.strip_suffix("coverage").unwrap_or(below).trim_end_matches('/').to_owned();
        let read = text.and_then(|text| engine::read_lcov(&text, &below, handlers));
        seen.coverage.insert(path, read.into());
    }
    let listed = paths.iter().filter(|path| is_lighthouse(path)).cloned();
    for (path, text) in texts(files, &reports.lighthouse, listed.chain(in_folder(files, ".lighthouseci"))) {
        let read = text.and_then(|text| engine::read_lighthouse(&text));
        seen.lighthouse.insert(path, read.into());
    }
    let listed = paths.iter().filter(|path| is_axe(path)).cloned();
    for (path, text) in texts(files, &reports.axe, listed) {
        let read = text.and_then(|text| engine::read_axe(&text));
        seen.axe.insert(path, read.into());
    }
}

/// The texts of declared results, whether they can be read or not, and of those that are there.
fn texts(
    files: &Local,
    declared: &[String],
    usual: impl Iterator<Item = String>,
) -> Vec<(String, Result<String, Miss>)> {
    let mut met = BTreeSet::new();
    let there = usual.filter(|path| files.root.join(path).is_file());
    let all = declared.iter().cloned().chain(there).filter(|path| met.insert(path.clone())).take(RESULTS);
    all.map(|path| {
        let text = if files.is_late() {
            Err(Miss::Timeout("the deadline of the audit".to_owned()))
        } else {
            files.read_text(&path, RESULT)
        };
        (path, text)
    })
    .collect()
}

fn in_folder(files: &Local, folder: &str) -> Vec<String> {
    let Ok(inside) = files.inside(Path::new(folder)) else { return Vec::new() };
    let entries = std::fs::read_dir(inside).into_iter().flatten().flatten().take(1_000);
    let mut paths: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .map(|name| format!("{folder}/{name}"))
        .filter(|path| is_lighthouse(path))
        .collect();
    paths.sort();
    paths
}

fn is_lighthouse(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    ending(name) == "json" && (name.starts_with("lhr-") || name.ends_with(".lhr.json")) && !is_test(path)
}

fn is_axe(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    matches!(ending(name), "json" | "sarif")
        && ["axe-results", "axe-report", "axe.json", "axe.sarif"].iter().any(|known| name.starts_with(known))
        && !is_test(path)
}

fn settle(seen: &mut Operation) {
    fn sorted<T: Ord>(list: &mut Vec<T>) {
        list.sort();
        list.dedup();
        list.truncate(KEPT);
    }
    sorted(&mut seen.unread);
    sorted(&mut seen.calls);
    sorted(&mut seen.memory_limits);
    sorted(&mut seen.intakes);
    sorted(&mut seen.triggers);
    sorted(&mut seen.inboxes);
    sorted(&mut seen.models);
    sorted(&mut seen.logs);
    sorted(&mut seen.answers);
    sorted(&mut seen.unvalidated);
    sorted(&mut seen.admins);
    sorted(&mut seen.reporters);
    sorted(&mut seen.writes);
}
