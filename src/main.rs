//! Parse, call, map the outcome to an exit code.

use std::process::ExitCode;

/// A usage, configuration or internal error, whatever the output format.
const ERROR: u8 = 2;

fn main() -> ExitCode {
    match std::panic::catch_unwind(gonogo::cli::run) {
        Ok(Ok(code)) => code,
        Ok(Err(err)) => {
            gonogo::cli::complain(&err);
            ExitCode::from(ERROR)
        }
        // The panic has been told on standard error; its own exit code is not one of ours.
        Err(_) => ExitCode::from(ERROR),
    }
}
