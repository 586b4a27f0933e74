//! Which `match` blocks a path falls into, and what their variables become.

use super::{
    ast::{Match, Segment},
    eval::Eval,
    fault::Fault,
    scope::Level,
    value::Value,
};

/// One step of the path of a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Step {
    Name(String),
    /// Any document of a listed collection: variables are null for it.
    AnyDocument,
    /// Any parents of a collection group: only a recursive wildcard covers them.
    AnyParents,
}

/// A block that covers the path, with everything in scope there.
#[derive(Clone)]
pub(super) struct Hit<'a> {
    pub(super) block: &'a Match,
    pub(super) levels: Vec<Level<'a>>,
    pub(super) captures: Vec<(usize, &'a str, Eval)>,
}

/// Ways of laying wildcards over one path that are tried, at most.
const MOST_TRIES: usize = 10_000;

pub(super) fn find<'a>(matches: &'a [Match], levels: &[Level<'a>], steps: &[Step], v2: bool) -> Vec<Hit<'a>> {
    find_counted(matches, levels, steps, v2).0
}

/// The same, with the ways of laying wildcards that were tried for it.
pub(super) fn find_counted<'a>(
    matches: &'a [Match],
    levels: &[Level<'a>],
    steps: &[Step],
    v2: bool,
) -> (Vec<Hit<'a>>, usize) {
    let mut search = Search { hits: Vec::new(), v2, tries: 0 };
    for block in matches.iter().filter(|block| could(&block.path, steps)) {
        search.block(block, levels.to_vec(), Vec::new(), steps);
    }
    (search.hits, search.tries)
}

struct Search<'a> {
    hits: Vec<Hit<'a>>,
    v2: bool,
    tries: usize,
}

/// Do the names at the beginning fit? Most blocks of a file do not cover a path.
fn could(pattern: &[Segment], steps: &[Step]) -> bool {
    for (at, segment) in pattern.iter().enumerate() {
        match (segment, steps.get(at)) {
            (Segment::Recursive(_), _) => return true,
            (Segment::Literal(text), Some(Step::Name(name))) if text == name => {}
            (Segment::Capture(_), Some(Step::Name(_) | Step::AnyDocument)) => {}
            _ => return false,
        }
    }
    true
}

type Captures<'a> = Vec<(usize, &'a str, Eval)>;

impl<'a> Search<'a> {
    fn block(
        &mut self,
        block: &'a Match,
        mut levels: Vec<Level<'a>>,
        captures: Captures<'a>,
        steps: &[Step],
    ) {
        let level = levels.len();
        levels.push(&block.functions);
        let mut ways = Vec::new();
        self.lay(&block.path, level, captures, steps, &mut ways);
        let mut granted = false;
        for (captures, rest) in ways {
            // One way is enough for the block itself; its inner blocks may need another.
            if rest.is_empty() && !granted {
                granted = true;
                self.hits.push(Hit { block, levels: levels.clone(), captures: captures.clone() });
            }
            for inner in block.matches.iter().filter(|inner| could(&inner.path, rest)) {
                self.block(inner, levels.clone(), captures.clone(), rest);
            }
        }
    }

    fn lay<'s>(
        &mut self,
        pattern: &'a [Segment],
        level: usize,
        mut captures: Captures<'a>,
        steps: &'s [Step],
        ways: &mut Vec<(Captures<'a>, &'s [Step])>,
    ) {
        self.tries += 1;
        if self.tries > MOST_TRIES {
            return;
        }
        let Some((segment, pattern)) = pattern.split_first() else {
            ways.push((captures, steps));
            return;
        };
        match segment {
            Segment::Recursive(name) => {
                let least = usize::from(!self.v2);
                for taken in (least..=steps.len()).rev() {
                    let (covered, rest) = steps.split_at(taken);
                    let mut captures = captures.clone();
                    captures.push((level, name, path_of(covered)));
                    self.lay(pattern, level, captures, rest, ways);
                }
            }
            Segment::Literal(text) => {
                if let Some((Step::Name(name), rest)) = steps.split_first()
                    && name == text
                {
                    self.lay(pattern, level, captures, rest, ways);
                }
            }
            Segment::Capture(name) => {
                let Some((step, rest)) = steps.split_first() else { return };
                let value = match step {
                    Step::Name(text) => Ok(Value::text(text)),
                    Step::AnyDocument => Err(Fault::null()),
                    Step::AnyParents => return,
                };
                captures.push((level, name, value));
                self.lay(pattern, level, captures, rest, ways);
            }
        }
    }
}

fn path_of(steps: &[Step]) -> Eval {
    steps
        .iter()
        .map(|step| match step {
            Step::Name(name) => Ok(name.clone()),
            Step::AnyDocument | Step::AnyParents => Err(Fault::null()),
        })
        .collect::<Result<_, _>>()
        .map(Value::Path)
}
