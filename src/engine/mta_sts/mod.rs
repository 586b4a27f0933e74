//! MTA-STS policies (RFC 8461 section 3.2), without I/O.

use crate::{engine::name::ascii, seen::StsPolicy};

/// Longest lifetime of a policy, in seconds: about one year.
pub const LONGEST: u64 = 31_557_600;
/// Patterns kept of one policy.
const PATTERNS: usize = 100;

/// Reads a policy file. Unknown keys are allowed; of doubled ones the first counts.
pub fn parse(text: &str) -> StsPolicy {
    let mut policy = StsPolicy::default();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_end_matches([' ', '\t']);
        if line.is_empty() {
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            policy.fault(format!("line {} is not `key: value`", index + 1));
            continue;
        };
        let value = value.trim();
        match key.trim() {
            "version" => drop(policy.version.get_or_insert_with(|| shown(value))),
            "mode" => drop(policy.mode.get_or_insert_with(|| shown(value))),
            "max_age" => match value.parse() {
                Ok(seconds) => drop(policy.max_age.get_or_insert(seconds)),
                Err(_) => policy.fault(format!("`max_age: {}` is not a number of seconds", shown(value))),
            },
            "mx" if policy.mx.len() < PATTERNS => policy.mx.push(shown(value).to_ascii_lowercase()),
            _ => {}
        }
    }
    complete(&mut policy);
    policy
}

/// Does a pattern cover a mail host? `*.` stands for exactly one label (section 4.1).
pub fn covers(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(rest) => host.split_once('.').is_some_and(|(label, above)| !label.is_empty() && above == rest),
        None => pattern == host,
    }
}

fn complete(policy: &mut StsPolicy) {
    match policy.version.as_deref() {
        Some("STSv1") => {}
        Some(other) => policy.fault(format!("`version: {other}` is not `version: STSv1`")),
        None => policy.fault("`version: STSv1` is missing".to_owned()),
    }
    match policy.mode.as_deref() {
        Some("enforce" | "testing" | "none") => {}
        Some(other) => policy.fault(format!("`mode: {other}` is none of enforce, testing and none")),
        None => policy.fault("`mode` is missing".to_owned()),
    }
    match policy.max_age {
        Some(seconds) if seconds > LONGEST => policy.fault(format!("`max_age: {seconds}` is over {LONGEST}")),
        Some(_) => {}
        None if policy.faults.iter().any(|fault| fault.starts_with("`max_age")) => {}
        None => policy.fault("`max_age` is missing".to_owned()),
    }
    if policy.mx.is_empty() && policy.mode.as_deref() != Some("none") {
        policy.fault("it names no `mx`".to_owned());
    }
    let unfit = policy.mx.iter().find(|pattern| {
        let host = pattern.strip_prefix("*.").unwrap_or(pattern);
        host.contains('*') || ascii(host).is_none_or(|name| name != host)
    });
    if let Some(pattern) = unfit.cloned() {
        policy.fault(format!("`mx: {pattern}` is not a host name"));
    }
}

impl StsPolicy {
    fn fault(&mut self, fault: String) {
        if self.faults.len() < 10 {
            self.faults.push(fault);
        }
    }
}

/// Printable ASCII, at most 255 characters.
fn shown(value: &str) -> String {
    value.chars().take(255).map(|letter| if (' '..='~').contains(&letter) { letter } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_policies_with_either_line_ending() {
        for text in [
            "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n",
            "version: STSv1\nmode: enforce\nmx:mail.example.com\nmx: *.EXAMPLE.net \nmax_age: 604800",
        ] {
            let policy = parse(text);
            assert_eq!(policy.faults, Vec::<String>::new());
            assert_eq!(policy.mx, ["mail.example.com", "*.example.net"]);
            assert_eq!((policy.mode.as_deref(), policy.max_age), (Some("enforce"), Some(604_800)));
        }
    }

    #[test]
    fn names_every_fault() {
        let policy = parse("<html>\nversion: STSv2\nmode: on\nmx: *.*.a\nmax_age: week\n\u{1b}[2J: x");
        assert_eq!(policy.faults.len(), 5, "{:?}", policy.faults);
        assert!(policy.faults.iter().all(|fault| fault.is_ascii()));
        assert_eq!(parse("").faults.len(), 4);
        assert_eq!(parse("version: STSv1\nmode: none\nmax_age: 86400\n").faults.len(), 0);
        assert!(parse(&"mx: a\n".repeat(100_000)).mx.len() <= PATTERNS);
    }

    #[test]
    fn a_star_is_one_label() {
        assert!(covers("*.example.com", "mx.example.com") && covers("mx.example.com", "mx.example.com"));
        assert!(!covers("*.example.com", "example.com") && !covers("*.example.com", "a.b.example.com"));
    }
}
