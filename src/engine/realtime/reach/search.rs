//! The search for data that makes one rule grant.

use super::{
    super::{
        candidates::{ME, candidates},
        eval::{Cell, Evaluator, Stop, Tri, World},
        expression::Expr,
        request::{Query, Way, way},
        state::{Json, Scalar, with},
        tree::{Name, Node, Rule, Ruleset},
        value::{Tree, Value},
    },
    Caller, Reach, Task, Witness,
    witness::auth,
};

/// A key that belongs to somebody else.
const OTHER: &str = "somebody";

pub(super) struct Search<'a> {
    rules: &'a Ruleset,
    nodes: &'a [&'a Node],
    rule: &'a Rule,
    now: f64,
    cells: Vec<Cell>,
    left: &'a Effort,
}

/// Left of what the file may take.
type Effort = std::cell::Cell<u64>;

/// What a try takes besides the evaluation: values are listed, and one is chosen.
const TRY: u64 = 60;

fn spend(left: &Effort, effort: u64) {
    left.set(left.get().saturating_sub(effort));
}

/// Tries of one search, and decisions in one try.
const TRIES: usize = 3_000;
const ASKS: usize = 40;
const STEPS: usize = 20_000;

/// What a search ended with.
enum End {
    Found(Vec<Decided>),
    /// Every try was false, and nothing had to be decided for it.
    False,
    Nothing,
}

