//! Walks a handler along the ways that a request can take through it, and notes what it meets.
//!
//! A way knows whether the event has been verified on it, which write failed on it, what was
//! answered. Branches fork ways, a `catch` is entered by what may throw before it, functions of the
//! same repository are walked where they are called. So `verified before`, `reached without` and `in
//! the catch of` are not patterns of text but properties of ways.

mod answer;
mod branch;
mod call;
mod dispatch;
mod effect;
mod elsewhere;
mod evaluate;
mod execute;
mod module;
mod outcome;
mod promise;
mod pure;
mod repeat;
mod state;
mod verify;

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

pub(super) use self::state::At;
use self::{
    module::{module, names_signing_secret, parses_before},
    state::{State, Value, merged},
};
use crate::{
    engine::source::{Id, Kind, Tree, mount},
    seen::Runtime,
};

/// Steps of one handler, and of all in a file: a person's handler takes some thousands.
const STEPS: u32 = 48_000;
const FILE_STEPS: u32 = 144_000;
/// Nesting of code and calls together.
const DEPTH: u32 = 110;
/// Functions inside functions, and files that are read beside the first.
const CALLS: usize = 8;
const MODULES: usize = 12;

/// What is met on the way.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Met {
    Verified,
    Compared,
    Delegated,
    Synchronous,
    FailOpen,
    /// An effect, verified only afterwards.
    Early,
    Reparsed,
    ReadsBody,
    Write,
    Adds,
    Increment,
    EventId,
    HandsOver,
    Swallowed,
    Unchecked,
    Unawaited,
    Leaked,
    WrongStatus,
    Logged,
    ClaimedEarly,
    TimingUnsafe,
    QuerySecret,
    NoTolerance,
    /// A timestamp is compared with the clock.
    Clock,
    /// A digest is made over the time that the provider sent.
    Stamped,
    /// A handler that acts and verifies nothing.
    Unverified,
    /// Something is done beside logging and answering.
    Acts,
    Answers,
}

/// Reads a file of the same repository: from the importing file's path and the module as written, to
/// the file's path and text.
pub type Load<'a> = &'a dyn Fn(&str, &str) -> Option<(String, String)>;

pub(super) struct Module {
    pub(super) path: String,
    pub(super) tree: Rc<Tree>,
    functions: Rc<BTreeMap<String, Id>>,
    /// Local names of what is imported: module and name in it.
    imports: BTreeMap<String, (String, String)>,
    env: Option<Rc<BTreeMap<String, Value>>>,
}

/// Something met, what there is to say about it, and lines that belong to it.
pub(super) type Notes = BTreeMap<(Met, At), (String, BTreeSet<At>)>;

