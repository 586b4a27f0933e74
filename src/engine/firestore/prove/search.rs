//! Looks for a request that the rules allow.

use std::{
    borrow::Cow,
    cell::{Cell, OnceCell},
    collections::HashMap,
    rc::Rc,
};

use super::{
    super::{
        Compiled,
        access::Grant,
        ast::{Segment, Span},
        request::{Comparison, Decision, Fields, Filter, Method, Query, Request, Store, decide},
        survey::{is_time, mentions},
        value::{NOT_BEFORE, Outcomes, Sources},
        witness,
    },
    Caller, Free, Harvest, Value, World,
    class::{Residue, Residues, residue},
    guess::changed,
    known::Known,
    lock::locked,
    repair::Repair,
    site::{Asked, Site, may_cover},
    state::{Edit, State},
    world::{is_storable, plainest, read, typical},
};

/// Expressions evaluated for a whole file, and for one search.
const EFFORT: u64 = 1_200_000;
const EFFORT_OF_ONE: u32 = 60_000;
/// For a second opinion.
const EFFORT_OF_LITTLE: u32 = 3_000;
/// Where something like it was found before.
const EFFORT_OF_A_LOOK: u32 = 600;
const MOST_ROUNDS: usize = 24;
/// Grants that a request is held against in the time of one expression.
const GRANTS_FOR_ONE: u64 = 8;

/// A field that no rule names.
pub(crate) const EXTRA: &str = "anything_else";

/// A request with all that it needs, which the evaluator allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    pub caller: Caller,
    pub method: Method,
    /// Below `documents`: of the document, also for a list.
    pub document: String,
    /// What is sent.
    pub sent: Option<Fields>,
    /// The document before; absent for create.
    pub stored: Option<Fields>,
    /// Other documents that must be there.
    pub others: Store,
    /// `where` filters of a list: fields with what they equal.
    pub pinned: Fields,
    /// Of a list: how many documents are asked for at most.
    pub limit: Option<i64>,
    pub auth: Value,
    pub now: i128,
}

/// What came of a search.
#[derive(Clone, Debug, PartialEq)]
pub enum Attempt {
    Allowed(Box<Proof>),
    /// Nothing that could be sent would do.
    Refused,
    Undecided(&'static str),
}

impl Attempt {
    pub fn proof(self) -> Option<Proof> {
        if let Self::Allowed(proof) = self { Some(*proof) } else { None }
    }
}

/// A typical path of a pattern, with what the rules say about documents there.
#[derive(Clone, Debug)]
pub struct Ground {
    pub path: String,
    pub harvest: Harvest,
    /// The grants that cover it, by their number.
    pub(crate) covering: Vec<usize>,
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Target<'t> {
    pub caller: Caller,
    pub method: Method,
    /// Fields that must be sent with these values.
    pub locked: &'t Fields,
    pub free: Free,
}

/// Searches in one file, with one allowance for all of it.
#[derive(Debug)]
pub struct Prover<'a> {
    pub(crate) rules: &'a Compiled,
    pub(crate) grants: &'a [Grant],
    pub(crate) now: i128,
    effort_of_one: Cell<u32>,
    effort: Rc<Cell<u64>>,
    known: Known,
    residues: Residues,
    /// Does any rule read a `time`?
    timed: OnceCell<bool>,
    /// What it takes to find the blocks that a request falls into, in the measure of the effort.
    look_up: u64,
}

impl<'a> Prover<'a> {
    pub fn new(rules: &'a Compiled, grants: &'a [Grant]) -> Self {
        Self {
            rules,
            grants,
            now: NOT_BEFORE,
            effort_of_one: Cell::new(EFFORT_OF_ONE),
            effort: Rc::new(Cell::new(EFFORT)),
            known: Known::default(),
            residues: Residues::default(),
            timed: OnceCell::new(),
            look_up: grants.len() as u64 / GRANTS_FOR_ONE,
        }
    }

    /// The same, for requests made at this time (nanoseconds since 1970).
    #[must_use]
    pub fn at(self, now: i128) -> Self {
        Self { now: now.max(NOT_BEFORE), ..self }
    }

