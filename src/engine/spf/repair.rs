//! Slips whose correction is certain.

use super::parse_text;

/// What people write, and what it was to be.
const SLIPS: [(&str, &str); 8] = [
    ("ip:", "ip4:"),
    ("ipv4:", "ip4:"),
    ("ip4=", "ip4:"),
    ("ipv6:", "ip6:"),
    ("ip6=", "ip6:"),
    ("includes:", "include:"),
    ("include=", "include:"),
    ("redirect:", "redirect="),
];
/// A record with more words is not mended by replacing some.
const MOST: usize = 200;

/// The record with its slips corrected; none where something else is wrong or nothing is.
pub fn repair(record: &str) -> Option<String> {
    let words: Vec<&str> = record.split(' ').filter(|word| !word.is_empty()).take(MOST + 1).collect();
    if words.len() > MOST {
        return None;
    }
    let fixed: Vec<String> = words.iter().map(|word| word_of(word)).collect();
    let fixed = fixed.join(" ");
    (fixed != record && parse_text(&fixed).is_ok()).then_some(fixed)
}

fn word_of(word: &str) -> String {
    let word = word.trim_end_matches([',', ';']);
    let start = usize::from(word.starts_with(['+', '-', '~', '?']));
    let (sign, bare) = word.split_at(start);
    let slip = SLIPS
        .iter()
        .find(|(wrong, _)| bare.get(..wrong.len()).is_some_and(|head| head.eq_ignore_ascii_case(wrong)));
    match slip {
        // An address of the other family needs the other mechanism.
        Some((wrong @ ("ip:" | "ip4=" | "ipv4:"), _)) if bare[wrong.len()..].contains("::") => {
            format!("{sign}ip6:{}", &bare[wrong.len()..])
        }
        Some((wrong, right)) => format!("{sign}{right}{}", &bare[wrong.len()..]),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::repair;

    #[test]
    fn corrects_what_is_certain_and_nothing_else() {
        for (wrong, right) in [
            ("v=spf1 ip:192.0.2.1, includes:a.test ~all", Some("v=spf1 ip4:192.0.2.1 include:a.test ~all")),
            ("v=spf1 ipv6:2001:db8::1 -all;", Some("v=spf1 ip6:2001:db8::1 -all")),
            ("v=spf1 ip:2001:db8::1 -all", Some("v=spf1 ip6:2001:db8::1 -all")),
            ("v=spf1 mail.example.com ~all", None),
            ("v=spf1 mx ~all", None),
        ] {
            assert_eq!(repair(wrong).as_deref(), right, "{wrong}");
        }
    }
}
