//! Other paths of a pattern than the typical one: those that the conditions single out.

use super::{
    super::{ast::Segment, witness},
    Harvest,
    world::VICTIM,
};

const MOST: usize = 12;

/// Paths that the pattern covers, with one variable each as a condition names it.
pub(crate) fn other_paths(pattern: &[Segment], harvest: &Harvest) -> Vec<String> {
    let composed = [format!("{VICTIM}_bob"), format!("{VICTIM}-bob"), format!("bob_{VICTIM}")];
    let names: Vec<&str> = harvest.names.iter().chain(&composed).map(String::as_str).collect();
    let mut paths = Vec::new();
    for name in names.into_iter().filter(|name| is_id(name)) {
        for (at, segment) in pattern.iter().enumerate().rev() {
            if paths.len() >= MOST {
                return paths;
            }
            if !matches!(segment, Segment::Capture(_)) {
                continue;
            }
            let mut pattern = pattern.to_vec();
            pattern[at] = Segment::Literal(name.to_owned());
            paths.extend(witness::document(&pattern));
        }
    }
    paths
}

/// May a document or a collection have this name?
fn is_id(name: &str) -> bool {
    !name.is_empty()
        && name.len() < 200
        && !name.contains('/')
        && !matches!(name, "." | "..")
        && !name.starts_with("__")
}
