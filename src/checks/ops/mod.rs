//! Checks of the station `ops`.

mod ci_missing;
mod codeowners_missing_critical_paths;
mod health_route_missing;
mod owners_undeclared;

use super::Check;
use crate::{
    seen::{Miss, Repository},
    verdict::Verdict,
};

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &ci_missing::CHECK,
    &codeowners_missing_critical_paths::CHECK,
    &health_route_missing::CHECK,
    &owners_undeclared::CHECK,
];

/// What is absent from a listing that is not whole may be among the rest.
fn cut(repository: &Repository) -> Option<Verdict> {
    repository.cut.then(|| undecided("the repository has more files than were listed"))
}

fn undecided(why: &str) -> Verdict {
    Verdict::inconclusive(Miss::Unsupported(why.to_owned()))
}

/// A repository from which nothing is deployed owes nobody an operation.
fn library(repository: &Repository) -> Option<Verdict> {
    repository
        .deployed
        .is_empty()
        .then(|| Verdict::not_applicable("nothing shows that it is deployed from here"))
}