#[derive(Clone, Debug)]
struct Decided {
    tree: Tree,
    path: Vec<String>,
    cell: Cell,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        rules: &'a Ruleset,
        nodes: &'a [&'a Node],
        rule: &'a Rule,
        now: f64,
        left: &'a Effort,
    ) -> Self {
        let mut exprs: Vec<&Expr> = vec![&rule.expr];
        exprs.extend(nodes.iter().filter_map(|node| Some(&node.validate.as_ref()?.expr)));
        if let Some(last) = nodes.last() {
            last.visit(&mut Vec::new(), &mut |below| {
                let validate = below.last().and_then(|node| node.validate.as_ref());
                exprs.extend(validate.map(|rule| &rule.expr).filter(|_| below.len() < 5));
            });
        }
        exprs.truncate(60);
        Self { rules, nodes, rule, now, cells: candidates(exprs.into_iter(), now), left }
    }

    /// Nothing is claimed by a search that was cut short.
    pub(super) fn reach(&self, caller: Caller, task: Task) -> Reach {
        let reach = self.reached(caller, task);
        let is_cut = self.left.get() == 0 && !matches!(reach, Reach::InState(_) | Reach::Always(Some(_)));
        if is_cut { Reach::Unknown("the search took too long".to_owned()) } else { reach }
    }

    fn reached(&self, caller: Caller, task: Task) -> Reach {
        if self.left.get() == 0 {
            return Reach::Unknown(String::new());
        }
        let path = self.path(caller);
        let way = way(&self.rules.root, &path);
        let lazy = |knows_nothing| Lazy {
            caller,
            task,
            path: &path,
            now: self.now,
            knows_nothing,
            query: Queries::Unknown,
            decided: Vec::new(),
            left: self.left,
        };
        let grants = |world: &mut Lazy<'_>| self.grants(world, &way);
        let whole = |world: &mut Lazy<'_>| match self.grants(world, &way)? {
            Some(true) => validates(world, &way),
            other => Ok(other),
        };
        match self.run(lazy(true), grants) {
            End::False => return Reach::Never,
            End::Found(_) => {
                let witness = match self.run(lazy(false), whole) {
                    End::Found(decided) => self.witness(caller, task, &path, &decided),
                    End::False | End::Nothing => None,
                };
                // A write that no data passes through `.validate` is none, as far as was looked.
                return match witness {
                    None if task == Task::Write && self.is_ruled_out(lazy(true), &way) => Reach::Never,
                    None if task == Task::Write && self.has_validation() => {
                        Reach::Unknown("no data was found that passes .validate".to_owned())
                    }
                    witness => Reach::Always(witness),
                };
            }
            End::Nothing => {}
        }
        if task == Task::Write && self.is_ruled_out(lazy(true), &way) {
            return Reach::Never;
        }
        if let End::Found(decided) = self.run(lazy(false), whole)
            && let Some(witness) = self.witness(caller, task, &path, &decided)
        {
            return Reach::InState(witness);
        }
        // The caller chooses the query: one that asks for its own id gets what is its own.
        if self.rule.expr.mentions("query") {
            let asking = |query| Lazy { query, ..lazy(true) };
            if let End::Found(decided) = self.run(asking(Queries::OfOthers), grants) {
                return Reach::Always(self.witness(caller, task, &path, &decided));
            }
            if let End::Found(_) = self.run(asking(Queries::Any), grants) {
                return Reach::ByQuery;
            }
        }
        Reach::Unknown("no request was found that the rule allows, and none is ruled out".to_owned())
    }

    /// The keys of the path, as the caller would write them.
    fn path(&self, caller: Caller) -> Vec<String> {
        let key = if caller == Caller::Owner { ME } else { OTHER };
        let names = self.nodes.iter().filter_map(|node| match &node.name {
            Name::Root => None,
            Name::Fixed(name) => Some(name.clone()),
            Name::Capture(_) => Some(key.to_owned()),
        });
        names.collect()
    }

    /// Depth first over the values of whatever the rule asks for.
    fn run(&self, mut world: Lazy<'_>, question: impl Fn(&mut Lazy<'_>) -> Result<Tri, Stop>) -> End {
        let mut next: Vec<usize> = Vec::new();
        let mut has_asked = false;
        let mut is_false = true;
        for _ in 0..TRIES {
            spend(self.left, TRY);
            if self.left.get() == 0 {
                break;
            }
            match question(&mut world) {
                Ok(Some(true)) => return End::Found(world.decided),
                Err(Stop::Ask(tree, path)) if next.len() < ASKS => {
                    has_asked = true;
                    let options = self.options(&world, tree, &path);
                    let Some(first) = options.first() else { return End::Nothing };
                    world.decided.push(Decided { tree, path, cell: first.clone() });
                    next.push(1);
                    continue;
                }
                Ok(Some(false)) | Err(Stop::Fault(_)) => {}
                Ok(None) | Err(Stop::Ask(..)) => is_false = false,
            }
            if !self.advance(&mut world, &mut next) {
                return if is_false && !has_asked { End::False } else { End::Nothing };
            }
        }
        End::Nothing
    }

    /// The next value of the last decision that has one left.
    fn advance(&self, world: &mut Lazy<'_>, next: &mut Vec<usize>) -> bool {
        while let (Some(at), Some(last)) = (next.pop(), world.decided.pop()) {
            let options = self.options(world, last.tree, &last.path);
            if let Some(cell) = options.get(at) {
                world.decided.push(Decided { cell: cell.clone(), ..last });
                next.push(at + 1);
                return true;
            }
        }
        false
    }

    fn options(&self, world: &Lazy<'_>, tree: Tree, path: &[String]) -> Vec<Cell> {
        let is_written = tree == Tree::Next && path == world.path;
        let mut options = Vec::with_capacity(self.cells.len() + 2);
        // Absence settles most conditions about the present, presence those about what is sent.
        if tree == Tree::Now {
            options.push(Cell::Absent);
        }
        if tree == Tree::Query {
            let own = Cell::Leaf(Scalar::Text(ME.to_owned()));
            let others = Cell::Leaf(Scalar::Text(OTHER.to_owned()));
            options.extend([Cell::Absent, others]);
            let is_asked = |cell: &&Cell| world.query == Queries::Any || **cell != own;
            options.extend(self.cells.iter().filter(is_asked).cloned());
            return options;
        }
        options.extend(self.cells.iter().cloned());
        if is_written {
            options.insert(0, Cell::Node);
        } else {
            options.insert(usize::from(tree == Tree::Now), Cell::Node);
        }
        if tree == Tree::Next && !is_written {
            options.push(Cell::Absent);
        }
        options
    }

    /// False whatever is written and whatever the database holds: all that is known is that
    /// something is written.
    fn is_ruled_out(&self, mut world: Lazy<'_>, way: &Way<'_>) -> bool {
        world.decided.push(Decided { tree: Tree::Next, path: world.path.to_vec(), cell: Cell::Present });
        let own = way.steps.last().and_then(|node| node.validate.as_ref());
        let path = world.path;
        [Some(self.rule), own].into_iter().flatten().any(|rule| {
            let holds = evaluate(&mut world, rule, path, &way.captures);
            matches!(holds, Ok(Some(false)) | Err(Stop::Fault(_)))
        })
    }

    fn grants(&self, world: &mut Lazy<'_>, way: &Way<'_>) -> Result<Tri, Stop> {
        let path = world.path;
        evaluate(world, self.rule, path, &way.captures)
    }

    fn has_validation(&self) -> bool {
        let mut found = self.nodes.iter().any(|node| node.validate.is_some());
        if let Some(last) = self.nodes.last() {
            last.visit(&mut Vec::new(), &mut |below| {
                found |= below.last().is_some_and(|node| node.validate.is_some());
            });
        }
        found
    }

    /// The request in full; none if the evaluator does not let it through.
    fn witness(&self, caller: Caller, task: Task, path: &[String], decided: &[Decided]) -> Option<Witness> {
        let value = built(decided, Tree::Next).and_then(|next| next.at(path).cloned());
        let data = built(decided, Tree::Now);
        let query = asked(decided);
        let witness = Witness { caller, path: path.to_vec(), task, query, value, data, now: self.now };
        let is_complete = task != Task::Write || witness.value.is_some();
        (is_complete && witness.holds(self.rules)).then_some(witness)
    }
}

