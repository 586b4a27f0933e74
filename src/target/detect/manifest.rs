//! `package.json` and `pubspec.yaml`: which frameworks.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use super::{MANIFEST, read};

/// More manifests than a monorepo has workspaces.
const MANIFESTS: usize = 200;

/// npm package → what people call it.
const FRAMEWORKS: [(&str, &str); 20] = [
    ("@angular/core", "angular"),
    ("@remix-run/react", "remix"),
    ("@sveltejs/kit", "sveltekit"),
    ("astro", "astro"),
    ("expo", "expo"),
    ("express", "express"),
    ("fastify", "fastify"),
    ("firebase-functions", "firebase-functions"),
    ("gatsby", "gatsby"),
    ("hono", "hono"),
    ("next", "next"),
    ("nuxt", "nuxt"),
    ("react", "react"),
    ("react-native", "react-native"),
    ("react-scripts", "create-react-app"),
    ("solid-js", "solid"),
    ("stripe", "stripe"),
    ("svelte", "svelte"),
    ("vite", "vite"),
    ("vue", "vue"),
];

/// Sorted, each once.
pub(super) fn frameworks(root: &Path, packages: &[String]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for path in packages.iter().take(MANIFESTS) {
        let Some(text) = read(root, path, MANIFEST) else { continue };
        let Ok(package) = serde_json::from_str::<Value>(&text) else { continue };
        let lists = ["dependencies", "devDependencies"].map(|list| package.get(list));
        let uses = |npm: &str| lists.iter().flatten().any(|list| list.get(npm).is_some());
        found.extend(FRAMEWORKS.iter().filter(|(npm, _)| uses(npm)).map(|(_, name)| (*name).to_owned()));
    }
    found.into_iter().collect()
}

/// Does a `pubspec.yaml` depend on the Flutter SDK?
pub(super) fn is_flutter(root: &Path, path: &str) -> bool {
    let text = read(root, path, MANIFEST).unwrap_or_default();
    text.lines().map(str::trim).any(|line| line == "flutter:" || line == "sdk: flutter")
}
