//! What stood around requests that were let through.
//!
//! Rules ask for the same things on many paths: a profile with a role, a claim. The next search for
//! the same caller looks there first, which costs one evaluation instead of a search.

use std::cell::RefCell;

use super::{super::request::Store, Caller, Proof, Value, World};

/// For each caller; the latest that helped come first.
const MOST: usize = 4;

#[derive(Debug, Default)]
pub(super) struct Known(RefCell<Vec<(Caller, Store, Value)>>);

impl Known {
    /// The world with other documents and another token in it.
    pub(super) fn worlds(&self, caller: Caller, path: &str, plain: &World) -> Vec<World> {
        let known = self.0.borrow();
        let of_caller =
            known.iter().filter(|(whose, others, _)| *whose == caller && !others.contains_key(path));
        of_caller
            .map(|(_, others, auth)| World { others: others.clone(), auth: auth.clone(), ..plain.clone() })
            .collect()
    }

    pub(super) fn keep(&self, proof: &Proof, plain: &World) {
        if proof.others == plain.others && proof.auth == plain.auth {
            return;
        }
        let mut known = self.0.borrow_mut();
        let kept = (proof.caller, proof.others.clone(), proof.auth.clone());
        known.retain(|other| *other != kept);
        let caller = kept.0;
        known.insert(0, kept);
        let mut count = 0;
        known.retain(|(whose, ..)| {
            count += usize::from(*whose == caller);
            *whose != caller || count <= MOST
        });
    }
}
