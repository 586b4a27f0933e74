//! Durations as people write them.

use std::time::Duration;

use jiff::SignedDuration;

const LONGEST: Duration = Duration::from_hours(1);

/// `30s`, `2m`, `1m30s`, `500ms`; a bare number counts seconds. At most an hour.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<u32>().ok().map(|seconds| Duration::from_secs(u64::from(seconds)));
    let given = seconds.or_else(|| {
        let signed: SignedDuration = text.parse().ok()?;
        Duration::try_from(signed).ok()
    });
    match given {
        None => Err("write e.g. 30s, 2m or 1m30s".to_owned()),
        Some(given) if given.is_zero() => Err("must be more than nothing".to_owned()),
        Some(given) if given > LONGEST => Err("must be an hour at most".to_owned()),
        Some(given) => Ok(given),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, millis) in [
            ("30s", 30_000),
            ("2m", 120_000),
            ("1m30s", 90_000),
            ("500ms", 500),
            ("45", 45_000),
            ("1h", 3_600_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "soon", "-5s", "0", "2h", "99999999999"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
