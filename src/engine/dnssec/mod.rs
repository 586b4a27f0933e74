//! What signatures cannot show by themselves: which keys are believed to begin with, and whether
//! NSEC and NSEC3 records really deny what they are said to deny.
//!
//! Signatures are verified where the records arrive; here only their meaning is judged.

mod anchor;
mod denial;

pub use self::{
    anchor::{Anchor, AnchorError, Held, parse, root},
    denial::{Claim, Labels, MAX_ITERATIONS, Nsec, Nsec3, by_nsec, by_nsec3},
};
