//! Reads what the product's own code does with documents.

use std::path::Path;

use rayon::prelude::*;

use crate::{
    engine::{
        firestore::client::{self, Source},
        handler::looks_like_webhook,
        source::Language,
    },
    observe::{Local, repository},
    seen::{ClientCode, Line},
};

/// A source longer than this is made by a machine.
const SOURCE: u64 = 512 << 10;
/// Most sources read, and most uses kept.
const READ: usize = 8_000;
const USES: usize = 4_000;

/// A file with what it shows, and whether it takes webhooks.
type Found = (String, Source, bool);

/// The code that goes with a `firebase.json`: the whole repository, or in one with several projects
/// what is in the folder of this one. Nothing where the files cannot be listed.
pub(super) fn observe(files: &Local, firebase: Option<&str>) -> Option<ClientCode> {
    let listing = repository::list(files).ok()?;
    let is_project = |path: &&String| path.rsplit('/').next() == Some("firebase.json");
    let several = listing.paths.iter().filter(is_project).count() > 1;
    let folder = match firebase.map(Path::new).and_then(Path::parent).and_then(Path::to_str) {
        Some(folder) if several && !folder.is_empty() => format!("{folder}/"),
        _ => String::new(),
    };
    let mut sources: Vec<&String> = listing
        .paths
        .iter()
        .filter(|path| path.starts_with(&folder) && Language::of(path).is_some() && !is_aside(path))
        .collect();
    let mut cut = listing.cut || sources.len() > READ;
    sources.truncate(READ);
    let read = |path: &&String| {
        if files.is_late() {
            return Err(());
        }
        let Ok(text) = files.read_text(path, SOURCE) else { return Ok(None) };
        let found = client::read(path, &text);
        let hook =
            found.as_ref().is_some_and(|found| !found.uses.is_empty()) && looks_like_webhook(path, &text);
        Ok(found.map(|found| ((*path).clone(), found, hook)))
    };
    let read: Vec<Result<Option<Found>, ()>> = sources.par_iter().map(read).collect();
    cut |= read.iter().any(Result::is_err);
    let found: Vec<Found> = read.into_iter().flatten().flatten().collect();
    let mut code = together(&found);
    code.cut = cut || code.uses.len() > USES;
    code.uses.truncate(USES);
    Some(code)
}

fn together(found: &[Found]) -> ClientCode {
    // A file that imports one of these speaks through the Admin SDK, too.
    let servers: Vec<&str> =
        found.iter().filter(|(_, source, _)| source.trusted).map(|(path, ..)| stem(path)).collect();
    let mut code = ClientCode::default();
    for (path, source, hook) in found {
        let trusted = source.trusted || source.modules.iter().any(|module| names_one_of(module, &servers));
        code.unread += source.unread;
        code.clients += u32::from(!trusted);
        if let Some(line) = source.app_check
            && code.app_check.is_none()
        {
            code.app_check = Some(Line { file: path.clone(), line });
        }
        code.uses.extend(source.uses.iter().cloned().map(|mut seen| {
            (seen.trusted, seen.hook) = (trusted, *hook);
            seen
        }));
    }
    code
}

/// `@/lib/server` and `../lib/server` name `src/lib/server.ts`.
fn names_one_of(module: &str, stems: &[&str]) -> bool {
    let plain = stem(module.trim_start_matches(['.', '/', '@', '~', '#']));
    if plain.is_empty() || !module.contains('/') {
        return false;
    }
    stems.iter().any(|stem| {
        let whole = stem.strip_suffix("/index").unwrap_or(stem);
        whole == plain || whole.strip_suffix(plain).is_some_and(|before| before.ends_with('/'))
    })
}

fn stem(path: &str) -> &str {
    path.rsplit_once('.').filter(|(_, ending)| !ending.contains('/')).map_or(path, |(stem, _)| stem)
}

/// Tests, samples and what was built say nothing about the product.
fn is_aside(path: &str) -> bool {
    const FOLDERS: [&str; 16] = [
        "test",
        "tests",
        "__tests__",
        "__mocks__",
        "e2e",
        "cypress",
        "spec",
        "fixtures",
        "examples",
        "example",
        "dist",
        "node_modules",
        "vendor",
        "coverage",
        "integration_test",
        "storybook-static",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    path.split('/').rev().skip(1).any(|folder| FOLDERS.contains(&folder))
        || [".test.", ".spec.", "_test.", ".stories.", ".d.ts", ".min.js"]
            .iter()
            .any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_imports_the_server_library_s_file_is_a_server_s() {
        let servers = ["src/lib/db", "functions/src/index"];
        assert!(names_one_of("@/lib/db", &servers));
        assert!(names_one_of("../lib/db.js", &servers));
        assert!(names_one_of("../functions/src", &servers));
        assert!(!names_one_of("../client/adb", &servers));
        assert!(!names_one_of("db", &servers));
    }

    #[test]
    fn tests_and_builds_are_no_code_of_the_product() {
        assert!(is_aside("src/__tests__/a.ts") && is_aside("src/a.spec.ts") && is_aside("web/dist/a.js"));
        assert!(!is_aside("src/testimonials.ts"));
    }
}
