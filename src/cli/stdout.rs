//! Standard output: colours where the reader wants them, and a closed pipe is no error.

use std::io::{ErrorKind, Write};

use anstream::{AutoStream, ColorChoice};
use anyhow::Context;

/// Widest line for people; longer ones are hard to read.
const WIDEST: usize = 100;

/// Applies `--color` to both streams.
pub(super) fn choose(color: clap::ColorChoice) {
    match color {
        clap::ColorChoice::Always => ColorChoice::Always,
        clap::ColorChoice::Never => ColorChoice::Never,
        clap::ColorChoice::Auto => ColorChoice::Auto,
    }
    .write_global();
}

/// Does standard output show colours (`--color`, `NO_COLOR`, `CLICOLOR_FORCE`, a terminal)?
pub(super) fn has_color() -> bool {
    AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}

/// Columns of the terminal; 0 where the reader is none.
pub(super) fn width() -> usize {
    let columns = terminal_size::terminal_size_of(std::io::stdout());
    columns.map_or(0, |(width, _)| usize::from(width.0).clamp(40, WIDEST))
}

/// Writes; who closed the pipe has read enough.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(err) if err.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}
