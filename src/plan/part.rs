//! Which part of a repository's content is looked at for credentials, if not all of it.

use serde::{Deserialize, Serialize};

/// A part of the content.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The files, and of the history the commits since then.
    Since(jiff::Timestamp),
    /// What the commits of `A..B` brought in, and nothing else.
    Range(String),
    /// What the next commit would bring in, and nothing else.
    Staged,
}

impl Part {
    /// From a date, a moment, or a duration before `now`: `2026-01-31`, `2026-01-31T12:00Z`, `90d`.
    pub fn since(text: &str, now: jiff::Timestamp) -> Option<Self> {
        let day = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
        let before = || {
            let span: jiff::Span = text.parse().ok()?;
            now.to_zoned(jiff::tz::TimeZone::UTC).checked_sub(span.abs()).ok()
        };
        let moment = || text.parse::<jiff::Timestamp>().ok();
        moment().or_else(|| day().or_else(before).map(|zoned| zoned.timestamp())).map(Self::Since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_three_ways() {
        let now: jiff::Timestamp = "2026-11-22T12:00:00Z".parse().expect("a moment");
        let since = |text: &str| match Part::since(text, now) {
            Some(Part::Since(moment)) => moment.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(since("2026-01-31"), "2026-01-31T00:00:00Z");
        assert_eq!(since("2026-01-31T10:00:00+02:00"), "2026-01-31T08:00:00Z");
        assert_eq!(since("2d"), "2026-11-20T12:00:00Z");
        assert_eq!(since("3 weeks"), "2026-11-01T12:00:00Z");
        assert_eq!(since("yesterday"), "None");
    }
}
