//! The grammar of header fields, bounded.

use crate::engine::name::ascii;

/// Fields that are read.
const MOST: usize = 500;
/// Characters of one field's value.
const LONGEST: usize = 16 * 1024;

/// A field with its folded lines joined.
#[derive(Debug)]
pub(super) struct Field {
    /// Lower case.
    pub(super) name: String,
    pub(super) value: String,
}

/// The fields up to the first empty line, in their order.
pub(super) fn fields(text: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for line in text.lines().skip_while(|line| line.trim().is_empty()) {
        if line.trim().is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            if let Some(last) = fields.last_mut().filter(|last| last.value.len() + line.len() < LONGEST) {
                last.value.push(' ');
                last.value.push_str(line.trim());
            }
            continue;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        if fields.len() == MOST {
            break;
        }
        let cut = value.floor_char_boundary(LONGEST.min(value.len()));
        fields.push(Field {
            name: name.trim().to_ascii_lowercase(),
            value: value.get(..cut).unwrap_or_default().trim().to_owned(),
        });
    }
    fields
}

/// The text without its comments, which may be nested.
pub(super) fn without_comments(text: &str) -> String {
    let (mut plain, mut depth, mut quoted, mut escaped) =
        (String::with_capacity(text.len()), 0_usize, false, false);
    for letter in text.chars() {
        let was_escaped = std::mem::take(&mut escaped);
        match letter {
            '\\' if !was_escaped => escaped = true,
            '"' if depth == 0 && !was_escaped => quoted = !quoted,
            '(' if !quoted && !was_escaped => depth += 1,
            ')' if !quoted && !was_escaped && depth > 0 => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            plain.push(letter);
        }
    }
    plain
}

/// The value of one of `name=value;` tags, space inside removed.
pub(super) fn tag(text: &str, wanted: &str) -> Option<String> {
    let mut tags = text.split(';').filter_map(|part| part.split_once('='));
    let (_, value) = tags.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))?;
    Some(value.chars().filter(|letter| !letter.is_whitespace()).collect())
}

/// The domain of `Name <local@domain>`, `local@domain` or `@domain`.
pub(super) fn address_domain(text: &str) -> Option<String> {
    let inner = match text.rsplit_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or_default(),
        None => text,
    };
    let inner = inner.trim().trim_matches('"');
    match inner.rsplit_once('@') {
        Some((_, domain)) => name(domain),
        // A result may name the bare domain.
        None => name(inner).filter(|name| name.contains('.')),
    }
}

/// A domain name or selector in lower case; none for anything else.
pub(super) fn name(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    if text.is_empty() || text.len() > 253 {
        return None;
    }
    let name = if text.is_ascii() { text.to_ascii_lowercase() } else { ascii(text)? };
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    (plain && name.split('.').all(|label| (1..=63).contains(&label.len()))).then_some(name)
}
