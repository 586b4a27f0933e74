//! The neutralisers: no escape, control or text direction survives, and no line is added.
#![no_main]

use gonogo::report::neutral;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let of_one_line = [
        neutral::line(&text),
        neutral::terminal(&text),
        neutral::markdown(&text),
        neutral::markdown_code(&text),
        neutral::html(&text),
        neutral::xml(&text),
        neutral::github_data(&text),
        neutral::github_property(&text),
        neutral::sarif(&text),
        neutral::uri(&text),
    ];
    for out in &of_one_line {
        assert!(!out.chars().any(steers), "{out:?}");
    }
    let [_, terminal, markdown, _, html, _, data, property, ..] = &of_one_line;
    assert!(!terminal.contains("##[") && !data.contains("##["));
    assert!(!markdown.replace("<!-- -->", "").contains(['<', '>']) && !html.contains('"'));
    assert!(!property.contains([':', ',']));

    let lines = neutral::terminal_lines(&text);
    assert!(lines.iter().all(|line| !line.chars().any(steers)));
    let block = neutral::markdown_block(&text, &lines);
    let fence = &block[..block.bytes().take_while(|byte| *byte == b'`').count()];
    assert_eq!(block.lines().filter(|line| line.trim_start().starts_with(fence)).count(), 2, "{block:?}");

    let json = serde_json::to_string(&text).unwrap_or_default();
    let safe = neutral::json(&json);
    assert!(!safe.chars().any(steers), "{safe:?}");
    assert_eq!(serde_json::from_str::<String>(&safe).ok().as_deref(), Some(&*text));
});

/// What moves a cursor, ends a line or turns a text round.
fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
