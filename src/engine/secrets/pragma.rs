//! `gonogo:ignore secrets/<id> reason` beside a value: accepted on purpose, and said.

use std::ops::Range;

const MARK: &[u8] = b"gonogo:ignore";

/// How far from the value the comment may stand, so that one comment in a minified file does not
/// speak for all of it.
pub(super) const NEAR: usize = 400;

/// The reason given on the value's own line or alone on the line before. No reason, no effect.
pub(super) fn reason(bytes: &[u8], span: &Range<usize>, id: &str) -> Option<String> {
    let from = span.start.saturating_sub(NEAR).min(bytes.len());
    let to = span.end.saturating_add(NEAR).min(bytes.len());
    let before = bytes.get(from..span.start)?;
    let after = bytes.get(span.end..to)?;
    let mut lines = before.rsplit(|byte| *byte == b'\n');
    let (own, previous) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let tail = after.split(|byte| *byte == b'\n').next().unwrap_or_default();
    [tail, own].into_iter().chain(is_comment(previous).then_some(previous)).find_map(|line| read(line, id))
}

/// The line before speaks for the value only if it is nothing but the comment.
fn is_comment(line: &[u8]) -> bool {
    let text = line.trim_ascii_start();
    let starts: &[&[u8]] = &[b"#", b"//", b"/*", b"*", b"--", b"<!--", b";", b"{/*"];
    starts.iter().any(|start| text.starts_with(start))
}

fn read(line: &[u8], id: &str) -> Option<String> {
    let at = memchr::memmem::find(line, MARK)?;
    let text = String::from_utf8_lossy(&line[at + MARK.len()..]).into_owned();
    let rest = text.trim_start().strip_prefix(id)?;
    if !rest.starts_with([' ', '\t', ':']) {
        return None;
    }
    let reason = rest.trim_matches(|letter: char| letter.is_whitespace() || ":-*/>".contains(letter));
    let reason: String = reason.chars().filter(|letter| !letter.is_control()).take(200).collect();
    (reason.chars().filter(|letter| letter.is_alphabetic()).count() >= 3).then_some(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<String> {
        let at = text.find("VALUE").unwrap_or_default();
        reason(text.as_bytes(), &(at..at + 5), "secrets/x-key")
    }

    #[test]
    fn a_comment_with_a_reason_counts() {
        assert_eq!(
            said("k = 'VALUE' // gonogo:ignore secrets/x-key revoked in May"),
            Some("revoked in May".into())
        );
        assert_eq!(said("# gonogo:ignore secrets/x-key: demo data\nk = VALUE"), Some("demo data".into()));
    }

    #[test]
    fn another_id_or_no_reason_does_not() {
        assert_eq!(said("k = 'VALUE' // gonogo:ignore secrets/x-key"), None);
        assert_eq!(said("k = 'VALUE' // gonogo:ignore secrets/x-key-two because"), None);
        assert_eq!(said("a = 1 // gonogo:ignore secrets/x-key because\nk = VALUE"), None);
    }
}
