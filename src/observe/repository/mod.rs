//! Gathers facts about the repository as a whole.

mod listing;

pub(super) use self::listing::list;
use super::Local;
use crate::{
    plan::Touch,
    seen::{Miss, Repository, Seen},
};

pub(super) fn observe(_files: &Local) -> Seen<Repository> {
    Seen::Missed(Miss::NotAsked)
}
pub(super) fn touches() -> Vec<Touch> {
    Vec::new()
}