pub(super) struct Walk<'a> {
    pub(super) modules: Vec<Module>,
    pub(super) notes: Notes,
    pub(super) runtime: Runtime,
    load: Load<'a>,
    module: usize,
    throws: Vec<Vec<State>>,
    breaks: Vec<Vec<State>>,
    returns: Vec<Vec<(State, Value)>>,
    calls: Vec<At>,
    /// What imports have led to, by the importing module; nothing is asked for twice.
    known: BTreeMap<(usize, String), Option<usize>>,
    steps: u32,
    /// Steps of the handlers before this one.
    spent: u32,
    /// Something was left out for want of steps or depth.
    cut: bool,
    depth: u32,
    live: bool,
    /// Does the framework parse the body before the handler sees it?
    parsed_before: bool,
    /// Effects on ways without verification, to be judged when all ways are known, with where an
    /// unverified body was put in the event's place.
    unverified: BTreeMap<At, Option<At>>,
    /// Names that last held what is stored under something of the event.
    stored: BTreeMap<String, Value>,
    /// A repeated event is worked on again.
    repeats_work: bool,
    /// Writes that record the event's id.
    claims: BTreeSet<At>,
    /// Branches that are taken when something is not stored yet.
    looked_up: Vec<At>,
    /// Names of what must be stored for the work to be done.
    required: BTreeSet<String>,
    /// Where the functions that are being walked were called, and whether they were given an error.
    sites: Vec<(At, bool)>,
    /// What was met in the handler that is being walked.
    met: BTreeSet<Met>,
    /// Was what is stored under the event's id looked at?
    asked_for_event: bool,
    /// Names of rows that are looked up by their state, and without which nothing is done.
    in_state: BTreeSet<String>,
    /// Names of what functions of one's own gave back for the event, and their calls.
    worked: BTreeMap<String, At>,
    /// Functions that only compute, and those that do not.
    pure: BTreeMap<At, bool>,
    /// How deep the question for that is.
    asking: usize,
    /// Records of events that have a state of their own.
    stateful: BTreeSet<At>,
    /// Is a repeated event acknowledged without another look?
    acknowledges: bool,
    /// Was the state of what is stored looked at?
    asked_for_state: bool,
    /// How often something that verifies was met.
    verifying: u32,
    /// Is there a secret that does nothing but sign?
    signing: bool,
    /// Conditions behind which something is verified.
    guarding: BTreeSet<At>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(path: &str, tree: Tree, runtime: Runtime, load: Load<'a>) -> Self {
        let parsed_before = parses_before(path, tree.text());
        let signing = tree.ids().any(|id| names_signing_secret(&tree, id));
        Self {
            modules: vec![module(path, tree)],
            notes: BTreeMap::new(),
            runtime,
            load,
            module: 0,
            throws: Vec::new(),
            breaks: Vec::new(),
            returns: Vec::new(),
            calls: Vec::new(),
            known: BTreeMap::new(),
            steps: 0,
            spent: 0,
            cut: false,
            depth: 0,
            live: false,
            parsed_before,
            unverified: BTreeMap::new(),
            stored: BTreeMap::new(),
            repeats_work: false,
            claims: BTreeSet::new(),
            looked_up: Vec::new(),
            required: BTreeSet::new(),
            sites: Vec::new(),
            met: BTreeSet::new(),
            asked_for_event: false,
            in_state: BTreeSet::new(),
            worked: BTreeMap::new(),
            pure: BTreeMap::new(),
            asking: 0,
            stateful: BTreeSet::new(),
            acknowledges: false,
            asked_for_state: false,
            verifying: 0,
            signing,
            guarding: BTreeSet::new(),
        }
    }

    /// What a name says about the secret that it stands for.
    pub(super) fn secrecy(&self, name: &str) -> u32 {
        if !super::words::is_secret(name) {
            0
        } else if self.signing && super::words::is_api_key(name) {
            state::origin::API_KEY
        } else {
            state::origin::SECRET
        }
    }

    /// One handler, with what runs before it.
    pub(super) fn handler(&mut self, mounted: &mount::Mounted) {
        let mut states = vec![State { env: self.module_env(0), ..State::default() }];
        self.begin();
        if let Some((at, name)) = self.guard(mounted) {
            self.note(Met::Delegated, at, name);
            for state in &mut states {
                state.trust = state::Trust::Verified;
            }
        }
        for before in &mounted.before {
            states = self.middleware(*before, states);
        }
        let mut ended = Vec::new();
        for state in states {
            let request = self.parameters(mounted.function, state);
            ended.extend(self.body(mounted.function, request));
        }
        self.end(ended);
        self.unguarded(mounted);
    }

    /// A handler among others that reads what is sent, acts on it, and verifies nothing.
    fn unguarded(&mut self, mounted: &mount::Mounted) {
        let met = |met: Met| self.met.contains(&met);
        // A way around a verification is said by itself.
        let verifies = [Met::Verified, Met::Delegated, Met::Compared, Met::FailOpen].into_iter().any(met);
        let acts = met(Met::Acts) || met(Met::Write) || met(Met::HandsOver);
        let takes = met(Met::ReadsBody) && mounted.name != "GET" && !self.cut;
        let pages = self.asks_who(mounted.function) || self.keeps_hooks(mounted.function);
        if takes && acts && !verifies && !pages {
            self.live = true;
            self.note(Met::Unverified, self.here(mounted.function), &*mounted.name);
            self.live = false;
        }
    }

    /// A middleware of another file before the handler, whose name says that it verifies.
    fn guard(&self, mounted: &mount::Mounted) -> Option<(At, String)> {
        let tree = self.tree();
        let handler = tree.node(mounted.function).from;
        let says = |id: Id| {
            let callee = match tree.kind(id) {
                Kind::Call { callee, .. } => *callee,
                Kind::Name | Kind::Member { .. } => id,
                _ => return None,
            };
            let name = tree.last_name(callee);
            let own = self.modules[0].functions.contains_key(name);
            let guards = super::words::says_verify(name) || super::words::says_guard(name);
            (guards && !own).then(|| (self.here(id), name.to_owned()))
        };
        tree.ids().find_map(|id| {
            let Kind::Call { callee, arguments, .. } = tree.kind(id) else { return None };
            let node = tree.node(id);
            let around = arguments.contains(&mounted.function);
            let before = tree.last_name(*callee) == "use" && node.to <= handler;
            let covers = before && self.covers(arguments, mounted);
            (around || covers).then(|| arguments.iter().find_map(|argument| says(*argument)))?
        })
    }

    /// Is a middleware with these arguments run before the handler's route?
    fn covers(&self, arguments: &[Id], mounted: &mount::Mounted) -> bool {
        let tree = self.tree();
        let path = arguments.first().and_then(|first| tree.literal(*first));
        let path = path.map(|path| path.trim_end_matches(['*', '/']));
        path.is_none_or(|path| mounted.route.as_deref().is_some_and(|route| route.starts_with(path)))
    }

    /// A file that mounts nothing: its statements.
    pub(super) fn whole(&mut self) {
        let state = State { env: self.module_env(0), ..State::default() };
        self.begin();
        let root = self.tree().root();
        let ended = self.exec(root, vec![state]);
        self.end(ended);
    }

    fn begin(&mut self) {
        self.live = true;
        self.spent += std::mem::take(&mut self.steps);
        self.module = 0;
        self.throws = vec![Vec::new()];
        self.returns = vec![Vec::new()];
        self.unverified.clear();
        self.met.clear();
        self.required.clear();
        self.stored.clear();
        self.asked_for_event = false;
        self.in_state.clear();
        self.worked.clear();
        self.asked_for_state = false;
        self.acknowledges = false;
    }

    fn end(&mut self, fallen: Vec<State>) {
        let returned = self.returns.pop().unwrap_or_default().into_iter().map(|(state, _)| state);
        let ended: Vec<State> = fallen.into_iter().chain(returned).collect();
        for state in merged(ended) {
            self.cut |= state.cut;
            self.ended(state);
        }
        let uncaught = merged(self.throws.pop().unwrap_or_default());
        for state in uncaught {
            self.cut |= state.cut;
            self.uncaught(&state);
        }
        let verifies =
            self.notes.keys().any(|(met, _)| matches!(met, Met::Verified | Met::Delegated | Met::Compared));
        let unverified = std::mem::take(&mut self.unverified);
        let known = self.notes.keys().any(|(met, _)| *met == Met::FailOpen);
        if verifies
            && !known
            && let Some((effect, took)) = unverified.first_key_value()
        {
            let first = took.unwrap_or(*effect);
            self.note(Met::FailOpen, first, super::UNREACHED);
            for at in unverified.into_keys() {
                self.also(Met::FailOpen, first, at);
            }
        }
        self.live = false;
    }

    /// Binds the parameters of a handler: the request is among them.
    fn parameters(&mut self, function: Id, mut state: State) -> State {
        let tree = self.tree();
        let Kind::Function(function) = tree.kind(function) else { return state };
        for (index, parameter) in function.parameters.iter().enumerate() {
            for (name, key) in tree.bound(*parameter) {
                let value = evaluate::of_request(&name, &key, index);
                let value = if self.is_model(*parameter, &name) {
                    self.note(Met::ReadsBody, self.here(*parameter), "takes the parsed body");
                    Value::from(state::origin::PARSED | state::origin::EVENT)
                } else {
                    value
                };
                state.set(&name, value);
            }
        }
        state
    }

    /// `payload: Model` among the parameters of a Python function: the framework parses the body.
    fn is_model(&self, parameter: Id, name: &str) -> bool {
        let python =
            self.modules[self.module].path.rsplit_once('.').is_some_and(|(_, ending)| ending == "py");
        let text = self.tree().text().get(self.tree().node(parameter).to as usize..).map(str::to_owned);
        let annotation =
            text.as_deref().and_then(|text| text.trim_start().strip_prefix(':')).unwrap_or_default();
        let kind: String =
            annotation.trim_start().chars().take_while(|letter| letter.is_alphanumeric()).collect();
        python
            && super::words::is_event(name)
            && kind.starts_with(|first: char| first.is_ascii_uppercase())
            && kind != "Request"
    }

    fn body(&mut self, function: Id, state: State) -> Vec<State> {
        let tree = self.tree();
        let Kind::Function(inner) = tree.kind(function) else { return vec![state] };
        match inner.body {
            Some(body) => self.exec(body, vec![state]),
            None => vec![state],
        }
    }

    /// A function before the handler: what calls `next` goes on.
    fn middleware(&mut self, function: Id, states: Vec<State>) -> Vec<State> {
        let mut on = Vec::new();
        for state in states {
            let state = self.parameters(function, state);
            self.throws.push(Vec::new());
            self.returns.push(Vec::new());
            self.breaks.push(Vec::new());
            self.body(function, state);
            self.returns.pop();
            self.throws.pop();
            // `next()` leaves its state here.
            on.extend(self.breaks.pop().unwrap_or_default());
        }
        merged(on).into_iter().map(|state| State { responded: None, ..state }).collect()
    }

    fn remember(&mut self, name: &str, value: Value) {
        // On another way it may be something else.
        if value.has(state::origin::STORED) {
            self.stored.insert(name.to_owned(), value);
        }
    }

    fn is_claim(&self, at: At) -> bool {
        self.claims.contains(&at)
    }

    fn tree(&self) -> Rc<Tree> {
        self.modules[self.module].tree.clone()
    }

    fn here(&self, id: Id) -> At {
        At { module: self.module, id }
    }

    fn note(&mut self, met: Met, at: At, what: impl Into<String>) {
        if self.live && matches!(met, Met::Verified | Met::Delegated | Met::Compared) {
            self.verifying += 1;
        }
        // What was not executed for want of steps may have verified.
        if self.cut && matches!(met, Met::FailOpen | Met::Early) {
            return;
        }
        if self.live {
            self.met.insert(met);
        }
        if self.live && self.notes.len() < 2_000 {
            let site = self.sites.iter().map(|(site, _)| *site).find(|site| site.module == 0);
            let called = site.filter(|_| at.module != 0);
            self.notes.entry((met, at)).or_insert_with(|| (what.into(), called.into_iter().collect()));
        }
    }

    /// Another line that belongs to what was met.
    fn also(&mut self, met: Met, at: At, other: At) {
        if let Some((_, others)) = self.notes.get_mut(&(met, at))
            && at != other
            && others.len() < 5
        {
            others.insert(other);
        }
    }

    /// Is there anything left to spend? Hostile code ends here.
    fn may_go_on(&mut self) -> bool {
        self.steps += 1;
        let goes_on = self.steps < STEPS && self.spent + self.steps < FILE_STEPS && self.depth < DEPTH;
        self.cut |= !goes_on;
        goes_on
    }

    /// Did hostile or tangled code end the walk before all ways were walked?
    pub(super) fn unfinished(&self) -> bool {
        self.cut
    }

    /// Without anything that verifies there is no way around it.
    pub(super) fn judge(&mut self) {
        // A secret that is asked for where nothing is verified is there for something else.
        let guarding = &self.guarding;
        self.notes.retain(|(met, at), (what, others)| {
            *met != Met::FailOpen
                || what != super::MISSING
                || guarding.contains(at)
                || others.iter().any(|other| guarding.contains(other))
        });
        if self.verifying == 0 {
            self.notes.retain(|(met, _), (what, _)| {
                *met != Met::FailOpen
                    || !matches!(what.as_str(), super::MISSING | super::FALLS_BACK | super::GOES_ON)
            });
        }
    }

    /// What the statements outside functions define.
    fn module_env(&mut self, module: usize) -> Rc<BTreeMap<String, Value>> {
        if let Some(env) = &self.modules[module].env {
            return env.clone();
        }
        self.modules[module].env = Some(Rc::default());
        let kept = (self.live, self.module);
        (self.live, self.module) = (false, module);
        self.throws.push(Vec::new());
        self.returns.push(Vec::new());
        self.breaks.push(Vec::new());
        let root = self.tree().root();
        let states = self.exec(root, vec![State::default()]);
        self.throws.pop();
        self.returns.pop();
        self.breaks.pop();
        (self.live, self.module) = kept;
        let mut env = states.into_iter().next().map(|state| state.env).unwrap_or_default();
        self.unsettle(module, Rc::make_mut(&mut env));
        self.modules[module].env = Some(env.clone());
        env
    }

    /// What functions assign to a name of the module is not what it was given first.
    fn unsettle(&self, module: usize, env: &mut BTreeMap<String, Value>) {
        let tree = &self.modules[module].tree;
        for id in tree.ids() {
            let Kind::Assign { target, .. } = tree.kind(id) else { continue };
            if matches!(tree.kind(*target), Kind::Name)
                && tree.function_around(id).is_some()
                && let Some(value) = env.get_mut(tree.source(*target))
            {
                *value = Value::from(value.origin & !state::origin::NOTHING);
            }
        }
    }
}
