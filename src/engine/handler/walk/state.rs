//! What is known at a point of a handler, on one way to it.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use crate::engine::source::Id;

/// Where a value comes from: a set of these.
pub(in crate::engine::handler) mod origin {
    pub(in crate::engine::handler) const SECRET: u32 = 1;
    pub(in crate::engine::handler) const SIGNATURE: u32 = 1 << 1;
    /// The body as it was sent.
    pub(in crate::engine::handler) const RAW: u32 = 1 << 2;
    /// The body, parsed.
    pub(in crate::engine::handler) const PARSED: u32 = 1 << 3;
    /// Parsed and written again.
    pub(in crate::engine::handler) const REWRITTEN: u32 = 1 << 4;
    pub(in crate::engine::handler) const EVENT: u32 = 1 << 5;
    pub(in crate::engine::handler) const EVENT_ID: u32 = 1 << 6;
    pub(in crate::engine::handler) const ERROR: u32 = 1 << 7;
    pub(in crate::engine::handler) const ERROR_TEXT: u32 = 1 << 8;
    /// A digest made with the secret.
    pub(in crate::engine::handler) const DIGEST: u32 = 1 << 9;
    pub(in crate::engine::handler) const QUERY: u32 = 1 << 10;
    pub(in crate::engine::handler) const HEADERS: u32 = 1 << 11;
    pub(in crate::engine::handler) const HEADER: u32 = 1 << 12;
    /// True when a signature or secret was right.
    pub(in crate::engine::handler) const VERDICT: u32 = 1 << 13;
    /// Empty text where the secret is missing.
    pub(in crate::engine::handler) const EMPTY: u32 = 1 << 14;
    /// What a write gives back.
    pub(in crate::engine::handler) const WRITTEN: u32 = 1 << 15;
    /// What is stored under something of the event.
    pub(in crate::engine::handler) const STORED: u32 = 1 << 16;
    /// `null` or `undefined`.
    pub(in crate::engine::handler) const NOTHING: u32 = 1 << 17;
    pub(in crate::engine::handler) const STACK: u32 = 1 << 18;
    pub(in crate::engine::handler) const REQUEST: u32 = 1 << 19;
    /// The body, before a framework's parser is known to have read it.
    pub(in crate::engine::handler) const BODY: u32 = 1 << 20;
    /// A write that nothing has waited for yet.
    pub(in crate::engine::handler) const PROMISE: u32 = 1 << 22;
    /// The time it is.
    pub(in crate::engine::handler) const CLOCK: u32 = 1 << 23;
    /// The time at which the provider says that it signed.
    pub(in crate::engine::handler) const STAMP: u32 = 1 << 24;
    /// The object that the event is about, whole.
    pub(in crate::engine::handler) const OBJECT: u32 = 1 << 25;
    /// The id of that object, or what is stored under it.
    pub(in crate::engine::handler) const OBJECT_ID: u32 = 1 << 26;
    /// Nothing but zero when a digest and what was sent are the same.
    pub(in crate::engine::handler) const DIFFERENCE: u32 = 1 << 27;
    /// A key to a provider's API, where another secret signs its events.
    pub(in crate::engine::handler) const API_KEY: u32 = 1 << 28;
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Truth {
    #[default]
    Unknown,
    True,
    False,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Value {
    pub(super) origin: u32,
    pub(super) truth: Truth,
    /// The call that it is the outcome of.
    pub(super) of: Option<At>,
    /// A text that it is known to be, as a number that stands for it.
    pub(super) text: Option<u32>,
    /// What its `ok` or `valid` says.
    pub(super) flag: Option<bool>,
}

/// A node in one of the modules that are read together.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(in crate::engine::handler) struct At {
    pub(in crate::engine::handler) module: usize,
    pub(in crate::engine::handler) id: Id,
}

impl Value {
    pub(super) fn from(origin: u32) -> Self {
        Self { origin, ..Self::default() }
    }

    pub(super) fn known(truth: bool) -> Self {
        Self { truth: if truth { Truth::True } else { Truth::False }, ..Self::default() }
    }

    /// A text that is written here.
    pub(super) fn text(text: &str) -> Self {
        let hash = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        Self { text: Some(text.bytes().fold(0x811c_9dc5, hash)), ..Self::known(!text.is_empty()) }
    }

    pub(super) fn has(self, origin: u32) -> bool {
        self.origin & origin != 0
    }

    /// Either of two.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            origin: self.origin | other.origin,
            truth: if self.truth == other.truth { self.truth } else { Truth::Unknown },
            of: self.of.or(other.of),
            text: self.text.filter(|text| other.text == Some(*text)),
            flag: self.flag.filter(|flag| other.flag == Some(*flag)),
        }
    }
}

