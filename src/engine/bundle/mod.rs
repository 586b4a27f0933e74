//! A client bundle by what its files say: which further files belong to it, and which projects it
//! talks to.

mod chunks;
mod projects;

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use url::Url;

pub use self::projects::{Identity, identities};

/// Most files that one file leads to.
const MOST: usize = 1_000;

/// Text that another file may be named in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Part {
    Page,
    Script,
    /// A manifest of a build or a service worker.
    Manifest,
}

/// What a file is by its path, if it is one that is read.
pub fn part_of(url: &Url) -> Option<Part> {
    let name = url.path().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    match () {
        () if ends(&[".js", ".mjs", ".cjs"]) => Some(Part::Script),
        () if ends(&[".json", ".webmanifest", ".map", ".bin"]) => Some(Part::Manifest),
        () if name.starts_with(".env")
            || ends(&[".env", ".yaml", ".yml", ".properties", ".toml", ".pem"]) =>
        {
            Some(Part::Manifest)
        }
        () => None,
    }
}

/// Further files of the bundle, as absolute URLs of the same origin; sorted.
pub fn links(part: Part, at: &Url, root: &Url, text: &str) -> Vec<Url> {
    let mut found = BTreeSet::new();
    let mut take = |base: &Url, path: &str| {
        if let Ok(mut url) = base.join(path) {
            url.set_fragment(None);
            if url.origin() == root.origin() && part_of(&url).is_some() && found.len() < MOST {
                found.insert(url);
            }
        }
    };
    if part == Part::Page {
        for path in attributes(text) {
            take(at, path);
        }
    }
    for path in literals(text) {
        for base in bases(path, at, root) {
            take(&base, path);
        }
    }
    for path in chunks::names(text) {
        take(&public_path(at, root), &path);
    }
    if text.contains("flutter") {
        for path in
            ["flutter_service_worker.js", "assets/AssetManifest.json", "assets/AssetManifest.bin.json"]
        {
            take(root, path);
        }
    }
    if text.contains("static/js/main.") {
        take(root, "asset-manifest.json");
    }
    found.into_iter().collect()
}

/// The values of `src` and `href`: what a page loads or may load.
fn attributes(html: &str) -> impl Iterator<Item = &str> {
    static ATTRIBUTE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?i)\b(?:src|href|data-src)\s*=\s*["']?([^"'\s<>]+)"#).ok());
    captures(ATTRIBUTE.as_ref(), html)
}

/// String literals that name a file of the kinds that are read.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    static LITERAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // Without Unicode the bounded class stays small.
        Regex::new(r#"(?-u)["'`]((?:\.{0,2}/)?[\w@./~%+\[\]()-]{0,200}(?:\.m?js|\.json|/?\.env(?:\.\w{1,20})?|\.ya?ml|\.properties))["'`?]"#)
            .ok()
    });
    captures(LITERAL.as_ref(), text)
}

fn captures<'a>(pattern: Option<&'static Regex>, text: &'a str) -> impl Iterator<Item = &'a str> {
    let found = pattern.into_iter().flat_map(move |pattern| pattern.captures_iter(text));
    found.filter_map(|found| found.get(1)).map(|found| found.as_str()).take(MOST)
}

/// What a literal may be relative to: the file, or the place the build is published at.
fn bases(path: &str, at: &Url, root: &Url) -> Vec<Url> {
    if path.starts_with('.') && !path.starts_with(".env") || path.starts_with('/') {
        return vec![at.clone()];
    }
    let is_asset_list = at.path().ends_with("AssetManifest.json");
    if is_asset_list {
        return vec![at.clone()];
    }
    let mut bases = vec![public_path(at, root)];
    // A page or a service worker names files beside itself.
    if at.join(".").ok() != bases[0].join(".").ok() && !path.contains('/') {
        bases.push(at.clone());
    }
    bases
}

/// Next publishes below `/_next/`, others where their page is.
fn public_path(at: &Url, root: &Url) -> Url {
    let next = at.path().find("/_next/").map(|start| &at.path()[..start + 7]);
    next.and_then(|path| at.join(path).ok()).unwrap_or_else(|| root.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("valid")
    }

    fn found(part: Part, at: &str, text: &str) -> Vec<String> {
        let root = url("https://a.example/");
        links(part, &url(at), &root, text).into_iter().map(|url| url.path().to_owned()).collect()
    }

    #[test]
    fn a_page_leads_to_its_own_scripts() {
        let html = r#"<script src="/assets/index-1.js"></script><link rel=modulepreload href=assets/vendor.js>
            <script src="https://cdn.other.example/x.js"></script><a href="/about">"#;
        assert_eq!(
            found(Part::Page, "https://a.example/", html),
            ["/assets/index-1.js", "/assets/vendor.js"]
        );
    }

    #[test]
    fn scripts_lead_to_their_chunks() {
        let script = r#"const d=["assets/a-1.js"];import("./b-2.js");"#;
        let at = "https://a.example/assets/index.js";
        assert_eq!(found(Part::Script, at, script), ["/assets/a-1.js", "/assets/b-2.js"]);
        let next = r#"self.__BUILD_MANIFEST={"/":["static/chunks/pages/i-1.js"]}"#;
        let at = "https://a.example/_next/static/x/_buildManifest.js";
        assert_eq!(found(Part::Script, at, next), ["/_next/static/chunks/pages/i-1.js"]);
    }

    #[test]
    fn flutter_builds_list_their_assets() {
        let worker = r#"const RESOURCES = {"assets/.env": "1a2b", "main.dart.js": "3c4d"};"#;
        let at = "https://a.example/flutter_service_worker.js";
        let paths = found(Part::Script, at, worker);
        assert!(paths.contains(&"/assets/.env".to_owned()) && paths.contains(&"/main.dart.js".to_owned()));
        let at = "https://a.example/assets/AssetManifest.json";
        assert_eq!(found(Part::Manifest, at, r#"{"assets/.env":["assets/.env"]}"#), ["/assets/assets/.env"]);
    }
}
