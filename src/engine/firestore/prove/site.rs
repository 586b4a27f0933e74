//! One grant laid over one concrete path, evaluated there.

use std::{cell::Cell, collections::BTreeSet, rc::Rc};

use super::{
    super::{
        access::Grant,
        ast::{Expr, Segment},
        eval::{BUDGET, Documents, Eval, Evaluator, Found, Frame},
        fault::Fault,
        request::{Fields, Method, document_value, full},
        scope::Level,
        value::{Outcomes, Sources, Symbol, Unknown},
    },
    Value, World,
    inline::numbered,
};

/// Written-out conditions repeat what a binding computes once.
pub(super) const ALLOWANCE: u32 = BUDGET * 4;

/// A grant where it meets a path.
#[derive(Clone, Debug)]
pub(crate) struct Site<'a> {
    /// Absent: always.
    pub(crate) condition: Option<&'a Expr>,
    names: Vec<String>,
    values: Vec<Eval>,
    /// Expressions that may still be evaluated, for the whole file.
    meter: Rc<Cell<u64>>,
}

/// What is asked of a site.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) method: Method,
    /// Of the document, also for a list.
    pub(crate) path: &'a str,
    /// What is sent; absent: not known.
    pub(crate) sent: Option<&'a Fields>,
    /// The fields that a query pins.
    pub(crate) pinned: &'a Fields,
}

impl<'a> Site<'a> {
    /// The grant's variables on this path; nothing where the pattern does not cover it.
    pub(crate) fn new(
        grant: &Grant,
        condition: Option<&'a Expr>,
        path: &str,
        method: Method,
        v2: bool,
        meter: &Rc<Cell<u64>>,
    ) -> Option<Self> {
        let mut steps: Vec<Option<&str>> = path.split('/').map(Some).collect();
        if method == Method::List {
            // Whichever document: its name is null.
            *steps.last_mut()? = None;
        }
        let mut values = vec![Ok(Value::text("(default)")); grant.leading];
        lay(&grant.pattern, &steps, v2, &mut values)?;
        let names = (0..values.len()).map(numbered).collect();
        Some(Self { condition, names, values, meter: Rc::clone(meter) })
    }