/// Every `.validate` that the written data meets.
fn validates(world: &mut Lazy<'_>, way: &Way<'_>) -> Result<Tri, Stop> {
    if world.task != Task::Write {
        return Ok(Some(true));
    }
    let full = world.path;
    for (depth, node) in way.steps.iter().enumerate() {
        let Some(rule) = &node.validate else { continue };
        let captures: Vec<(String, String)> = way.captures.clone();
        let holds = evaluate(world, rule, &full[..depth], &captures)?;
        if holds != Some(true) {
            return Ok(holds);
        }
    }
    let Some(last) = way.steps.last() else { return Ok(Some(true)) };
    below(world, last, &mut full.to_vec(), &mut way.captures.clone())
}

/// Every `.validate` below a node that the written data meets.
fn below(
    world: &mut Lazy<'_>,
    node: &Node,
    path: &mut Vec<String>,
    captures: &mut Vec<(String, String)>,
) -> Result<Tri, Stop> {
    if world.cell(Tree::Next, path)? != Cell::Node {
        return Ok(Some(true));
    }
    for key in world.keys_below(path, node) {
        path.push(key.clone());
        let cell = world.cell(Tree::Next, path)?;
        let child = node.child(&key);
        if let (Some(child), false) = (child, cell == Cell::Absent) {
            let before = captures.len();
            if let Name::Capture(name) = &child.name {
                captures.push((name.clone(), key.clone()));
            }
            let own = match &child.validate {
                Some(rule) => evaluate(world, rule, path, captures)?,
                None => Some(true),
            };
            let all = if own == Some(true) { below(world, child, path, captures)? } else { own };
            captures.truncate(before);
            if all != Some(true) {
                path.pop();
                return Ok(all);
            }
        }
        path.pop();
    }
    Ok(Some(true))
}

fn evaluate(
    world: &mut Lazy<'_>,
    rule: &Rule,
    path: &[String],
    captures: &[(String, String)],
) -> Result<Tri, Stop> {
    let left = world.left;
    let mut evaluator = Evaluator { world, path, captures, steps: STEPS };
    let condition = evaluator.condition(&rule.expr);
    spend(left, (STEPS - evaluator.steps) as u64);
    condition
}

/// The query that the decisions describe.
fn asked(decided: &[Decided]) -> Query {
    let member = |one: &Decided| match (one.tree, one.path.as_slice(), &one.cell) {
        (Tree::Query, [member], Cell::Leaf(scalar)) => Some((member.clone(), scalar.clone())),
        _ => None,
    };
    decided.iter().filter_map(member).collect()
}