    /// A typical path of the pattern; nothing where it covers no document.
    pub fn ground(&self, pattern: &[Segment]) -> Option<Ground> {
        let path = witness::document(pattern)?;
        if !path.split('/').count().is_multiple_of(2) {
            return None;
        }
        Some(self.ground_at(path))
    }

    /// What the rules say about documents at a path.
    pub(crate) fn ground_at(&self, path: String) -> Ground {
        let v2 = self.rules.ruleset.is_v2();
        let steps: Vec<&str> = path.split('/').collect();
        let covers = |grant: &Grant| {
            grant.rooted
                && may_cover(&grant.pattern, &steps)
                && grant.service == "cloud.firestore"
                && Site::new(grant, None, &path, Method::Get, v2, &self.effort).is_some()
        };
        let covering: Vec<usize> = (0..self.grants.len()).filter(|at| covers(&self.grants[*at])).collect();
        // Nothing more is looked for where nothing may be spent.
        let read = if self.is_exhausted() { &[] } else { covering.as_slice() };
        let harvest = Harvest::of(read.iter().filter_map(|at| self.grants[*at].flat.as_ref()));
        Ground { path, harvest, covering }
    }

    /// Every grant that speaks of the method at the path. The condition is absent where it is too
    /// large to be taken apart.
    pub(crate) fn sites(&self, ground: &Ground, method: Method) -> Vec<(&'a Grant, Option<Site<'a>>)> {
        let v2 = self.rules.ruleset.is_v2();
        ground
            .covering
            .iter()
            .filter_map(|at| self.grants.get(*at))
            .filter(|grant| grant.speaks_of(method))
            .filter_map(|grant| {
                let site = Site::new(grant, grant.flat.as_ref(), &ground.path, method, v2, &self.effort)?;
                let known = !grant.conditional || grant.flat.is_some();
                Some((grant, known.then_some(site)))
            })
            .collect()
    }

    /// Looks for an allowed request in this world.
    pub fn attempt(&self, ground: &Ground, world: &World, target: Target<'_>) -> Attempt {
        let sites = self.sites(ground, target.method);
        let mut undecided = None;
        for (grant, site) in &sites {
            let Some(site) = site else {
                undecided = Some("a condition is too large to be taken apart");
                continue;
            };
            match self.at_site(grant, site, ground, world, target) {
                Attempt::Allowed(proof) if self.holds(&proof) => return Attempt::Allowed(proof),
                Attempt::Allowed(_) => undecided = Some("a request that should do was refused"),
                Attempt::Refused => {}
                Attempt::Undecided(why) => undecided = Some(why),
            }
        }
        undecided.map_or(Attempt::Refused, Attempt::Undecided)
    }

    fn at_site(
        &self,
        grant: &Grant,
        site: &Site<'_>,
        ground: &Ground,
        world: &World,
        target: Target<'_>,
    ) -> Attempt {
        let left = match site.condition {
            None => None,
            Some(condition) => {
                let known = if target.locked.is_empty() {
                    Cow::Borrowed(condition)
                } else {
                    let stored = (target.method != Method::Create).then_some(&world.stored);
                    let known = locked(condition, target.locked, stored);
                    if !residue(grant, &known, target.caller, target.method, &ground.harvest, self.now)
                        .may
                        .yes
                    {
                        return Attempt::Refused;
                    }
                    Cow::Owned(known)
                };
                let Some(residue) = self.residue(grant, ground, target.caller, target.method) else {
                    return Attempt::Undecided("a condition is too large to be taken apart");
                };
                if !residue.may.yes {
                    return Attempt::Refused;
                }
                Some((residue, known))
            }
        };
        let site = &site.with(left.as_ref().map(|(residue, _)| &residue.condition));
        let abstractly = &site.with(left.as_ref().map(|(_, known)| known.as_ref()));
        let mut undecided = None;
        for pinned in pins(world, target.method) {
            let asked = Asked { method: target.method, path: &ground.path, sent: None, pinned: &pinned };
            let (may, on) = abstractly.outcome(world, asked);
            let is_free = target.free.stored || target.free.others || target.free.claims;
            if !may.yes && !is_free {
                continue;
            }
            if may == Outcomes::exactly(true) && !target.method.is_write_of_data() {
                return Attempt::Allowed(Box::new(proof(ground, world, target, None, &pinned)));
            }
            if !target.method.is_write_of_data() && !is_free {
                undecided = Some("part of the condition is not modelled");
                continue;
            }
            match self.search(site, ground, world, target, &pinned) {
                Some(proof) => return Attempt::Allowed(Box::new(proof)),
                None if self.effort.get() == 0 => undecided = Some("the search took too long"),
                None if on.has(Sources::OPAQUE) => undecided = Some("part of the condition is not modelled"),
                None => undecided = Some("no request was found, and none was ruled out"),
            }
        }
        undecided.map_or(Attempt::Refused, Attempt::Undecided)
    }

