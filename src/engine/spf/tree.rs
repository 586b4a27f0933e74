//! The tree of lookups a record causes, and its true cost, also beyond the limit.

use std::collections::BTreeSet;

use super::{MAX_NAMES, Mechanism, Record, SyntaxError, parse_text, select};
use crate::seen::{Answer, Answers, Ask, Miss, Rr};

/// Deeper than any record that could still work.
const MAX_DEPTH: usize = 20;
/// Records and names looked at; a hostile tree must end.
const MAX_NODES: usize = 80;

/// One record and what it includes.
#[derive(Clone, Debug)]
pub struct Node {
    pub domain: String,
    /// The term that led here; empty at the root.
    pub via: String,
    pub fetched: Fetched,
    /// Terms of this record that cost a lookup.
    pub own: usize,
    /// Those among them that lead to no other record.
    pub others: Vec<String>,
    pub children: Vec<Node>,
}

#[derive(Clone, Debug)]
pub enum Fetched {
    /// The text and what it means.
    Record(String, Record),
    /// The name exists without an SPF record, or does not exist at all.
    Missing {
        exists: bool,
    },
    Multiple(Vec<String>),
    Broken(String, SyntaxError),
    Missed(Miss),
    /// The domain is already on the way here.
    Loop,
    /// The name depends on the mail (macros), or the tree grew too large.
    Unknown,
}

/// Everything reached from one domain's record.
#[derive(Clone, Debug)]
pub struct Tree {
    pub root: Node,
    /// Terms that cost a lookup, in the whole tree, if no mechanism matches before.
    pub lookups: usize,
    /// Names that were looked up in vain, each with the term that asks for them.
    pub voids: Vec<(String, String)>,
    /// `mx` terms with more hosts than a receiver will look at.
    pub crowded: Vec<(String, usize)>,
    /// Answers that were asked and did not come; the total may be higher.
    pub missed: Vec<Miss>,
    /// The tree is larger than it is followed; the total is higher.
    pub cut: bool,
    /// Questions whose answers the tree needs and does not have yet.
    pub wanted: BTreeSet<Ask>,
}

/// Builds the tree of `domain` from the answers so far.
pub fn tree(domain: &str, answers: &Answers) -> Tree {
    let mut builder = Builder { answers, sender: domain, nodes: 0, path: Vec::new(), tree: Found::default() };
    let root = builder.node(domain, "");
    let Found { lookups, voids, crowded, missed, cut, wanted } = builder.tree;
    Tree { root, lookups, voids, crowded, missed, cut, wanted }
}

impl Tree {
    /// All nodes, the root first.
    pub fn nodes(&self) -> Vec<&Node> {
        let mut found = Vec::new();
        let mut open = vec![&self.root];
        while let Some(node) = open.pop() {
            open.extend(node.children.iter().rev());
            found.push(node);
        }
        found
    }

    /// One line a term that costs lookups: depth as indentation, the term and what it costs with all
    /// below it; the domain and the total first.
    pub fn outline(&self) -> String {
        let mut lines = Vec::new();
        outline(&self.root, 0, &mut lines);
        lines.join("\n")
    }
}

impl Node {
    /// Lookups of this record and everything below it.
    pub fn total(&self) -> usize {
        self.own + self.children.iter().map(Node::total).sum::<usize>()
    }
}

fn outline(node: &Node, depth: usize, lines: &mut Vec<String>) {
    let state = match &node.fetched {
        Fetched::Record(..) => String::new(),
        Fetched::Missing { exists: true } => " (no SPF record)".to_owned(),
        Fetched::Missing { exists: false } => " (does not exist)".to_owned(),
        Fetched::Multiple(_) => " (several SPF records)".to_owned(),
        Fetched::Broken(..) => " (syntax error)".to_owned(),
        Fetched::Missed(miss) => format!(" ({miss})"),
        Fetched::Loop => " (loop)".to_owned(),
        Fetched::Unknown => " (not followed)".to_owned(),
    };
    let (what, cost) = if depth == 0 { (&node.domain, node.total()) } else { (&node.via, 1 + node.total()) };
    lines.push(format!("{}{cost:>2}  {what}{state}", "    ".repeat(depth)));
    let inside = "    ".repeat(depth + 1);
    lines.extend(node.others.iter().map(|term| format!("{inside} 1  {term}")));
    for child in &node.children {
        outline(child, depth + 1, lines);
    }
}

#[derive(Default)]
struct Found {
    lookups: usize,
    voids: Vec<(String, String)>,
    crowded: Vec<(String, usize)>,
    missed: Vec<Miss>,
    cut: bool,
    wanted: BTreeSet<Ask>,
}

struct Builder<'a> {
    answers: &'a Answers,
    sender: &'a str,
    nodes: usize,
    path: Vec<String>,
    tree: Found,
}

