//! Looks for credentials in the tree, the history and what a site hands to its visitors.

mod accept;
mod bases;
pub(super) mod bundle;
mod collect;
mod commits;
mod graph;
mod history;
mod objects;
mod part;
mod piece;
mod references;
mod repository;
mod revision;
mod sift;
mod staged;
mod text;
mod tree;
mod unpack;
mod walk;

use self::{collect::Collector, repository::Repository};
use super::Local;
use crate::{
    plan::{Part, Touch},
    seen::{Fact, Leaks, Miss, Observations, Seen, THE_REPOSITORY},
};

/// Everything found. What could not be looked at is said in `missed`, and aborts nothing.
pub(super) fn observe(files: &Local, history: bool, part: Option<&Part>) -> Seen<Leaks> {
    let root = match files.inside(std::path::Path::new("")) {
        Ok(root) => root,
        Err(miss) => return Seen::Missed(miss),
    };
    let mut collector = Collector::default();
    let mut leaks = Leaks::default();
    let repository = match Repository::open(&root) {
        Ok(repository) => repository,
        Err(miss) => {
            leaks.missed.push(miss);
            None
        }
    };
    if !matches!(part, Some(Part::Range(_) | Part::Staged)) {
        leaks.tree = tree::scan(files, &root, repository.as_ref(), &mut collector, &mut leaks.missed);
    }
    let missed = &mut leaks.missed;
    match (&repository, part) {
        (Some(repository), Some(Part::Staged)) => {
            leaks.tree = staged::scan(files, repository, &mut collector, missed);
        }
        (Some(repository), Some(Part::Range(range))) => {
            let which = part::Which::Range(range);
            leaks.history = Some(part::scan(files, repository, &which, &mut collector, missed));
        }
        (Some(repository), Some(Part::Since(moment))) => {
            let which = part::Which::Since(moment.as_second());
            leaks.history = Some(part::scan(files, repository, &which, &mut collector, missed));
        }
        (Some(repository), None) if history => {
            leaks.history = Some(history::scan(files, repository, &mut collector, missed));
        }
        // A history that was asked for and is not found must not look like a clean one.
        (None, _) if (history || part.is_some()) && missed.is_empty() => {
            missed.push(Miss::Unsupported("the git history: no repository could be opened".to_owned()));
        }
        _ => {}
    }
    leaks.leaks = collector.finish();
    accept::accept(&mut leaks.leaks, &accept::accepted(files));
    leaks.missed.sort();
    leaks.missed.dedup();
    Seen::Got(leaks)
}

/// What client code says of its projects becomes part of the repository's environments.
pub(super) fn share_facts(observations: &mut Observations) {
    let found = observations.leaks.values().filter_map(|leaks| leaks.as_ref().ok());
    let facts: Vec<Fact> = found.flat_map(|leaks| leaks.facts.iter().cloned()).collect();
    if let Some(Seen::Got(environments)) = observations.environments.get_mut(THE_REPOSITORY) {
        // The values were compared among themselves alone.
        let taken = environments.facts.iter().map(|fact| fact.class).max().unwrap_or(0);
        let numbered = facts.into_iter().zip(taken + 1..);
        environments.facts.extend(numbered.map(|(fact, class)| Fact { class, ..fact }));
    }
}

pub(super) fn touches(history: bool) -> Vec<Touch> {
    let file = |path: &str, why: &str| Touch::File { path: path.into(), why: why.into() };
    let mut touches = vec![
        file("**/*", "credentials in files that git does not ignore"),
        file(".git/index", "files that git tracks although it ignores them"),
    ];
    if history {
        touches.push(file(".git/objects/**", "credentials in the history"));
    }
    touches
}