    /// The same place with another condition.
    pub(crate) fn with<'b>(&self, condition: Option<&'b Expr>) -> Site<'b> {
        Site {
            condition,
            names: self.names.clone(),
            values: self.values.clone(),
            meter: Rc::clone(&self.meter),
        }
    }

    /// What the condition comes to.
    pub(crate) fn outcome(&self, world: &World, asked: Asked<'_>) -> (Outcomes, Sources) {
        let Some(condition) = self.condition else { return (Outcomes::exactly(true), Sources::default()) };
        self.run(world, asked, |evaluator, frame| {
            let (may, on, _) = evaluator.grants(Some(condition), frame);
            (may, on)
        })
    }

    pub(crate) fn allows(&self, world: &World, asked: Asked<'_>) -> bool {
        self.outcome(world, asked).0 == Outcomes::exactly(true)
    }

    /// Calls `ask` with everything that conditions are evaluated in.
    pub(super) fn run<'x, T>(
        &'x self,
        world: &World,
        asked: Asked<'_>,
        ask: impl FnOnce(&mut Evaluator<'_>, &Frame<'_, 'x>) -> T,
    ) -> T {
        let documents = Around { world, asked };
        let captures: Vec<(usize, &'x str, Eval)> = self
            .names
            .iter()
            .zip(&self.values)
            .map(|(name, value)| (0, name.as_str(), value.clone()))
            .collect();
        let levels: [Level<'x>; 1] = [&[]];
        let frame = Frame { levels: &levels, captures: &captures, locals: Vec::new() };
        let mut evaluator = Evaluator {
            documents: &documents,
            budget: ALLOWANCE,
            exhausted: false,
            read: BTreeSet::new(),
            most_read: 10,
            request: request(world, asked),
            resource: resource(world, asked),
            storage: false,
            depth: 0,
        };
        let answer = ask(&mut evaluator, &frame);
        // Setting the scene costs, too: its documents are copied.
        let fields = world.stored.len() + asked.sent.map_or(0, |sent| sent.len());
        let steps = u64::from(20 + ALLOWANCE - evaluator.budget) + 2 * fields as u64;
        self.meter.set(self.meter.get().saturating_sub(steps));
        answer
    }
}

/// Told by the names alone, before the pattern is laid over the path.
pub(super) fn may_cover(pattern: &[Segment], steps: &[&str]) -> bool {
    let mut steps = steps.iter();
    for segment in pattern {
        match (segment, steps.next()) {
            (Segment::Recursive(_), _) => return true,
            (Segment::Literal(text), Some(step)) if text != step => return false,
            (_, None) => return false,
            _ => {}
        }
    }
    steps.next().is_none()
}

/// Lays the pattern over the path; the shortest way of a wildcard that fits.
fn lay(pattern: &[Segment], steps: &[Option<&str>], v2: bool, values: &mut Vec<Eval>) -> Option<()> {
    let Some((segment, rest)) = pattern.split_first() else { return steps.is_empty().then_some(()) };
    match segment {
        Segment::Literal(text) => {
            let (first, steps) = steps.split_first()?;
            if *first != Some(text.as_str()) {
                return None;
            }
            lay(rest, steps, v2, values)
        }
        Segment::Capture(_) => {
            let (first, steps) = steps.split_first()?;
            values.push(first.map(Value::text).ok_or_else(Fault::null));
            lay(rest, steps, v2, values)
        }
        Segment::Recursive(_) => {
            for taken in (usize::from(!v2)..=steps.len()).rev() {
                let (covered, left) = steps.split_at(taken);
                let before = values.len();
                let segments = covered.iter().map(|step| step.map(str::to_owned).ok_or_else(Fault::null));
                values.push(segments.collect::<Result<_, _>>().map(Value::Path));
                if lay(rest, left, v2, values).is_some() {
                    return Some(());
                }
                values.truncate(before);
            }
            None
        }
    }
}

fn request(world: &World, asked: Asked<'_>) -> Value {
    let path = match asked.method {
        Method::List => asked.path.rsplit_once('/').map_or("", |(collection, _)| collection),
        _ => asked.path,
    };
    let Value::Map(mut request) = Value::map([
        ("auth", world.auth.clone()),
        ("method", Value::text(asked.method.name())),
        ("path", Value::Path(full(path))),
        ("time", Value::Time(world.now)),
        ("headers", Value::map([])),
    ]) else {
        return Value::Null;
    };
    match asked.method {
        Method::Get => {}
        Method::List => {
            let query = Value::map([
                ("limit", Value::Int(1)),
                ("offset", Value::Int(0)),
                ("orderBy", Value::map([])),
            ]);
            request.insert("query".to_owned(), query);
        }
        Method::Delete => drop(request.insert("resource".to_owned(), Value::Null)),
        Method::Create | Method::Update => {
            let sent = match asked.sent {
                Some(sent) => document_value(asked.path, sent.clone()),
                None => Value::Unknown(Unknown {
                    may: Outcomes::EITHER,
                    on: Sources::SENT,
                    symbol: Symbol::Document,
                }),
            };
            request.insert("resource".to_owned(), sent);
        }
    }
    Value::Map(request)
}

fn resource(world: &World, asked: Asked<'_>) -> Value {
    match asked.method {
        Method::Create => Value::Null,
        Method::List => Value::map([("data", Value::Map(asked.pinned.clone()))]),
        Method::Get | Method::Update | Method::Delete => document_value(asked.path, world.stored.clone()),
    }
}

struct Around<'w> {
    world: &'w World,
    asked: Asked<'w>,
}

impl Documents for Around<'_> {
    fn read(&self, path: &[String], after: bool) -> Found {
        let path = path.join("/");
        let Asked { method, path: own, sent, .. } = self.asked;
        if path == own && after && !method.is_read() {
            return match (method, sent) {
                (Method::Delete, _) => Found::Nothing,
                (_, Some(sent)) => Found::Document(document_value(&path, sent.clone())),
                (_, None) => Found::Document(Value::Unknown(Unknown {
                    may: Outcomes::EITHER,
                    on: Sources::SENT,
                    symbol: Symbol::Document,
                })),
            };
        }
        if path == own && method != Method::Create {
            return Found::Document(document_value(&path, self.world.stored.clone()));
        }
        if path == own {
            return Found::Nothing;
        }
        let found = self.world.others.get(&path);
        found.map_or(Found::Nothing, |data| Found::Document(document_value(&path, data.clone())))
    }
}