    /// What a condition may come to for a class, and what is left of it.
    pub(crate) fn residue(
        &self,
        grant: &Grant,
        ground: &Ground,
        caller: Caller,
        method: Method,
    ) -> Option<Rc<Residue>> {
        let condition = grant.flat.as_ref()?;
        let asked = (std::ptr::from_ref(grant), caller, method);
        let (residue, steps) = self
            .residues
            .of(&ground.path, asked, || residue(grant, condition, caller, method, &ground.harvest, self.now));
        self.spend(u64::from(steps));
        Some(residue)
    }

    /// Whatever it takes, within the class: a request that is let through by what is left here.
    pub(crate) fn anyhow(
        &self,
        site: &Site<'_>,
        ground: &Ground,
        target: Target<'_>,
        now: i128,
    ) -> Option<Proof> {
        let world = World { now, ..plainest(&ground.harvest, target.caller) };
        let look = |world: &World| {
            pins(world, target.method)
                .into_iter()
                .find_map(|pinned| self.search(site, ground, world, target, &pinned))
                .filter(|proof| self.holds(proof))
        };
        let around = self.known.worlds(target.caller, &ground.path, &world);
        let found = around.iter().find_map(|around| self.within(EFFORT_OF_A_LOOK, || look(around)));
        let found = found.or_else(|| look(&world))?;
        self.known.keep(&found, &world);
        Some(found)
    }

    /// Do the rules allow it? Where no rule reads a `time`, none can tell a later moment.
    fn holds(&self, proof: &Proof) -> bool {
        let timed = *self.timed.get_or_init(|| mentions(&self.rules.ruleset, is_time));
        self.spend(self.look_up * if timed { 2 } else { 1 });
        if timed { proof.holds(self.rules) } else { proof.holds_now(self.rules) }
    }

    /// Starts from what an honest client would send and repairs what the condition objects to.
    fn search(
        &self,
        site: &Site<'_>,
        ground: &Ground,
        world: &World,
        target: Target<'_>,
        pinned: &Fields,
    ) -> Option<Proof> {
        let is_data = target.method.is_write_of_data();
        let own = if is_data || target.free.stored {
            typical(&ground.harvest, super::world::CALLER)
        } else {
            Fields::new()
        };
        let starts = match target.method {
            Method::Update => vec![world.stored.clone(), own.clone()],
            Method::Create => vec![world.stored.clone(), own.clone(), Fields::new()],
            _ => vec![Fields::new(), Fields::new()],
        };
        let mut effort = self.effort_of_one.get();
        for (at, start) in starts.into_iter().enumerate() {
            let mut state = State { world: world.clone(), sent: start, pinned: pinned.clone() };
            state.lock(target.locked);
            let mut dice = 0x9e37_79b9_7f4a_7c15 ^ (at as u64 + 1);
            for _ in 0..MOST_ROUNDS {
                if effort == 0 || !self.spend(1) {
                    return None;
                }
                let sent = is_data.then_some(&state.sent);
                let asked = Asked { method: target.method, path: &ground.path, sent, pinned: &state.pinned };
                if site.allows(&state.world, asked) {
                    let found = if target.method == Method::Update && target.locked.is_empty() {
                        self.changing(site, ground, &state)
                    } else {
                        Some(state.sent.clone())
                    };
                    // Nothing more can be changed: what is stored may differ instead.
                    let sent = match found {
                        Some(sent) => sent,
                        None if at == 0 => break,
                        None => return None,
                    };
                    let sent = is_data.then_some(&sent);
                    return Some(proof(ground, &state.world, target, sent, &state.pinned));
                }
                let before = effort;
                let edits = edits(site, &state, asked, target.free, ground, &own, &mut dice, &mut effort);
                self.spend(u64::from(before - effort));
                if !state.apply(edits, target, &ground.harvest) && effort == before {
                    break;
                }
            }
        }
        None
    }