impl Builder<'_> {
    fn node(&mut self, domain: &str, via: &str) -> Node {
        let mut node = Node {
            domain: domain.to_owned(),
            via: via.to_owned(),
            fetched: Fetched::Unknown,
            own: 0,
            others: Vec::new(),
            children: Vec::new(),
        };
        if self.path.iter().any(|above| above == domain) {
            node.fetched = Fetched::Loop;
            return node;
        }
        self.nodes += 1;
        if self.nodes > MAX_NODES || self.path.len() >= MAX_DEPTH {
            self.tree.cut = true;
            return node;
        }
        node.fetched = self.fetch(domain);
        if let Fetched::Record(_, record) = &node.fetched {
            let record = record.clone();
            self.path.push(domain.to_owned());
            self.terms(&record, &mut node);
            self.path.pop();
        }
        node
    }

    fn fetch(&mut self, domain: &str) -> Fetched {
        let Some(answer) = self.ask(domain, Rr::Txt) else {
            let miss = self.answers.answer(domain, Rr::Txt).err().cloned();
            return Fetched::Missed(miss.unwrap_or(Miss::NotAsked));
        };
        match select(answer.records()).as_slice() {
            [] => Fetched::Missing { exists: !matches!(answer, Answer::NoName) },
            [one] => match parse_text(one) {
                Ok(record) => Fetched::Record((*one).to_owned(), record),
                Err(error) => Fetched::Broken((*one).to_owned(), error),
            },
            several => Fetched::Multiple(several.iter().map(|&record| record.to_owned()).collect()),
        }
    }

    fn terms(&mut self, record: &Record, node: &mut Node) {
        let domain = node.domain.clone();
        for (term, _, mechanism) in record.evaluated().filter(|(_, _, mechanism)| mechanism.looks_up()) {
            self.cost(node);
            // A hostile record has thousands of terms; their number is all that matters then.
            if self.nodes > MAX_NODES {
                self.tree.cut = true;
                continue;
            }
            if !matches!(mechanism, Mechanism::Include(_)) {
                node.others.push(term.text.clone());
            }
            match mechanism {
                Mechanism::Include(target) => {
                    let child = self.follow(target.fixed(&domain, self.sender), &term.text);
                    node.children.push(child);
                }
                Mechanism::Exists(target) => {
                    if let Some(name) = target.fixed(&domain, self.sender) {
                        self.address(&name, &term.text, false);
                    }
                }
                Mechanism::A { domain: target, .. } => {
                    if let Some(name) = self.named(target.as_ref(), &domain) {
                        self.address(&name, &term.text, true);
                    }
                }
                Mechanism::Mx { domain: target, .. } => {
                    if let Some(name) = self.named(target.as_ref(), &domain) {
                        self.hosts(&name, &term.text);
                    }
                }
                Mechanism::Ptr(_) | Mechanism::All | Mechanism::Ip4(..) | Mechanism::Ip6(..) => {}
            }
        }
        if let Some((term, target)) = record.redirect().filter(|_| record.all().is_none()) {
            self.cost(node);
            let child = self.follow(target.fixed(&domain, self.sender), &term.text);
            node.children.push(child);
        }
    }

    fn cost(&mut self, node: &mut Node) {
        node.own += 1;
        self.tree.lookups += 1;
    }

    fn follow(&mut self, name: Option<String>, via: &str) -> Node {
        match name {
            Some(name) => self.node(&name, via),
            None => Node {
                domain: via.to_owned(),
                via: via.to_owned(),
                fetched: Fetched::Unknown,
                own: 0,
                others: Vec::new(),
                children: Vec::new(),
            },
        }
    }

    fn named(&self, target: Option<&super::MacroString>, domain: &str) -> Option<String> {
        match target {
            Some(target) => target.fixed(domain, self.sender),
            None => Some(domain.to_owned()),
        }
    }

    /// A receiver asks for the sender's family only; void for certain is what has neither.
    fn address(&mut self, name: &str, term: &str, both: bool) {
        self.nodes += 1;
        let Some(v4) = self.ask(name, Rr::A) else { return };
        if v4.exists() {
            return;
        }
        if both && !matches!(v4, Answer::NoName) && self.ask(name, Rr::Aaaa).is_none_or(Answer::exists) {
            return;
        }
        self.tree.voids.push((name.to_owned(), term.to_owned()));
    }

    fn hosts(&mut self, name: &str, term: &str) {
        self.nodes += 1;
        let Some(hosts) = self.ask(name, Rr::Mx) else { return };
        match hosts.records().len() {
            0 => self.tree.voids.push((name.to_owned(), term.to_owned())),
            count if count > MAX_NAMES => self.tree.crowded.push((term.to_owned(), count)),
            _ => {}
        }
    }

    fn ask(&mut self, name: &str, rr: Rr) -> Option<&Answer<String>> {
        let ask = Ask::new(name, rr);
        match self.answers.answer(name, rr) {
            Ok(answer) => Some(answer),
            Err(miss) => {
                if self.answers.has(&ask) {
                    self.tree.missed.push(miss.clone());
                } else {
                    self.tree.wanted.insert(ask);
                }
                None
            }
        }
    }
}
