//! Names of commits: a reference, an id or the beginning of one, and the steps back from it
//! (gitrevisions(7), as far as hooks and CI use it).

use gix::{ObjectId, prelude::FindExt as _};

use super::Repository;

/// Steps back that are taken.
const MOST: usize = 100_000;

/// `main`, `origin/main`, `HEAD~3`, `v1^2`, `1a2b3c4`; none if there is no such thing, or several.
pub(super) fn resolve(
    repository: &Repository,
    name: &str,
    mut parents: impl FnMut(ObjectId) -> Vec<ObjectId>,
) -> Option<ObjectId> {
    let end = name.find(['~', '^']).unwrap_or(name.len());
    let (base, mut steps) = name.split_at(end);
    let mut id = named(repository, if base == "@" { "HEAD" } else { base })?;
    while let Some(step) = steps.chars().next() {
        let digits = steps[1..].bytes().take_while(u8::is_ascii_digit).count();
        let count = if digits == 0 { 1 } else { steps[1..=digits].parse::<usize>().ok()? };
        steps = &steps[1 + digits..];
        match step {
            '~' if count <= MOST => {
                for _ in 0..count {
                    id = *parents(id).first()?;
                }
            }
            '^' if count > 0 => id = *parents(id).get(count - 1)?,
            '^' => {}
            _ => return None,
        }
    }
    Some(id)
}

fn named(repository: &Repository, name: &str) -> Option<ObjectId> {
    if name == "HEAD" {
        return repository.git.head_id().ok().map(gix::Id::detach);
    }
    if let Ok(id) = ObjectId::from_hex(name.as_bytes()) {
        return Some(id);
    }
    if let Ok(reference) = repository.git.find_reference(name) {
        return reference.into_fully_peeled_id().ok().map(gix::Id::detach);
    }
    let prefix = gix::hash::Prefix::from_hex(name).ok()?;
    let found = repository.git.objects.lookup_prefix(prefix, None).ok()??.ok()?;
    repository.git.objects.find(&found, &mut Vec::new()).ok().map(|_| found)
}
