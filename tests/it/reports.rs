//! What readers of a report get, and whether the decision in it is right.

mod decision;
mod formats;
pub(crate) mod github;
pub(crate) mod launch;
mod nasty;
mod price;
mod terminal;
