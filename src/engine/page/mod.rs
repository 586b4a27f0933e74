//! As much of HTML as tells which content a page loads over plain http, in one bounded pass.

mod tags;
mod trace;

use self::tags::{Tag, tags};
pub use self::trace::trace;
use crate::seen::{Insecure, Page};

/// Most references kept.
const KEPT: usize = 50;

/// Reads a document, or its beginning.
pub fn read(html: &str, cut: bool) -> Page {
    let mut page = Page { cut, ..Page::default() };
    for tag in tags(html) {
        if tag.name == "meta"
            && tag
                .attribute("http-equiv")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("content-security-policy"))
            && page.policies.len() < KEPT
        {
            page.policies.extend(tag.attribute("content").map(|text| text.chars().take(4_096).collect()));
        }
        let Some((attribute, active)) = loads(&tag) else { continue };
        if let Some(url) = tag.attribute(attribute).and_then(insecure) {
            let found = Insecure { element: tag.name.clone(), url, active };
            if page.insecure.len() < KEPT && !page.insecure.contains(&found) {
                page.insecure.push(found);
            }
        }
    }
    page.insecure.sort();
    page
}

/// The attribute by which an element loads something, and whether that is active content
/// (W3C Mixed Content section 3). Links that are only followed are not mixed content.
fn loads(tag: &Tag) -> Option<(&'static str, bool)> {
    Some(match tag.name.as_str() {
        "script" | "iframe" | "frame" | "embed" => ("src", true),
        "object" => ("data", true),
        "form" => ("action", true),
        "link" => {
            let rel = tag.attribute("rel")?.to_ascii_lowercase();
            let loading = ["stylesheet", "preload", "modulepreload", "manifest"];
            rel.split_ascii_whitespace().any(|word| loading.contains(&word)).then_some(("href", true))?
        }
        "img" | "audio" | "video" | "source" => ("src", false),
        _ => return None,
    })
}

/// A plain-http URL without its query; loopback addresses are trusted by browsers.
fn insecure(value: &str) -> Option<String> {
    let value = value.trim();
    if !value.get(..7)?.eq_ignore_ascii_case("http://") {
        return None;
    }
    let url = url::Url::parse(value).ok()?;
    let host = url.host_str()?;
    if matches!(host, "localhost" | "127.0.0.1" | "[::1]") {
        return None;
    }
    Some(format!("http://{host}{}", url.path()).chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(html: &str) -> Vec<(String, String, bool)> {
        read(html, false).insecure.into_iter().map(|one| (one.element, one.url, one.active)).collect()
    }

    #[test]
    fn sees_what_is_loaded_and_not_what_is_linked() {
        let html = r#"<a href="http://a.example/">x</a><link rel=canonical href=http://a.example/>
            <SCRIPT async src='http://cdn.example/a.js?v=1'></SCRIPT>
            <link rel="stylesheet" href=http://cdn.example/a.css><img alt="<b>" src="HTTP://i.example/p.png">"#;
        assert_eq!(
            found(html),
            [
                ("img".to_owned(), "http://i.example/p.png".to_owned(), false),
                ("link".to_owned(), "http://cdn.example/a.css".to_owned(), true),
                ("script".to_owned(), "http://cdn.example/a.js".to_owned(), true),
            ]
        );
    }

    #[test]
    fn comments_scripts_and_loopback_load_nothing() {
        assert!(found("<!-- <img src=http://a.example/x> -->").is_empty());
        assert!(found("<script>const x = '<img src=http://a.example/x>'</script>").is_empty());
        assert!(found("<img src=http://localhost:3000/x><img src=/x><img src=//a.example/x>").is_empty());
    }

    #[test]
    fn reads_a_meta_policy() {
        let page = read("<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\">", false);
        assert_eq!(page.policies, ["default-src 'self'"]);
    }

    #[test]
    fn hostile_html_ends() {
        for html in [
            "<",
            "<img",
            "<img src",
            "<img src=",
            "<img src=\"",
            "<!--",
            "<script",
            "<script>",
            "</",
            "<é=é>",
        ] {
            let _ = read(html, true);
        }
        let _ = read(&"<img ".repeat(200_000), true);
        let _ = read(&"<!--".repeat(200_000), true);
        let _ = read(&"<script>".repeat(100_000), true);
    }
}
