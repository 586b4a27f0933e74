//! What people read.
use gonogo::report::{Format, Style, render};

use super::launch::rich;

#[test]
fn look() {
    for (name, style) in [
        ("normal", Style::default()),
        ("quiet", Style { verbosity: -1, ..Style::default() }),
        ("verbose", Style { verbosity: 1, width: 80, color: true }),
    ] {
        eprintln!("=== {name}\n{}", render(&rich().decide(), Format::Terminal, style));
    }
}
