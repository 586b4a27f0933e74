//! Looks for credentials in the tree and the history.

use super::Local;
use crate::{
    plan::Touch,
    seen::{Leaks, Miss, Seen},
};

pub(super) fn observe(_files: &Local, _history: bool) -> Seen<Leaks> {
    Seen::Missed(Miss::NotAsked)
}
pub(super) fn touches(_history: bool) -> Vec<Touch> {
    Vec::new()
}
