//! Git packs, read the way they are stored: every object is inflated once, and every delta is
//! applied once, by walking from each base to the objects that were made from it.
//!
//! What is left to pay is the inflating and copying of every version of every file, and the search for
//! anchors in what is new: a quarter of the time goes to DEFLATE and copies, a fifth to the anchors.
//! Trees are read only for the entries that they have more than the tree they were made from.
//!
//! Formats: gitformat-pack(5). Everything in a pack is hostile: sizes, offsets and delta
//! instructions are checked before they are believed, and depth never becomes recursion.

mod commit;
mod delta;
mod entry;
mod forest;
mod index;
mod tree;
mod walk;

pub use self::{
    commit::{CommitHead, tag_target},
    delta::{Copied, Delta, Instruction},
    entry::{Entry, Kind},
    forest::{Forest, Node},
    index::Index,
    tree::{Made, Outline, TreeEntry},
    walk::{Limits, Object, Visit, Walker, walk},
};

/// Why a pack, an index or an object cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PackError {
    #[error("not a pack index of version 2")]
    NotAnIndex,
    #[error("not a git pack of version 2 or 3")]
    NotAPack,
    #[error("the file ends in the middle of {0}")]
    Short(&'static str),
    #[error("object at offset {0}: unknown type {1}")]
    UnknownType(u64, u8),
    #[error("object at offset {0}: its compressed data is damaged")]
    Damaged(u64),
    #[error("object at offset {0}: its base is not in the pack")]
    BaseMissing(u64),
    #[error("object at offset {0}: a delta that leads out of its base or its result")]
    BadDelta(u64),
    #[error("object at offset {0}: {1} bytes are more than the limit")]
    TooLarge(u64, u64),
}