/// The data that the decisions describe; a node without known children gets one.
fn built(decided: &[Decided], tree: Tree) -> Option<Json> {
    let mut data = None;
    for one in decided.iter().filter(|one| one.tree == tree) {
        match &one.cell {
            Cell::Leaf(scalar) => data = with(data, &one.path, Some(Json::Leaf(scalar.clone()))),
            Cell::Node if data.as_ref().and_then(|data| data.at(&one.path)).is_none() => {
                let is_above = |other: &&Decided| {
                    other.tree == tree
                        && other.path.len() > one.path.len()
                        && other.path.starts_with(&one.path)
                };
                if !decided.iter().filter(is_above).any(|other| matches!(other.cell, Cell::Leaf(_))) {
                    let mut child = one.path.clone();
                    child.push(FILLER.to_owned());
                    let leaf = Json::Leaf(Scalar::Bool(true));
                    data = with(data, &child, Some(leaf));
                }
            }
            _ => {}
        }
    }
    data
}

/// The key of a child that nothing was said about.
const FILLER: &str = "key";

/// A world that is decided while it is asked about.
struct Lazy<'a> {
    caller: Caller,
    task: Task,
    path: &'a [String],
    now: f64,
    /// Nothing is known of the database, and it is not asked about.
    knows_nothing: bool,
    query: Queries,
    decided: Vec<Decided>,
    left: &'a Effort,
}

/// Which queries are tried.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Queries {
    /// None: what it says is not known.
    Unknown,
    /// Those that do not ask for the caller's own id.
    OfOthers,
    Any,
}

impl Lazy<'_> {
    fn place(&self, tree: Tree, path: &[String]) -> Result<Cell, Stop> {
        let same = |one: &&Decided| one.tree == tree;
        if let Some(one) = self.decided.iter().filter(same).find(|one| one.path == path) {
            return Ok(one.cell.clone());
        }
        let is_below_present = |one: &Decided| path.starts_with(&one.path) && one.cell == Cell::Present;
        if self.decided.iter().filter(same).any(is_below_present) {
            return Ok(Cell::Unknown);
        }
        let is_below_nothing = |one: &Decided| path.starts_with(&one.path) && one.cell != Cell::Node;
        if self.decided.iter().filter(same).any(is_below_nothing) {
            return Ok(Cell::Absent);
        }
        let is_above_something = |one: &Decided| one.path.starts_with(path) && one.cell != Cell::Absent;
        if self.decided.iter().filter(same).any(is_above_something) {
            return Ok(Cell::Node);
        }
        Err(Stop::Ask(tree, path.to_vec()))
    }

    /// The children that matter: those decided, and one more where there would be none.
    fn keys_below(&self, path: &[String], node: &Node) -> Vec<String> {
        let direct = |one: &Decided| {
            one.tree == Tree::Next && one.path.len() > path.len() && one.path.starts_with(path)
        };
        let mut keys: Vec<String> =
            self.decided.iter().filter(|one| direct(one)).map(|one| one.path[path.len()].clone()).collect();
        let is_there = |one: &Decided| direct(one) && one.cell != Cell::Absent;
        if !self.decided.iter().any(is_there) {
            keys.push(FILLER.to_owned());
            let fixed = node.children.iter().filter_map(|child| match &child.name {
                Name::Fixed(name) => Some(name.clone()),
                _ => None,
            });
            keys.extend(fixed.take(1));
        }
        keys.sort();
        keys.dedup();
        keys
    }
}

impl World for Lazy<'_> {
    fn cell(&mut self, tree: Tree, path: &[String]) -> Result<Cell, Stop> {
        if tree == Tree::Next {
            if path.starts_with(self.path) {
                return match self.task {
                    Task::Delete => Ok(Cell::Absent),
                    _ => self.place(Tree::Next, path),
                };
            }
            if self.path.starts_with(path) && self.task == Task::Write {
                return Ok(Cell::Node);
            }
        }
        if self.knows_nothing { Ok(Cell::Unknown) } else { self.place(Tree::Now, path) }
    }

    fn auth(&self) -> Value {
        Value::from(auth(self.caller).as_ref())
    }

    fn now(&self) -> f64 {
        self.now
    }

    fn query(&mut self, member: &str) -> Result<Value, Stop> {
        if self.query == Queries::Unknown {
            return Ok(Value::Unknown);
        }
        Ok(match self.place(Tree::Query, &[member.to_owned()])? {
            Cell::Absent => Value::Null,
            Cell::Leaf(scalar) => (&scalar).into(),
            _ => Value::Unknown,
        })
    }
}
