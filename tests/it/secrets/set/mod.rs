//! A labelled set: strings and files with a credential in them, and such as only look like it. All
//! of it is made when it is asked for, and is the same every time.

mod contexts;
mod decoys;
mod decoys_more;
mod formats;
mod named;
mod whole;

use super::template::{Noise, expand_as};

/// One file of the set.
pub(crate) struct Sample {
    /// What it is an instance of.
    pub(crate) group: String,
    pub(crate) path: String,
    pub(crate) text: String,
    /// Does it hold a credential?
    pub(crate) leaks: bool,
}

/// The families of what leaks: a provider's own form, a provider's name, a name alone, whole files.
pub(crate) const PROVIDERS: &[&str] = &["format", "provider"];

pub(crate) fn samples() -> Vec<Sample> {
    let mut all = Vec::new();
    // Each under all of the contexts would be the same over and over: every form meets twenty of them,
    // and every context meets every family.
    for (family, list) in [("format", formats::SELF_EVIDENT), ("provider", formats::NAMED)] {
        for (number, (name, template)) in list.iter().enumerate() {
            for turn in 0..20 {
                let seed = format!("{family}{number}{turn}");
                let value = expand_as(&seed, template);
                let context = number * 7 + turn * 5;
                if let Some((context, path, text)) = contexts::put(context, name, &value) {
                    let group = format!("{family}: {name} {template} in {context}");
                    all.push(Sample { group, path, text, leaks: true });
                }
            }
        }
    }
    all.extend(named::samples());
    all.extend(whole::samples());
    all.extend(decoys::samples());
    all.extend(decoys_more::samples());
    all
}

/// Several instances of files that are written as templates.
fn instances(family: &str, leaks: bool, count: usize, templates: &[(&str, &str)]) -> Vec<Sample> {
    let mut all = Vec::new();
    for (number, (path, template)) in templates.iter().enumerate() {
        for turn in 0..count {
            let text = expand_as(&format!("{family}{number}{turn}"), template);
            let group = format!("{family}: {path} {}", template.chars().take(60).collect::<String>());
            all.push(Sample { group, path: (*path).to_owned(), text, leaks });
        }
    }
    all
}

/// One of a list, by chance.
fn pick<'a>(noise: &mut Noise, list: &[&'a str]) -> &'a str {
    list[noise.next() as usize % list.len()]
}
