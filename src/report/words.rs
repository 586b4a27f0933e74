//! How numbers, places and patches are put, in every report for people.

use jiff::{Timestamp, tz::TimeZone};

use super::records;
use crate::{
    decide::Interval,
    finding::{Patch, Place},
    seen::Miss,
};

/// `1 finding`, `3 findings`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {}", plural(number, noun))
}

pub(super) fn plural(number: usize, noun: &str) -> String {
    match noun {
        _ if number == 1 => noun.to_owned(),
        _ if noun.ends_with('s') => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

/// `2026-11-21 14:03 UTC`.
pub(super) fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Cut, not rounded, to one decimal: 99.96 is not 100, and a score under the minimum never looks
/// as if it reached it.
pub(super) fn tenth(value: f64) -> f64 {
    (value * 10.0 + 1e-6).floor() / 10.0
}

/// `62–71`, or `97` where nothing is open.
pub(super) fn score(interval: Interval) -> String {
    let (floor, ceiling) = (whole(interval.floor), whole(interval.ceiling));
    if floor == ceiling { floor } else { format!("{floor}–{ceiling}") }
}

/// Cut to a whole number.
pub(super) fn whole(value: f64) -> String {
    format!("{:.0}", (value + 1e-6).floor())
}

/// ` +12.5 points`, or nothing.
pub(super) fn points(points: f64) -> Option<String> {
    let number = format!("{points:.1}");
    let number = number.strip_suffix(".0").unwrap_or(&number);
    (points >= 0.05).then(|| format!("+{number} {}", if number == "1" { "point" } else { "points" }))
}

/// `src/a.ts:14:9`, `_dmarc.example.com TXT`, a URL, `host:port`.
pub(super) fn place(place: &Place) -> String {
    let at = |number: &Option<u32>| number.map(|number| format!(":{number}")).unwrap_or_default();
    match place {
        Place::File { path, line, column, .. } if line.is_some() => {
            format!("{path}{}{}", at(line), at(column))
        }
        Place::File { path, .. } => path.clone(),
        Place::Commit { commit, path, line } => {
            let short: String = commit.chars().take(12).collect();
            format!("{path}{} in commit {short}", at(line))
        }
        Place::Dns { name, record } => format!("{name} {record}"),
        Place::Url { url } => url.clone(),
        Place::Endpoint { endpoint } => endpoint.clone(),
    }
}

/// The locator of something that is not a file, unique over kinds: `dns:example.com/TXT`.
pub(super) fn locator(place: &Place) -> Option<String> {
    match place {
        Place::File { .. } => None,
        Place::Commit { commit, path, .. } => Some(format!("commit:{commit}/{path}")),
        Place::Dns { name, record } => Some(format!("dns:{name}/{record}")),
        Place::Url { url } => Some(format!("url:{url}")),
        Place::Endpoint { endpoint } => Some(format!("endpoint:{endpoint}")),
    }
}

/// A remedy to copy.
pub(super) struct Block {
    /// What to do in one word, e.g. `publish`,
    pub(super) label: &'static str,
    /// and with what, e.g. `this record`.
    pub(super) caption: String,
    pub(super) language: String,
    pub(super) lines: Vec<String>,
}

pub(super) fn block(patch: &Patch) -> Block {
    let of = |label, caption: String, language: &str, lines: Vec<String>| Block {
        label,
        caption,
        language: language.to_owned(),
        lines,
    };
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    match patch {
        Patch::Dns { name, record, values } => {
            let line = |value: &String| format!("{} {record} {}", absolute(name), data(record, value));
            let these = if values.len() == 1 { "this record" } else { "these records" };
            of("publish", these.to_owned(), "text", values.iter().map(line).collect())
        }
        Patch::DnsRemove { name, record } => {
            of("remove", "this record set".to_owned(), "text", vec![format!("{} {record}", absolute(name))])
        }
        Patch::Line { path, line, new } => {
            let language = path.rsplit_once('.').map_or("", |(_, ending)| ending);
            of("replace", format!("line {line} of {path} by this"), language, lines(new))
        }
        Patch::Snippet { language, text } if language.trim().is_empty() => {
            of("add", "this".to_owned(), "text", lines(text))
        }
        Patch::Snippet { language, text } => of("add", format!("this ({language})"), language, lines(text)),
        Patch::Command { command } => of("run", "this command".to_owned(), "sh", lines(command)),
    }
}

/// A domain name that no zone file will extend.
fn absolute(name: &str) -> String {
    if name.ends_with('.') { name.to_owned() } else { format!("{name}.") }
}

/// Record data in the presentation format: TXT in quoted strings of at most 255 bytes (RFC 1035
/// section 3.3), everything else as it is.
fn data(record: &str, value: &str) -> String {
    if record.eq_ignore_ascii_case("TXT") { records::quoted(value) } else { value.to_owned() }
}

/// The kind of a miss, for machines.
pub(super) const fn reason(miss: &Miss) -> &'static str {
    match miss {
        Miss::Timeout(_) => "timeout",
        Miss::Refused(_) => "refused",
        Miss::NoSuchName(_) => "no-such-name",
        Miss::Denied(_) => "denied",
        Miss::Offline => "offline",
        Miss::NotConsented(_) => "not-consented",
        Miss::Unsupported(_) => "unsupported",
        Miss::Malformed(_) => "malformed",
        Miss::Unanswered(_) => "unanswered",
        Miss::NotAsked => "not-asked",
        Miss::Internal(_) => "internal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cut_not_rounded() {
        assert!((tenth(99.96) - 99.9).abs() < 1e-9);
        assert!((tenth(100.0 * 0.3) - 30.0).abs() < 1e-9);
        assert_eq!(whole(99.99), "99");
        assert_eq!(whole(100.0), "100");
        let score_of = |floor, ceiling| score(Interval { floor, ceiling, coverage: 0.0 });
        assert_eq!(score_of(62.5, 71.0), "62–71");
        assert_eq!(score_of(97.2, 97.2), "97");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!((count(1, "finding"), count(0, "finding")), ("1 finding".into(), "0 findings".into()));
        assert_eq!(points(1.0).as_deref(), Some("+1 point"));
        assert_eq!(points(12.5).as_deref(), Some("+12.5 points"));
        assert_eq!(points(0.0), None);
    }

    #[test]
    fn long_text_records_are_split_into_strings() {
        let publish = |record: &str, value: String| {
            let patch = Patch::Dns { name: "example.com".into(), record: record.into(), values: vec![value] };
            block(&patch).lines.remove(0)
        };
        assert_eq!(publish("TXT", "a \"b\"".into()), r#"example.com. TXT "a \"b\"""#);
        assert_eq!(publish("MX", "10 mx.example.com.".into()), "example.com. MX 10 mx.example.com.");
        let (whole, rest) = ("x".repeat(255), "x".repeat(45));
        assert_eq!(publish("TXT", "x".repeat(300)), format!("example.com. TXT \"{whole}\" \"{rest}\""));
    }
}
