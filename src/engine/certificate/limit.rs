//! How long a certificate may be valid.

use crate::seen::Certificate;

const DAY: i64 = 86_400;

/// The longest validity that applied when a certificate was issued.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limit {
    pub days: i64,
    /// Does the certificate keep it?
    pub kept: bool,
}

/// The schedule of the CA/Browser Forum's Baseline Requirements section 6.3.2 (ballots 193, SC-31
/// and SC-081v3), read by notBefore. A day is 86 400 seconds and a fraction counts as a whole one.
pub fn limit(certificate: &Certificate) -> Limit {
    let days = match certificate.not_before.as_second() {
        // Midnight UTC of 2029-03-15, 2027-03-15, 2026-03-15, 2020-09-01.
        1_868_227_200.. => 47,
        1_805_068_800.. => 100,
        1_773_532_800.. => 200,
        1_598_918_400.. => 398,
        _ => 825,
    };
    Limit { days, kept: certificate.lifetime() <= days * DAY }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(from: &str, seconds: i64) -> Limit {
        let not_before: jiff::Timestamp = from.parse().expect("a timestamp");
        let not_after = not_before + jiff::SignedDuration::from_secs(seconds);
        limit(&Certificate { not_before, not_after, ..Certificate::default() })
    }

    #[test]
    fn follows_the_schedule() {
        let days = |from| judged(from, 1).days;
        assert_eq!(days("2026-03-14T23:59:59Z"), 398);
        assert_eq!(days("2026-03-15T00:00:00Z"), 200);
        assert_eq!(days("2027-03-15T00:00:00Z"), 100);
        assert_eq!(days("2029-03-14T23:59:59Z"), 100);
        assert_eq!(days("2029-03-15T00:00:00Z"), 47);
    }

    #[test]
    fn both_ends_belong_to_the_period() {
        assert!(judged("2026-05-01T00:00:00Z", 200 * DAY - 1).kept);
        assert!(!judged("2026-05-01T00:00:00Z", 200 * DAY).kept);
    }
}
