//! Two jobs that keep systems equal write the same field.
//!
//! Which value stays depends on which job ran last. A state that flips back some minutes later is the kind
//! of fault that nobody can reproduce.
//!
//! ## Fix
//!
//! Let one job own each field, or let both call one function that decides which source wins.

use std::collections::BTreeMap;

use super::{at, listed, sources};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{FieldWrite, Repository},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/sync-writes-overlap",
    title: "two jobs write the same field",
    station: Station::Ops,
    severity: Severity::Info,
    confidence: Confidence::Low,
    judge: Judge::Repository(judge),
    source: include_str!("sync_writes_overlap.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let mut writers: BTreeMap<(&str, &str), Vec<&FieldWrite>> = BTreeMap::new();
    for write in repository.operation.writes.iter().filter(|write| !is_bookkeeping(&write.field)) {
        let of = writers.entry((&write.store, &write.field)).or_default();
        if of.iter().all(|known| known.path != write.path) {
            of.push(write);
        }
    }
    writers.retain(|_, of| of.len() > 1);
    let findings = writers.iter().map(|((store, field), of)| {
        let paths: Vec<&str> = of.iter().map(|write| write.path.as_str()).collect();
        Finding::new(format!("`{field}` of {store} is written by {}", listed(&paths)))
            .places(of.iter().map(|write| at(&write.path, write.line)))
            .key(format!("{store} {field}"))
            .fix("let one job own the field, or decide in one function which source wins")
    });
    let findings = findings.take(20).collect();
    sources(
        repository,
        findings,
        !repository.operation.writes.is_empty(),
        "no job that keeps two systems equal was recognised",
    )
}

/// When and by whom something was written is everybody's to say.
fn is_bookkeeping(field: &str) -> bool {
    let lower = field.to_ascii_lowercase();
    [
        "id",
        "created",
        "updated",
        "synced",
        "last_",
        "lastsync",
        "modified",
        "error",
        "status_message",
        "metadata",
    ]
    .iter()
    .any(|word| lower == *word || lower.len() > 2 && word.len() > 2 && lower.contains(word))
}
