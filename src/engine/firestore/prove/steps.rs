//! Questions about one path, and attacks of two steps.

use super::{
    super::{
        access::Grant,
        ast::{Expr, ExprKind},
        request::{Fields, Method, Store},
    },
    Attempt, Caller, Free, Ground, Proof, Prover, Target, World, class,
    origin::{Root, origin},
    world::{CALLER, auth, typical, worlds},
};

impl Prover<'_> {
    /// The worlds in which a class of callers meets a typical document there, the plainest first.
    pub fn worlds(&self, ground: &Ground, caller: Caller, method: Method) -> Vec<World> {
        worlds(&ground.harvest, caller, method)
    }

    /// A search in the plainest world.
    pub fn typical(&self, ground: &Ground, target: Target<'_>) -> Attempt {
        let worlds = worlds(&ground.harvest, target.caller, target.method);
        worlds.first().map_or(Attempt::Refused, |world| self.attempt(ground, world, target))
    }

    /// Is the condition false, or an error, for everyone and whatever is stored or sent?
    pub fn is_dead(&self, grant: &Grant) -> bool {
        let Some(condition) = grant.flat.as_ref().filter(|_| grant.service == "cloud.firestore") else {
            return false;
        };
        let mut asked = Method::ALL.into_iter().filter(|method| grant.speaks_of(*method)).peekable();
        asked.peek().is_some() && asked.all(|method| class::is_dead(grant, condition, method))
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
        let target = Target { caller, method, locked: &nothing, free: Free { others: true, ..Free::default() } };
        let mut second = self.typical(ground, target).proof()?;
        let (path, needed) = second.others.pop_first().filter(|_| second.others.is_empty())?;
        if path == ground.path {
            return None;
        }
        let first = self.write_of(&path, &needed)?;
        let after = first.sent.clone()?;
        second.others = Store::from([(path, after)]);
        second.holds(self.rules).then_some((first, second, needed))
    }

    /// A write by a stranger after which the document holds these fields.
    fn write_of(&self, path: &str, needed: &Fields) -> Option<Proof> {
        let ground = self.ground_at(path.to_owned());
        let caller = Caller::Stranger;
        let mut stored = typical(&ground.harvest, CALLER);
        for key in needed.keys() {
            stored.remove(key);
        }
        [Method::Create, Method::Update].into_iter().find_map(|method| {
            let world = World {
                stored: stored.clone(),
                others: Store::new(),
                auth: auth(&ground.harvest, caller),
                now: super::world::TIMES[0],
            };
            let target = Target { caller, method, locked: needed, free: Free::default() };
            self.attempt(&ground, &world, target).proof()
        })
    }
}
