//! Decides by search what the abstract layer leaves to depend on both sides.

use super::{
    super::{
        Compiled,
        access::{Access, Grant, Principal},
        ast::Segment,
        request::{Fields, Method},
        value::Sources,
    },
    Attempt, Caller, Free, Ground, Proof, Prover, Target, World,
    world::{TIMES, plainest, worlds},
};

/// What a class of callers was shown to be able to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    pub pattern: Vec<Segment>,
    pub principal: Principal,
    pub proof: Proof,
    /// Of an update: the fields that can be changed; absent: any.
    pub changeable: Option<Vec<String>>,
}

impl Principal {
    pub(crate) fn caller(self) -> Caller {
        match self {
            Self::Anonymous => Caller::Anonymous,
            Self::Stranger => Caller::Stranger,
        }
    }
}

/// Replaces `Depends` by what a search shows.
pub(crate) fn refine(rules: &Compiled, grants: &mut [Grant]) -> Vec<Reach> {
    if !rules.errors.is_empty() {
        return Vec::new();
    }
    let known = grants.to_vec();
    let prover = Prover::new(rules, &known);
    let mut reached = Vec::new();
    let mut done: Vec<(&str, &[Segment])> = Vec::new();
    for grant in &known {
        let key = (grant.service.as_str(), grant.pattern.as_slice());
        if done.contains(&key) {
            continue;
        }
        done.push(key);
        let same = |other: &Grant| (other.service.as_str(), other.pattern.as_slice()) == key;
        let group: Vec<usize> = (0..known.len()).filter(|at| same(&known[*at])).collect();
        let ground = if grant.rooted { prover.ground(&grant.pattern) } else { None };
        for principal in Principal::ALL {
            for method in Method::ALL {
                let here = group.iter().filter_map(|at| known.get(*at));
                let Some(on) = open(here, principal, method) else { continue };
                let (access, reach) = match &ground {
                    Some(_) if prover.is_exhausted() => {
                        (Some(Access::Unknown("the file takes too long to be judged whole")), None)
                    }
                    Some(ground) if grant.service == "cloud.firestore" => {
                        decide(&prover, ground, &grant.pattern, principal, method, on)
                    }
                    _ => (unsearched(on), None),
                };
                reached.extend(reach);
                let Some(access) = access else { continue };
                for at in &group {
                    if let Some(grant) = grants.get_mut(*at) {
                        grant.replace(principal, method, access);
                    }
                }
            }
        }
    }
    reached
}

/// What the grants of one path together depend on, if none of them is open already.
fn open<'g>(
    grants: impl Iterator<Item = &'g Grant>,
    principal: Principal,
    method: Method,
) -> Option<Sources> {
    let mut open = None;
    for grant in grants {
        match grant.access(principal, method) {
            Some(access) if access.is_at_will() => return None,
            Some(Access::Depends(on)) => open = Some(on.and(open.unwrap_or_default())),
            _ => {}
        }
    }
    open
}

/// Files have no documents to compare with; what mixes both sides stays open.
fn unsearched(on: Sources) -> Option<Access> {
    let mixed = on.has(Sources::SENT) && on.has(Sources::STORED);
    mixed.then_some(Access::Unknown("what is sent is compared with what is stored"))
}

fn decide(
    prover: &Prover<'_>,
    ground: &Ground,
    pattern: &[Segment],
    principal: Principal,
    method: Method,
    on: Sources,
) -> (Option<Access>, Option<Reach>) {
    let caller = principal.caller();
    let nothing = Fields::new();
    let target = Target { caller, method, locked: &nothing, free: Free::default() };
    // Reading what its state opens is how publishing works; writing so without an account is not.
    let matters = principal == Principal::Anonymous && !method.is_read();
    let (mut allowed, mut refused, mut undecided): (Option<Proof>, _, _) = (None, false, None);
    for (at, world) in worlds(&ground.harvest, caller, method).iter().enumerate() {
        match prover.attempt(ground, world, target) {
            Attempt::Allowed(proof) => allowed = allowed.or(Some(*proof)),
            Attempt::Refused => refused = true,
            Attempt::Undecided(why) if at == 0 => undecided = Some(why),
            Attempt::Undecided(why) => undecided = undecided.or(Some(why).filter(|_| !refused)),
        }
        if refused && !matters {
            break;
        }
    }
    let mut timed = on.has(Sources::TIME) && refused;
    if matters && refused && on.has(Sources::STORED) && (timed || allowed.is_none()) {
        let lasting = in_some_state(prover, ground, target);
        timed &= lasting.is_none();
        allowed = allowed.or(lasting);
    }
    let reach = allowed.map(|proof| {
        let changeable = prover.changeable(ground, &proof).filter(|_| method == Method::Update);
        Reach { pattern: pattern.to_vec(), principal, proof, changeable }
    });
    match (refused, undecided, reach) {
        (false, None, Some(reach)) => (Some(Access::Reached), Some(reach)),
        (true, _, Some(reach)) if matters && !timed => (Some(Access::InState), Some(reach)),
        (true, None, _) => {
            // The name of a new document is the caller's choice, too.
            let named = method == Method::Create
                && on.has(Sources::PATH)
                && on.is_within(Sources::PATH.and(Sources::SENT).and(Sources::QUERY));
            (named.then_some(Access::Unknown("it depends on the name chosen for the new document")), None)
        }
        (_, Some(why), _) => (Some(Access::Unknown(why)), None),
        (_, None, _) => (None, None),
    }
}

/// A request that some stored document lets through where a typical one does not, such as an
/// invitation that is still valid; only where there is one on whatever day it is.
fn in_some_state(prover: &Prover<'_>, ground: &Ground, target: Target<'_>) -> Option<Proof> {
    let target = Target { free: Free { stored: true, ..Free::default() }, ..target };
    let plain = plainest(&ground.harvest, target.caller);
    let mut found = TIMES.map(|now| {
        let world = World { now, ..plain.clone() };
        prover.briefly(|| prover.attempt(ground, &world, target)).proof()
    });
    if found[1].is_some() { found[0].take() } else { None }
}
