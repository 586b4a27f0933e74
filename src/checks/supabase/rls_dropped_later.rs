//! A later migration switched row level security off again.
//!
//! The table was protected, and a migration took the protection away, often to make something work
//! on a Friday. Earlier migrations still look safe when they are read one by one; what counts is
//! the state after the last one.
//!
//! ## Fix
//!
//! Switch it on again in a new migration, and write the policy that was missing:
//! ```sql
//! alter table public.orders enable row level security;
//! ```
//!
//! ## References
//!
//! - <https://www.postgresql.org/docs/current/sql-altertable.html>

use super::{ACCESS, Project, at, rls_off};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::RelationKind,
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/rls-dropped-later",
    title: "row level security was switched off again",
    station: Station::Supabase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Database(judge),
    source: include_str!("rls_dropped_later.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for table in project.exposed(RelationKind::Table).filter(|table| !table.rls.enabled) {
        let Some((on, _)) = table.rls.switches.iter().rev().find(|(_, on)| *on) else { continue };
        let (Some((off, _)), Some(open)) = (table.rls.switches.last(), rls_off::finding(&project, table))
        else {
            continue;
        };
        let name = &table.name;
        let finding = Finding::new(format!("row level security of {name} was switched off again in {off}"))
            .at(at(off))
            .at(at(on))
            .evidence("effect", open.message)
            .key(name.to_string())
            .severity(open.severity.unwrap_or(Severity::Critical))
            .root("supabase/rls-off")
            .fix(format!("Switch row level security on again for {name} in a new migration."))
            .patch(Patch::Snippet {
                language: "sql".to_owned(),
                text: format!("alter table {} enable row level security;", name.quoted()),
            });
        match project.sure(table, ACCESS) {
            Ok(()) => findings.push(finding),
            Err(miss) => unclear = Some(miss),
        }
    }
    project.conclude(findings, unclear, ACCESS)
}
