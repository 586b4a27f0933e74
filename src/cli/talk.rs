//! How much to say.

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Output")]
pub(super) struct Talk {
    /// Say the decision alone
    #[arg(short, long, action = clap::ArgAction::Count)]
    quiet: u8,
    /// Say passes, reasons and contacts too
    #[arg(short, long, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    verbose: u8,
}

impl Talk {
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet > 0
    }

    /// Positive: more; negative: less.
    pub(super) fn verbosity(&self) -> i8 {
        let bounded = |count: u8| i8::try_from(count).unwrap_or(i8::MAX);
        bounded(self.verbose) - bounded(self.quiet)
    }
}
