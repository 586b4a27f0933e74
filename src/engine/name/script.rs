//! The scripts of an internationalised label, as browsers look at them before they show it.

use std::collections::BTreeSet;

/// How an internationalised label is written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Writing {
    /// Letters of these scripts, which no language mixes.
    Mixed(Vec<&'static str>),
    /// Every letter of this other script looks like a Latin one; what it looks like.
    Lookalike(&'static str, String),
    Plain,
}

/// Letters that look like Latin ones (Unicode Technical Standard 39, confusables): Cyrillic, Greek.
const CYRILLIC: &[(char, char)] = &[
    ('а', 'a'),
    ('ԁ', 'd'),
    ('е', 'e'),
    ('һ', 'h'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ӏ', 'l'),
    ('о', 'o'),
    ('р', 'p'),
    ('ԛ', 'q'),
    ('с', 'c'),
    ('ѕ', 's'),
    ('ѵ', 'v'),
    ('ԝ', 'w'),
    ('х', 'x'),
    ('у', 'y'),
];
const GREEK: &[(char, char)] =
    &[('α', 'a'), ('ι', 'i'), ('κ', 'k'), ('ν', 'v'), ('ο', 'o'), ('ρ', 'p'), ('υ', 'u'), ('χ', 'x')];

/// Looks at an A-label such as `xn--80ak6aa92e`; none where it is not one.
pub fn writing(label: &str) -> Option<(String, Writing)> {
    let text = idna::punycode::decode_to_string(label.strip_prefix("xn--").filter(|rest| rest.len() < 60)?)?;
    let scripts: BTreeSet<&'static str> = text.chars().filter_map(script).collect();
    let mixed = scripts.len() > 1 && ["Cyrillic", "Greek"].iter().any(|one| scripts.contains(one));
    let twin = |letters: &[(char, char)]| -> Option<String> {
        text.chars()
            .map(|letter| match letters.iter().find(|(own, _)| *own == letter) {
                Some((_, latin)) => Some(*latin),
                None => (letter.is_ascii_digit() || letter == '-').then_some(letter),
            })
            .collect()
    };
    let writing = if mixed {
        Writing::Mixed(scripts.into_iter().collect())
    } else if let Some(latin) = twin(CYRILLIC).filter(|_| scripts.contains("Cyrillic")) {
        Writing::Lookalike("Cyrillic", latin)
    } else if let Some(latin) = twin(GREEK).filter(|_| scripts.contains("Greek")) {
        Writing::Lookalike("Greek", latin)
    } else {
        Writing::Plain
    };
    Some((text, writing))
}

/// The scripts that are mistaken for each other; the others are told apart by every reader.
fn script(letter: char) -> Option<&'static str> {
    match u32::from(letter) {
        0x41..=0x5a | 0x61..=0x7a | 0xc0..=0x24f | 0x1e00..=0x1eff => Some("Latin"),
        0x370..=0x3ff | 0x1f00..=0x1fff => Some("Greek"),
        0x400..=0x52f | 0x1c80..=0x1c8f | 0x2de0..=0x2dff | 0xa640..=0xa69f => Some("Cyrillic"),
        0x530..=0x58f => Some("Armenian"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Writing> {
        let label = format!("xn--{}", idna::punycode::encode_str(text)?);
        writing(&label).map(|(_, writing)| writing)
    }

    #[test]
    fn only_what_deceives_is_named() {
        assert_eq!(of("аррӏе"), Some(Writing::Lookalike("Cyrillic", "apple".to_owned())));
        assert_eq!(of("pаypal"), Some(Writing::Mixed(vec!["Cyrillic", "Latin"])));
        for good in ["münchen", "москва", "ελλάδα", "日本語", "café-1"] {
            assert_eq!(of(good), Some(Writing::Plain), "{good}");
        }
        assert_eq!(writing("example"), None);
        assert_eq!(writing("xn--999999999999999999"), None);
    }
}
