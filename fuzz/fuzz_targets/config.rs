//! `gonogo.toml`: understood, or refused with mistakes that a terminal can show.
#![no_main]

use gonogo::target::{
    config::{ConfigError, Known, understand},
    diagnostic::is_secret,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let known = Known::on(jiff::civil::date(2026, 11, 21));
    match understand(&text, "gonogo.toml", &known) {
        Ok(target) => drop((target.production_hosts().len(), target.stack.summary())),
        Err(ConfigError::Invalid(mistakes)) => {
            let rendered = mistakes.render(false);
            let bad =
                rendered.chars().find(|letter| letter.is_control() && *letter != '\n' || is_bidi(*letter));
            assert_eq!(bad, None, "{rendered:?}");
            let _ = mistakes.render(true);
        }
        Err(ConfigError::Unreadable { .. }) => {}
    }
    let _ = is_secret(&text);
});

fn is_bidi(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
