//! Parse, call, map the outcome to an exit code.

use std::process::ExitCode;

/// A usage, configuration or internal error, whatever the output format.
const ERROR: u8 = 2;

fn main() -> ExitCode {
    gonogo::cli::run().unwrap_or_else(|err| {
        gonogo::cli::complain(&err);
        ExitCode::from(ERROR)
    })
}