    /// An update that changes nothing is no attack: changes a field more, if need be.
    fn changing(&self, site: &Site<'_>, ground: &Ground, state: &State) -> Option<Fields> {
        if state.sent != state.world.stored {
            return Some(state.sent.clone());
        }
        let keys = state.world.stored.keys().map(String::as_str).chain([EXTRA]);
        keys.map(|key| with_changed(&state.sent, key))
            .find(|sent| self.spend(1) && permits(site, ground, &state.world, sent))
    }

    /// The fields that an update could change besides, one at a time; `None`: any at all.
    pub fn changeable(&self, ground: &Ground, proof: &Proof) -> Option<Vec<String>> {
        let (Some(stored), Some(sent)) = (&proof.stored, &proof.sent) else { return Some(Vec::new()) };
        let world = World {
            stored: stored.clone(),
            others: proof.others.clone(),
            auth: proof.auth.clone(),
            now: proof.now,
        };
        let sites = self.sites(ground, Method::Update);
        let permitted = |sent: &Fields| {
            sites
                .iter()
                .any(|(_, site)| site.as_ref().is_some_and(|site| permits(site, ground, &world, sent)))
        };
        if self.spend(1) && permitted(&with_changed(sent, EXTRA)) {
            return None;
        }
        let keys = stored.keys().chain(sent.keys().filter(|key| !stored.contains_key(*key)));
        let changed = |key: &&String| {
            sent.get(*key) != stored.get(*key) || (self.spend(1) && permitted(&with_changed(sent, key)))
        };
        Some(keys.filter(changed).cloned().collect())
    }

    /// The same with little effort: what is not found at once is not there.
    pub(crate) fn briefly<T>(&self, ask: impl FnOnce() -> T) -> T {
        self.within(EFFORT_OF_LITTLE, ask)
    }

    fn within<T>(&self, effort: u32, ask: impl FnOnce() -> T) -> T {
        let before = self.effort_of_one.replace(effort);
        let answer = ask();
        self.effort_of_one.set(before);
        answer
    }

    pub(crate) fn is_exhausted(&self) -> bool {
        self.effort.get() == 0
    }

    fn spend(&self, steps: u64) -> bool {
        let left = self.effort.get();
        self.effort.set(left.saturating_sub(steps));
        left >= steps
    }
}

impl Method {
    pub(crate) fn is_write_of_data(self) -> bool {
        matches!(self, Self::Create | Self::Update)
    }
}

/// A list is asked for everything, or for what is like the typical document.
fn pins(world: &World, method: Method) -> Vec<Fields> {
    match method {
        Method::List if world.stored.is_empty() => vec![Fields::new()],
        Method::List => vec![Fields::new(), world.stored.clone()],
        _ => vec![Fields::new()],
    }
}

#[expect(clippy::too_many_arguments, reason = "the state of one search")]
fn edits(
    site: &Site<'_>,
    state: &State,
    asked: Asked<'_>,
    free: Free,
    ground: &Ground,
    plain: &Fields,
    dice: &mut u64,
    effort: &mut u32,
) -> Vec<Edit> {
    let Some(condition) = site.condition else { return Vec::new() };
    site.run(&state.world, asked, |evaluator, frame| {
        let harvest = &ground.harvest;
        let effort_left = *effort;
        let mut repair = Repair {
            evaluator,
            frame,
            free,
            state,
            harvest,
            plain,
            dice,
            edits: Vec::new(),
            effort: effort_left,
            weighed: HashMap::new(),
        };
        repair.want(condition, true);
        *effort = repair.effort;
        repair.edits
    })
}

