//! A materialised view is served by the Data API.
//!
//! Row level security does not exist for materialised views and foreign tables: what is in them is
//! shown whole to every role that may select from them, and by default that is everybody.
//!
//! ## Fix
//!
//! Move it out of the exposed schema, or revoke it:
//! ```sql
//! revoke all on public.daily_totals from anon, authenticated;
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/database-advisors?lint=0016_materialized_view_in_api>

use super::{ACCESS, Project, at, request};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Command, Held, Relation, RelationKind, grants},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/materialized-view-exposed",
    title: "a materialised view or foreign table is served whole",
    station: Station::Supabase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("materialized_view_exposed.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for view in
        project.exposed(RelationKind::MaterializedView).chain(project.exposed(RelationKind::ForeignTable))
    {
        let caller = Caller::ALL
            .into_iter()
            .find(|caller| grants(project.catalogue, view, *caller, Command::Select) != Held::Nothing);
        let Some(caller) = caller else { continue };
        match project.sure(view, ACCESS) {
            Ok(()) => findings.push(finding(view, caller)),
            Err(miss) => unclear = Some(miss),
        }
    }
    project.conclude(findings, unclear, ACCESS)
}

fn finding(view: &Relation, caller: Caller) -> Finding {
    let name = &view.name;
    let kind = if view.kind == RelationKind::ForeignTable { "foreign table" } else { "materialised view" };
    Finding::new(format!(
        "the {kind} {name} is shown whole to {}: row level security does not apply to it",
        caller.words()
    ))
    .at(at(&view.origin))
    .evidence("request", request(caller, Command::Select, view))
    .key(name.to_string())
    .fix(format!("Move {name} out of the exposed schema, or revoke it from anon and authenticated."))
    .patch(Patch::Snippet {
        language: "sql".to_owned(),
        text: format!("revoke all on {} from anon, authenticated;", name.quoted()),
    })
}
