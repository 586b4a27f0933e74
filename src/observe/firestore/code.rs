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
/// Bytes of sources that are parsed; first it is seen by their words which may use documents.
const PARSED: usize = 24 << 20;
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
    let spoken = speaking(files, &sources);
    cut |= spoken.len() < sources.len();
    let mut left = PARSED;
    let speaking: Vec<&String> = sources
        .iter()
        .zip(&spoken)
        .filter(|(_, size)| **size > 0)
        .take_while(|(_, size)| {
            let fits = **size <= left;
            left = left.saturating_sub(**size);
            cut |= !fits;
            fits
        })
        .map(|(path, _)| *path)
        .collect();
    let read: Vec<Result<Option<Found>, ()>> = speaking.par_iter().map(|path| read(files, path)).collect();
    cut |= read.iter().any(Result::is_err);
    let found: Vec<Found> = read.into_iter().flatten().flatten().collect();
    let mut code = together(&found);
    code.cut = cut || code.uses.len() > USES;
    code.uses.truncate(USES);
    Some(code)
}

/// The bytes of each file that may use documents, 0 for the others; fewer where time ran out.
fn speaking(files: &Local, sources: &[&String]) -> Vec<usize> {
    let sizes: Vec<Option<usize>> = sources
        .par_iter()
        .map(|path| {
            let read = (!files.is_late()).then(|| files.read_text(path, SOURCE))?;
            Some(read.ok().filter(|text| client::speaks_of_documents(text)).map_or(0, |text| text.len()))
        })
        .collect();
    sizes.into_iter().map_while(|size| size).collect()
}

fn read(files: &Local, path: &str) -> Result<Option<Found>, ()> {
    if files.is_late() {
        return Err(());
    }
    let Ok(text) = files.read_text(path, SOURCE) else { return Ok(None) };
    let found = client::read(path, &text);
    let hook = found.as_ref().is_some_and(|found| !found.uses.is_empty()) && looks_like_webhook(path, &text);
    Ok(found.map(|found| (path.to_owned(), found, hook)))
}

fn together(found: &[Found]) -> ClientCode {
    // A file that imports one of these speaks through the Admin SDK, too.
    let servers: Vec<&str> =
        found.iter().filter(|(_, source, _)| source.trusted).map(|(path, ..)| stem(path)).collect();
    let mut code = ClientCode::default();
    for (path, source, hook) in found {
        let trusted =
            source.trusted || source.modules.iter().any(|module| names_one_of(path, module, &servers));
        code.unread += source.unread;
        let speaks = !source.uses.is_empty() || source.unread > 0 || source.app_check.is_some();
        code.clients += u32::from(!trusted && speaks);
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

/// `@/lib/server`, and `../lib/server` beside it, name `src/lib/server.ts`.
fn names_one_of(from: &str, module: &str, stems: &[&str]) -> bool {
    if module.starts_with('.') {
        let folder = Path::new(from).parent().unwrap_or(Path::new(""));
        let named = super::normal(&folder.join(module));
        return stems.iter().any(|whole| {
            let folder = whole.strip_suffix("/index").unwrap_or(whole);
            [named.as_str(), stem(&named)].iter().any(|named| named == whole || *named == folder)
        });
    }
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
        assert!(names_one_of("src/pages/a.ts", "@/lib/db", &servers));
        assert!(names_one_of("src/pages/a.ts", "../lib/db.js", &servers));
        assert!(names_one_of("web/a.ts", "../functions/src", &servers));
        assert!(!names_one_of("src/pages/a.ts", "../client/adb", &servers));
        assert!(!names_one_of("src/pages/a.ts", "db", &servers));
        // Another file of the same name is another file.
        assert!(!names_one_of("web/src/App.js", "./lib/db", &servers));
        assert!(!names_one_of("web/src/App.js", "./index", &servers));
    }

    #[test]
    fn tests_and_builds_are_no_code_of_the_product() {
        assert!(is_aside("src/__tests__/a.ts") && is_aside("src/a.spec.ts") && is_aside("web/dist/a.js"));
        assert!(!is_aside("src/testimonials.ts"));
    }
}
