//! Which checks to run.

use super::part::Part;
use crate::plan::{Selection, SelectionError};

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Checks")]
pub(super) struct Select {
    /// Run only these stations or checks, e.g. mail or mail/spf-multiple
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// Leave these stations or checks out
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    skip: Vec<String>,
    #[command(flatten)]
    part: Part,
}

impl Select {
    pub(super) fn selection(&self) -> Result<Selection, SelectionError> {
        Ok(self.part.apply(Selection::new(self.only.clone(), self.skip.clone(), true)?))
    }
}
