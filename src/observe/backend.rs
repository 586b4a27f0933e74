//! Reads one source that deals with payments or with an administrator's key, or the settings of
//! Supabase functions.

use super::{Local, repository, webhook};
use crate::{
    engine::handler::{backend, spot_of_line},
    plan::Touch,
    seen::{Backend, Miss, Seen, Spot},
};

const SOURCE: u64 = 512 << 10;
/// Most functions that are looked for.
const FUNCTIONS: usize = 200;

pub(super) fn observe(files: &Local, path: &str) -> Seen<Backend> {
    let text = match files.read_text(path, SOURCE) {
        Ok(text) => text,
        Err(miss) => return Seen::Missed(miss),
    };
    if path.rsplit('/').next() == Some("config.toml") {
        return settings(files, path, &text);
    }
    match backend::read(path, &text) {
        Some(seen) => Seen::Got(Backend { gateway: webhook::asks_for_jwt(files, path), ..seen }),
        None => Seen::Missed(Miss::Unsupported(format!("{path} is too large or too tangled to be parsed"))),
    }
}

pub(super) fn touches(path: &str) -> Vec<Touch> {
    vec![Touch::File { path: path.to_owned(), why: "payments and rows of other people".to_owned() }]
}

/// Functions that the settings name and that have no source beside them.
fn settings(files: &Local, path: &str, text: &str) -> Seen<Backend> {
    let listing = match repository::list(files) {
        Ok(listing) => listing,
        Err(miss) => return Seen::Missed(miss),
    };
    if listing.cut {
        return Seen::Missed(Miss::Unsupported("there are more files than were listed".to_owned()));
    }
    let folder = path.strip_suffix("config.toml").unwrap_or_default();
    let has_source = |name: &str| {
        let prefix = format!("{folder}functions/{name}/");
        listing.paths.iter().any(|path| path.starts_with(&prefix))
    };
    let absent = named(text).into_iter().filter(|(name, _)| !has_source(name));
    let spot = |(name, line): (String, u32)| Spot { what: name, ..spot_of_line(text, line) };
    Seen::Got(Backend { path: path.to_owned(), absent: absent.map(spot).collect(), ..Backend::default() })
}

/// Functions with a section of their own and without an `entrypoint`, with the section's line.
fn named(text: &str) -> Vec<(String, u32)> {
    let mut found: Vec<(String, u32)> = Vec::new();
    let mut inside = false;
    for (line, number) in text.lines().zip(1_u32..) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let name = section.trim().strip_prefix("functions.").map(|name| name.trim_matches(['"', '\'']));
            inside = name.is_some();
            let own = name.filter(|name| !name.is_empty() && !name.contains('.') && found.len() < FUNCTIONS);
            found.extend(own.map(|name| (name.to_owned(), number)));
        } else if inside
            && (line.starts_with("entrypoint") || line.starts_with("enabled") && line.ends_with("false"))
        {
            found.pop();
            inside = false;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_named_by_their_sections() {
        let text = "[api]\nport = 1\n\n[functions.pay]\nverify_jwt = false\n[functions.\"mail\"] # a\nentrypoint = \"./x.ts\"\n[functions.old]\nenabled = false\n[functions.hook]\n";
        assert_eq!(named(text), [("pay".to_owned(), 4), ("hook".to_owned(), 10)]);
    }
}
