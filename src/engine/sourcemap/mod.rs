//! Source maps (ECMA-426): the original files that a bundle was made of, and where a map is.

use std::borrow::Cow;

use base64::Engine as _;
use serde::Deserialize;

/// An original file as a map carries it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Source {
    /// As the bundler calls it, e.g. `webpack://app/./src/config.ts`.
    pub name: String,
    pub text: String,
}

/// Most files taken of one map.
const MOST: usize = 20_000;
/// Maps of maps are not nested by any bundler.
const SECTIONS: usize = 1_000;

#[derive(Deserialize)]
struct Map<'a> {
    #[serde(default, rename = "sourceRoot")]
    root: Option<String>,
    #[serde(default, borrow)]
    sources: Vec<Option<Cow<'a, str>>>,
    #[serde(default, rename = "sourcesContent", borrow)]
    contents: Vec<Option<Cow<'a, str>>>,
    #[serde(default, borrow)]
    sections: Vec<Section<'a>>,
}

#[derive(Deserialize)]
struct Section<'a> {
    #[serde(borrow)]
    map: Option<Flat<'a>>,
}

#[derive(Deserialize)]
struct Flat<'a> {
    #[serde(default, borrow)]
    sources: Vec<Option<Cow<'a, str>>>,
    #[serde(default, rename = "sourcesContent", borrow)]
    contents: Vec<Option<Cow<'a, str>>>,
}

/// The original files of a map; none if it is no map, or carries no file.
pub fn sources(bytes: &[u8]) -> Vec<Source> {
    let text = String::from_utf8_lossy(bytes);
    // The first line may keep browsers from running it (`)]}'`).
    let body = match text.strip_prefix(")]}") {
        Some(rest) => rest.split_once('\n').map_or("", |(_, body)| body),
        None => text.trim_start_matches('\u{feff}'),
    };
    let Ok(map) = serde_json::from_str::<Map<'_>>(body) else { return Vec::new() };
    let root = map.root.unwrap_or_default();
    let mut found = Vec::new();
    take(&root, map.sources, map.contents, &mut found);
    for flat in map.sections.into_iter().take(SECTIONS).filter_map(|section| section.map) {
        take(&root, flat.sources, flat.contents, &mut found);
    }
    found
}

fn take(
    root: &str,
    names: Vec<Option<Cow<'_, str>>>,
    texts: Vec<Option<Cow<'_, str>>>,
    into: &mut Vec<Source>,
) {
    let mut names = names.into_iter();
    for (number, text) in texts.into_iter().enumerate() {
        let name = names.next().flatten();
        let Some(text) = text else { continue };
        if into.len() >= MOST {
            return;
        }
        let name = name.map_or_else(|| format!("source {number}"), |name| format!("{root}{name}"));
        into.push(Source { name, text: text.into_owned() });
    }
}

/// Where a script or a style sheet says its map is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Pointer {
    /// A URL, relative to the file's.
    Url(String),
    /// The map itself.
    Inline(Vec<u8>),
}

/// The last `sourceMappingURL` of a file, which stands near its end.
pub fn pointer(bytes: &[u8]) -> Option<Pointer> {
    const MARK: &[u8] = b"sourceMappingURL=";
    /// The longest URL that is followed.
    const URL: usize = 2_000;
    let at = memchr::memmem::rfind(bytes, MARK)? + MARK.len();
    let rest = bytes.get(at..)?;
    let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || b"\"'*".contains(byte));
    let url = &rest[..end.unwrap_or(rest.len())];
    if let Some(data) = url.strip_prefix(b"data:") {
        let start = memchr::memmem::find(data.get(..data.len().min(200))?, b";base64,")?;
        let decoded = base64::engine::general_purpose::STANDARD.decode(&data[start + 8..]).ok()?;
        return Some(Pointer::Inline(decoded));
    }
    let url = std::str::from_utf8(url).ok().filter(|url| !url.is_empty() && url.len() <= URL)?;
    Some(Pointer::Url(url.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = r#"{"version":3,"sourceRoot":"app/","sources":["a.ts",null,"c.ts"],
        "sourcesContent":["const a = \"1\";\n","b",null],"mappings":""}"#;

    #[test]
    fn files_are_taken_with_their_names() {
        let found = sources(MAP.as_bytes());
        let names: Vec<&str> = found.iter().map(|source| source.name.as_str()).collect();
        assert_eq!(names, ["app/a.ts", "source 1"]);
        assert_eq!(found[0].text, "const a = \"1\";\n");
    }

    #[test]
    fn sections_and_guards_are_read() {
        let map = ")]}'\n{\"version\":3,\"sections\":[{\"offset\":{},\"map\":{\"sources\":[\"x\"],\"sourcesContent\":[\"y\"]}}]}";
        assert_eq!(sources(map.as_bytes()).len(), 1);
        assert_eq!(sources(b"[1,2]"), []);
        assert_eq!(sources(b"\xff{"), []);
    }

    #[test]
    fn pointers_are_the_last_ones() {
        let script = "a();\n//# sourceMappingURL=old.map\nb();\n//# sourceMappingURL=app.js.map\n";
        assert_eq!(pointer(script.as_bytes()), Some(Pointer::Url("app.js.map".into())));
        let inline = "//# sourceMappingURL=data:application/json;charset=utf-8;base64,e30=";
        assert_eq!(pointer(inline.as_bytes()), Some(Pointer::Inline(b"{}".to_vec())));
        assert_eq!(pointer(b"none"), None);
    }
}
