//! The line of a file on which a finding is shown, for readers that know nothing but files.

use crate::{
    decide::{Assessment, Judged},
    finding::Place,
    target::Target,
};

/// A line of a file inside the repository. The path is relative, without `.` and `..`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Anchor {
    pub(super) path: String,
    /// From 1.
    pub(super) line: u32,
    /// From 1, in UTF-16 code units.
    pub(super) column: Option<u32>,
    pub(super) snippet: Option<String>,
}

/// Where the finding is, or where its subject is declared, or the file that configures the target.
pub(super) fn anchor(assessment: &Assessment, judged: &Judged) -> Anchor {
    let places = &judged.finding.places;
    let is_file = |place: &&Place| matches!(place, Place::File { .. });
    let file = places.iter().filter(is_file).find_map(in_file);
    file.or_else(|| places.iter().find_map(in_file))
        .or_else(|| declared(&judged.subject, &assessment.target))
        .unwrap_or_else(|| Anchor {
            path: configuration(&assessment.target),
            line: 1,
            column: None,
            snippet: None,
        })
}

fn in_file(place: &Place) -> Option<Anchor> {
    match place {
        Place::File { path, line, column, snippet } => Some(Anchor {
            path: inside(path)?,
            line: line.unwrap_or(1).max(1),
            column: column.filter(|column| *column > 0),
            snippet: snippet.clone(),
        }),
        Place::Commit { path, line, .. } => {
            Some(Anchor { path: inside(path)?, line: line.unwrap_or(1).max(1), column: None, snippet: None })
        }
        Place::Dns { .. } | Place::Url { .. } | Place::Endpoint { .. } => None,
    }
}

/// The declaration of a subject, or of the origin or host it belongs to.
fn declared(subject: &str, target: &Target) -> Option<Anchor> {
    let url = url::Url::parse(subject).ok().filter(url::Url::has_host);
    let origin = url.as_ref().map(|url| url.origin().ascii_serialization());
    let host = url.as_ref().and_then(|url| url.host_str().map(str::to_owned));
    let name = subject.rsplit_once(':').map(|(host, _)| host.to_owned());
    let secure = host.as_ref().or(name.as_ref()).map(|host| format!("https://{host}"));
    let keys = [Some(subject.to_owned()), origin, host, name, secure];
    keys.into_iter().flatten().find_map(|key| target.declared.get(&key).and_then(in_file))
}

/// The file that says most about the target; a README where nothing does.
fn configuration(target: &Target) -> String {
    let stack = &target.stack;
    let candidates = [&target.config, &stack.firebase, &stack.supabase, &stack.flutter];
    let mut named = candidates
        .into_iter()
        .filter_map(|path| path.as_ref())
        .chain(&stack.firestore_rules)
        .chain(&stack.storage_rules)
        .chain(&stack.realtime_rules);
    named.find_map(|path| inside(path)).unwrap_or_else(|| "README.md".to_owned())
}

/// The path if it stays inside the repository, without empty and `.` parts.
pub(super) fn inside(path: &str) -> Option<String> {
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if path.starts_with('/') || path.starts_with('\\') || drive || path.contains('\0') {
        return None;
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let leaves = parts.iter().any(|part| part.split('\\').any(|part| part == ".."));
    (!parts.is_empty() && !leaves).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_inside() {
        assert_eq!(inside("./a//b/./c.ts").as_deref(), Some("a/b/c.ts"));
        assert_eq!(inside("a/..b/c").as_deref(), Some("a/..b/c"));
        for path in
            ["", ".", "/etc/passwd", "a/../../b", "..", "C:/x", "c:\\x", "\\\\host\\x", "a\\..\\b", "a\0"]
        {
            assert_eq!(inside(path), None, "{path:?}");
        }
    }
}
