//! Reads a webhook's declaration and its handler's source.

use super::Local;
use crate::{
    plan::Touch,
    seen::{Miss, Seen, Webhook},
};

pub(super) fn observe(_files: &Local, _subject: &str) -> Seen<Webhook> {
    Seen::Missed(Miss::NotAsked)
}
pub(super) fn touches() -> Vec<Touch> {
    Vec::new()
}