/// Has the event been verified on this way?
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Trust {
    #[default]
    Not,
    Verified,
    /// The verification was done and did not succeed.
    Failed,
}

/// Why a way leads past the verification.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Why {
    /// The secret or the signature is missing.
    Missing,
    /// The verification failed.
    Failed,
}

#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) trust: Trust,
    pub(super) why: Option<(Why, At)>,
    /// Where an unverified body was taken for the event.
    pub(super) fallback: Option<At>,
    /// The write that failed on this way.
    pub(super) failed: Option<At>,
    /// Where that failure was caught or looked at.
    pub(super) noticed: Option<At>,
    /// The same of ways that were joined to this one.
    pub(super) also_failed: Rc<BTreeSet<(At, Option<At>)>>,
    /// Where the event's id was recorded.
    pub(super) claimed: Option<At>,
    /// The last write.
    pub(super) last: Option<At>,
    /// Something else than a write threw.
    pub(super) threw: bool,
    pub(super) responded: Option<u16>,
    /// A status that was set for an answer that is still to come.
    pub(super) code: Option<u16>,
    /// An effect without verification, whose way has not ended yet.
    pub(super) pending: Option<At>,
    /// In the branch for event types that are not handled.
    pub(super) unhandled: bool,
    pub(super) wrote: bool,
    /// Something of the event was given to somebody else.
    pub(super) acted: bool,
    /// Where an unverified body was put in the place of the event.
    pub(super) took: Option<At>,
    /// The first effect before a verification.
    pub(super) early: Option<At>,
    pub(super) env: Rc<BTreeMap<String, Value>>,
    /// Conditions that hold here and ask for a secret or a signature.
    pub(super) guards: Rc<BTreeSet<At>>,
    /// A way unlike all others was given up beside this one.
    pub(super) cut: bool,
}

type Key = (Trust, Option<(Why, At)>, [Option<At>; 4], bool, Option<u16>, bool, (bool, bool));

/// A key without its places.
type Shape = (Trust, Option<Why>, [bool; 4], bool, Option<u16>, bool, (bool, bool));

impl State {
    fn key(&self) -> Key {
        (
            self.trust,
            self.why,
            [self.failed, self.noticed, self.claimed, self.pending],
            self.threw,
            self.responded,
            self.unhandled,
            (self.wrote, self.acted),
        )
    }

    /// Its key without the places.
    fn kind(&self) -> Shape {
        let (trust, why, places, threw, responded, unhandled, wrote) = self.key();
        let why = why.map(|(why, _)| why);
        (trust, why, places.map(|place| place.is_some()), threw, responded, unhandled, wrote)
    }

    /// Has nothing happened between the two that another statement could tell?
    pub(super) fn is_where(&self, before: &Self) -> bool {
        self.key() == before.key()
            && (self.early, self.fallback, self.took) == (before.early, before.fallback, before.took)
            && self.code == before.code
            && (Rc::ptr_eq(&self.also_failed, &before.also_failed) || self.also_failed == before.also_failed)
            && self.env.len() == before.env.len()
            && self.cut == before.cut
    }

    /// The write that failed, with where that was looked at, of this way and of those joined to it.
    pub(super) fn failures(&self) -> Vec<(At, Option<At>)> {
        let own = self.failed.map(|failed| (failed, self.noticed));
        own.into_iter().chain(self.also_failed.iter().copied()).collect()
    }

    /// What failed is caught here.
    pub(super) fn notice(&mut self, at: At) {
        if self.failed.is_some() {
            self.noticed = self.noticed.or(Some(at));
        }
        self.renotice(|noticed| noticed.or(Some(at)));
    }

    /// What was looked at is thrown on, to be caught by somebody else; not what was done with before.
    pub(super) fn passes_on(&mut self, thrown_on: impl Fn(At) -> bool) {
        self.noticed = self.noticed.filter(|noticed| !thrown_on(*noticed));
        self.renotice(|noticed| noticed.filter(|noticed| !thrown_on(*noticed)));
    }

    fn renotice(&mut self, change: impl Fn(Option<At>) -> Option<At>) {
        if !self.also_failed.is_empty() {
            let changed = self.also_failed.iter().map(|(failed, noticed)| (*failed, change(*noticed)));
            self.also_failed = Rc::new(changed.collect());
        }
    }

    /// A write failed; what failed before it still has.
    pub(super) fn fails(&mut self, failed: Option<At>, noticed: At) {
        if let Some(before) = self.failed.filter(|before| failed.is_some_and(|failed| failed != *before)) {
            let before = (before, self.noticed);
            Rc::make_mut(&mut self.also_failed).insert(before);
        }
        self.failed = failed.or(self.failed);
        self.noticed = Some(noticed);
    }

