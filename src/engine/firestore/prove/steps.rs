//! Questions about one path, and attacks of two steps.

use std::collections::BTreeSet;

use super::{
    super::{
        access::Grant,
        ast::{Expr, ExprKind, Operator},
        request::{Fields, Method, Store},
    },
    Attempt, Caller, Free, Ground, Proof, Prover, Target, World, class,
    origin::{Root, origin},
    words,
    world::{CALLER, auth, plainest, typical, worlds},
};

/// Halves of `||` that are looked at.
const MOST_HALVES: usize = 64;

/// What a request needs at most.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Other documents.
    pub reads: usize,
    /// In the largest condition.
    pub expressions: usize,
}

impl Prover<'_> {
    /// The worlds in which a class of callers meets a typical document there, the plainest first.
    pub fn worlds(&self, ground: &Ground, caller: Caller, method: Method) -> Vec<World> {
        worlds(&ground.harvest, caller, method)
    }

    /// A search in the plainest world.
    pub fn typical(&self, ground: &Ground, target: Target<'_>) -> Attempt {
        self.attempt(ground, &plainest(&ground.harvest, target.caller), target)
    }

    /// Is the condition false, or an error, for everyone and whatever is stored or sent?
    pub fn is_dead(&self, grant: &Grant) -> bool {
        let Some(condition) = grant.flat.as_ref().filter(|_| grant.service == "cloud.firestore") else {
            return false;
        };
        let mut asked = Method::ALL.into_iter().filter(|method| grant.speaks_of(*method)).peekable();
        asked.peek().is_some() && asked.all(|method| class::is_dead(grant, condition, method))
    }

    /// The same for one method that it speaks of.
    pub fn is_dead_for(&self, grant: &Grant, method: Method) -> bool {
        let condition = grant.flat.as_ref().filter(|_| grant.service == "cloud.firestore");
        condition.is_some_and(|condition| class::is_dead(grant, condition, method))
    }

    /// A method for which one half of an `||` is an error whatever is stored and sent, though not for
    /// every method of the statement, while the other half can grant; and that half in words. Lists are
    /// left out: `isOwner(id) || isAdmin()` means that administrators alone may list.
    pub fn swallowed(&self, grant: &Grant) -> Option<(Method, String)> {
        let condition = grant.flat.as_ref().filter(|_| grant.service == "cloud.firestore")?;
        let methods: Vec<Method> =
            Method::ALL.into_iter().filter(|method| grant.speaks_of(*method)).collect();
        let mut halves: Vec<(&Expr, &Expr)> = Vec::new();
        condition.visit(&mut |part| {
            if let ExprKind::Binary(Operator::Or, left, right) = &part.kind
                && halves.len() < MOST_HALVES
            {
                halves.extend([(&**left, &**right), (&**right, &**left)]);
            }
        });
        halves.into_iter().find_map(|(half, other)| {
            let fails = |method: &&Method| class::is_error(grant, half, **method);
            let method = *methods.iter().find(|method| {
                **method != Method::List && fails(method) && !class::is_dead(grant, other, **method)
            })?;
            (!methods.iter().all(|method| fails(&method))).then(|| (method, words(half, &grant.captures())))
        })
    }

    /// What a request there may cost where every alternative is tried; nothing where a condition is
    /// too large to be taken apart.
    pub fn cost(&self, ground: &Ground, method: Method) -> Option<Cost> {
        let (mut reads, mut expressions) = (BTreeSet::new(), 0);
        for (grant, site) in self.sites(ground, method) {
            let Some(condition) = site?.condition else { continue };
            let mut count = 0;
            condition.visit(&mut |part| {
                count += 1;
                if let ExprKind::Call { target: None, name, args } = &part.kind
                    && matches!(name.text.as_str(), "get" | "exists" | "getAfter" | "existsAfter")
                    && let Some(path) = args.first()
                {
                    reads.insert(words(path, &grant.captures()));
                }
            });
            expressions = expressions.max(count);
        }
        Some(Cost { reads: reads.len(), expressions })
    }

    /// Do the conditions there look at what is sent?
    pub fn mentions_sent(&self, ground: &Ground, method: Method) -> bool {
        self.mentions(ground, method, |part| origin(part).is_some_and(|of| of.root == Root::Sent))
    }

    /// Do the conditions there read other documents?
    pub fn mentions_others(&self, ground: &Ground, method: Method) -> bool {
        self.mentions(ground, method, |part| {
            matches!(&part.kind, ExprKind::Call { target: None, name, .. }
                if matches!(name.text.as_str(), "get" | "exists" | "getAfter" | "existsAfter"))
        })
    }

    fn mentions(&self, ground: &Ground, method: Method, is_it: impl Fn(&Expr) -> bool) -> bool {
        let mut found = false;
        for (grant, _) in self.sites(ground, method) {
            if let Some(condition) = &grant.flat {
                condition.visit(&mut |part| found |= is_it(part));
            }
        }
        found
    }

    /// A write by which a stranger makes another document say what a condition asks for, and the
    /// request that it opens; with the fields that it needs.
    pub fn two_steps(&self, ground: &Ground, method: Method) -> Option<(Proof, Proof, Fields)> {
        let nothing = Fields::new();
        let caller = Caller::Stranger;
        let target =
            Target { caller, method, locked: &nothing, free: Free { others: true, ..Free::default() } };
        let mut second = self.typical(ground, target).proof()?;
        // One document is the caller's to write; others are there already.
        let own = |path: &String| path.split('/').any(|step| step.starts_with(CALLER));
        let (path, needed) = if second.others.len() == 1 {
            second.others.pop_first()?
        } else {
            let mut own = second.others.keys().filter(|path| own(path));
            let (path, None) = (own.next()?.clone(), own.next()) else { return None };
            second.others.remove_entry(&path)?
        };
        if path == ground.path {
            return None;
        }
        let first = self.write_of(&path, &needed, &second.others)?;
        let after = first.sent.clone()?;
        second.others.insert(path, after);
        second.holds(self.rules).then_some((first, second, needed))
    }

    /// A write by a stranger after which the document holds these fields.
    fn write_of(&self, path: &str, needed: &Fields, others: &Store) -> Option<Proof> {
        let ground = self.ground_at(path.to_owned());
        // The document may well be the caller's own.
        let caller = Caller::Owner;
        let mut stored = typical(&ground.harvest, CALLER);
        for key in needed.keys() {
            stored.remove(key);
        }
        [Method::Create, Method::Update].into_iter().find_map(|method| {
            let world = World {
                stored: stored.clone(),
                others: others.clone(),
                auth: auth(&ground.harvest, Caller::Stranger),
                now: super::world::TIMES[0],
            };
            let target = Target { caller, method, locked: needed, free: Free::default() };
            let proof = self.attempt(&ground, &world, target).proof()?;
            Some(Proof { caller: Caller::Stranger, ..proof })
        })
    }
}
