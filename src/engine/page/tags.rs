//! Start tags and their attributes, as the HTML standard's tokenizer would find them, near enough.

/// Most attributes kept of a tag, and most tags of a document.
const ATTRIBUTES: usize = 60;
const TAGS: usize = 20_000;

/// A start tag; names in lower case.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Tag {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The first attribute of that name, as browsers take it.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The start tags outside comments, scripts and styles.
pub(super) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = memchr::memchr(b'<', rest.as_bytes()) {
        if tags.len() >= TAGS {
            break;
        }
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            let Some(end) = comment.find("-->") else { break };
            rest = &comment[end + 3..];
        } else if rest.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            let (tag, after) = tag(rest);
            rest = after;
            if matches!(tag.name.as_str(), "script" | "style" | "textarea" | "title") {
                rest = past_raw_text(rest, &tag.name);
            }
            tags.push(tag);
        }
    }
    tags
}

/// Everything up to the closing tag is text; without one, the rest of the document is.
fn past_raw_text<'a>(html: &'a str, name: &str) -> &'a str {
    for start in memchr::memmem::find_iter(html.as_bytes(), b"</") {
        let close = &html[start + 2..];
        if close.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name)) {
            return close;
        }
    }
    ""
}

/// Reads from the tag's name on; returns what follows its `>`.
fn tag(text: &str) -> (Tag, &str) {
    let end = text.find(|letter: char| letter.is_ascii_whitespace() || matches!(letter, '/' | '>'));
    let Some(end) = end else { return (Tag::default(), "") };
    let mut tag = Tag { name: text[..end].to_ascii_lowercase(), attributes: Vec::new() };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        if rest.is_empty() {
            return (tag, "");
        }
        let (key, value, after) = attribute(rest);
        if tag.attributes.len() < ATTRIBUTES {
            tag.attributes.push((key.to_ascii_lowercase(), value.replace("&amp;", "&")));
        }
        rest = after;
    }
}

/// One attribute, its value and what follows; always takes at least one character.
fn attribute(text: &str) -> (&str, &str, &str) {
    // A leading `=` belongs to the name.
    let first = text.chars().next().map_or(0, char::len_utf8);
    let ends = |letter: char| letter.is_ascii_whitespace() || matches!(letter, '=' | '>' | '/');
    let end = text[first..].find(ends).map_or(text.len(), |end| first + end);
    let (key, rest) = text.split_at(end);
    let Some(value) = rest.trim_ascii_start().strip_prefix('=') else { return (key, "", rest) };
    let value = value.trim_ascii_start();
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            return quoted.split_once(quote).map_or((key, "", ""), |(inside, after)| (key, inside, after));
        }
    }
    let end = value.find(|letter: char| letter.is_ascii_whitespace() || letter == '>').unwrap_or(value.len());
    (key, &value[..end], &value[end..])
}