    pub(super) fn get(&self, name: &str) -> Option<Value> {
        self.env.get(name).copied()
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        const NAMES: usize = 400;
        if self.env.get(name) == Some(&value) || (self.env.len() >= NAMES && !self.env.contains_key(name)) {
            return;
        }
        Rc::make_mut(&mut self.env).insert(name.to_owned(), value);
    }

    /// After an assignment nothing is known about parts of the old value.
    pub(super) fn forget_parts(&mut self, name: &str) {
        let prefix = format!("{name}.");
        if self.env.keys().any(|key| key.starts_with(&prefix)) {
            Rc::make_mut(&mut self.env).retain(|key, _| !key.starts_with(&prefix));
        }
    }
}

/// Ways that differ in nothing that matters become one. More than a few dozen are no person's code.
pub(super) fn merged(states: Vec<State>) -> Vec<State> {
    const WAYS: usize = 16;
    const KINDS: usize = 64;
    if states.len() < 2 {
        return states;
    }
    let mut kept: Vec<State> = Vec::new();
    for state in states {
        let key = state.key();
        match kept.iter().position(|other| other.key() == key && agree(other, &state)) {
            Some(index) => join(&mut kept[index], &state),
            None if kept.len() < WAYS => kept.push(state),
            // The same happens on another way, at another place.
            None => match kept.iter().position(|other| other.kind() == state.kind()) {
                Some(index) => join(&mut kept[index], &state),
                None if make_room(&mut kept) || kept.len() < KINDS => kept.push(state),
                None => kept[0].cut = true,
            },
        }
    }
    kept
}

/// Joins two ways that differ in places alone.
fn make_room(kept: &mut Vec<State>) -> bool {
    for first in 0..kept.len() {
        let kind = kept[first].kind();
        if let Some(second) = (first + 1..kept.len()).find(|second| kept[*second].kind() == kind) {
            let other = kept.remove(second);
            join(&mut kept[first], &other);
            return true;
        }
    }
    false
}

/// Flags that say something on one way and the opposite on another keep the ways apart.
fn agree(one: &State, other: &State) -> bool {
    Rc::ptr_eq(&one.env, &other.env)
        || one.env.iter().all(|(name, value)| {
            let Some(found) = other.get(name) else { return true };
            let texts = value.text.zip(found.text);
            !matches!((value.truth, found.truth), (Truth::True, Truth::False) | (Truth::False, Truth::True))
                && texts.is_none_or(|(one, other)| one == other)
                && value.flag.zip(found.flag).is_none_or(|(one, other)| one == other)
        })
}

fn join(into: &mut State, other: &State) {
    into.fallback = into.fallback.or(other.fallback);
    into.took = into.took.or(other.took);
    into.cut |= other.cut;
    join_failures(into, other);
    if !Rc::ptr_eq(&into.guards, &other.guards) {
        Rc::make_mut(&mut into.guards).extend(other.guards.iter());
    }
    if Rc::ptr_eq(&into.env, &other.env) {
        return;
    }
    let env = Rc::make_mut(&mut into.env);
    for (name, value) in other.env.iter() {
        env.entry(name.clone()).and_modify(|old| *old = old.or(*value)).or_insert(*value);
    }
    // What only one way knows to be true or false is not known.
    for (name, value) in env.iter_mut() {
        if !other.env.contains_key(name) {
            (value.truth, value.text, value.flag) = (Truth::Unknown, None, None);
        }
    }
}

fn join_failures(into: &mut State, other: &State) {
    const FAILURES: usize = 40;
    for failure in other.failures() {
        let known = into.failed == Some(failure.0) || into.also_failed.contains(&failure);
        if !known && into.also_failed.len() < FAILURES {
            Rc::make_mut(&mut into.also_failed).insert(failure);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_many_ways_is_kept_or_missed_aloud() {
        let written = |at| State { failed: Some(At { module: 0, id: at }), wrote: true, ..State::default() };
        let mut ways: Vec<State> = (0..40).map(written).collect();
        ways.push(State { responded: Some(200), ..written(99) });
        let kept = merged(ways);
        assert!(kept.len() <= 16 && kept.iter().all(|way| !way.cut));
        assert!(kept.iter().any(|way| way.responded == Some(200)));
        let unlike = (100..200).map(|status| State { responded: Some(status), ..State::default() });
        assert!(merged(unlike.collect()).iter().any(|way| way.cut));
    }
}