fn permits(site: &Site<'_>, ground: &Ground, world: &World, sent: &Fields) -> bool {
    let nothing = Fields::new();
    let asked = Asked { method: Method::Update, path: &ground.path, sent: Some(sent), pinned: &nothing };
    site.allows(world, asked)
}

fn with_changed(fields: &Fields, key: &str) -> Fields {
    let mut fields = fields.clone();
    let value = fields.get(key).map_or_else(|| Value::text("something"), changed);
    fields.insert(key.to_owned(), value);
    fields
}

fn proof(
    ground: &Ground,
    world: &World,
    target: Target<'_>,
    sent: Option<&Fields>,
    pinned: &Fields,
) -> Proof {
    Proof {
        caller: target.caller,
        method: target.method,
        document: ground.path.clone(),
        sent: sent.cloned(),
        stored: (target.method != Method::Create).then(|| world.stored.clone()),
        others: world.others.clone(),
        pinned: pinned.clone(),
        limit: Some(1),
        auth: world.auth.clone(),
        now: world.now,
    }
}

impl Proof {
    /// The path of the request: of a list, the collection.
    pub fn path(&self) -> &str {
        match self.method {
            Method::List => self.document.rsplit_once('/').map_or("", |(collection, _)| collection),
            _ => &self.document,
        }
    }

    /// The request itself.
    pub fn request(&self) -> Request {
        let filters: Vec<Filter> = self
            .pinned
            .iter()
            .map(|(field, value)| Filter {
                field: field.clone(),
                comparison: Comparison::Equal,
                value: value.clone(),
            })
            .collect();
        Request {
            method: self.method,
            path: self.path().to_owned(),
            auth: self.auth.clone(),
            data: self.sent.clone(),
            query: Query {
                group: false,
                filters: if filters.is_empty() { Vec::new() } else { vec![filters] },
                limit: self.limit,
                offset: 0,
            },
            now: self.now,
        }
    }

    /// All documents before the request.
    pub fn store(&self) -> Store {
        let mut store = self.others.clone();
        store.extend(self.stored.clone().map(|stored| (self.document.clone(), stored)));
        store
    }

    /// The grant that lets it through.
    pub fn granted_by(&self, rules: &Compiled) -> Option<Span> {
        match self.decision(rules) {
            Decision::Allow(span) => Some(span),
            _ => None,
        }
    }

    /// Do the rules allow it, as the concrete evaluator says?
    pub fn holds(&self, rules: &Compiled) -> bool {
        self.holds_now(rules) && matches!(self.later().decision(rules), Decision::Allow(_))
    }

    fn holds_now(&self, rules: &Compiled) -> bool {
        // What is to be created must not be there.
        let fits = self.method != Method::Create || !self.others.contains_key(&self.document);
        fits && self.is_storable() && matches!(self.decision(rules), Decision::Allow(_))
    }

    /// The same some seconds later: nobody sends the very moment, but the server can be asked to
    /// set a field to it.
    fn later(&self) -> Self {
        let mut later = self.clone();
        later.now = later.now.saturating_add(7_654_321_000);
        for value in later.sent.iter_mut().flat_map(|sent| sent.values_mut()) {
            if *value == Value::Time(self.now) {
                *value = Value::Time(later.now);
            }
        }
        later
    }

    /// Are all values such that a database takes them?
    fn is_storable(&self) -> bool {
        let fields = [&self.sent, &self.stored].into_iter().flatten().chain(self.others.values());
        let mut documents = fields.chain([&self.pinned]);
        documents.all(|fields| fields.values().all(|value| is_storable(value, false)))
    }

    pub(crate) fn decision(&self, rules: &Compiled) -> Decision {
        let before = self.store();
        let mut after = before.clone();
        match (self.method, &self.sent) {
            (Method::Delete, _) => drop(after.remove(&self.document)),
            (_, Some(sent)) => drop(after.insert(self.document.clone(), sent.clone())),
            _ => {}
        }
        decide(rules, &self.request(), &before, &after)
    }

    /// The value of a sent field.
    pub fn sent_field(&self, field: &str) -> Option<&Value> {
        read(self.sent.as_ref()?, &[field.to_owned()])
    }
}
