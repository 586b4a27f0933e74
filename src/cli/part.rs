//! `--no-history`, `--since`, `--range` and `--staged`: how much of a repository is looked at.

use crate::plan::{Part as Limit, Selection};

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Checks")]
pub(super) struct Part {
    /// Look for secrets in the present files alone, not in the git history
    #[arg(long, conflicts_with_all = ["since", "range"])]
    no_history: bool,
    /// Of the git history, look for secrets only in commits since a date or for a time, e.g.
    /// 2026-01-31 or 90d
    #[arg(long, value_name = "WHEN", value_parser = since, conflicts_with = "range")]
    since: Option<Limit>,
    /// Look for secrets only in what these commits brought in, e.g. origin/main..HEAD
    #[arg(long, value_name = "A..B", value_parser = range)]
    range: Option<Limit>,
}

impl Part {
    pub(super) fn apply(&self, selection: Selection) -> Selection {
        let part = self.since.clone().or_else(|| self.range.clone());
        Selection { history: !self.no_history, part, ..selection }
    }
}

fn since(text: &str) -> Result<Limit, String> {
    Limit::since(text, jiff::Timestamp::now())
        .ok_or_else(|| "expected a date like 2026-01-31 or a time like 90d".to_owned())
}

fn range(text: &str) -> Result<Limit, String> {
    match text.split_once("..") {
        Some((_, to)) if !to.starts_with('.') && text != ".." => Ok(Limit::Range(text.to_owned())),
        _ => Err("expected two commits like origin/main..HEAD".to_owned()),
    }
}
