//! A view shows rows past row level security.
//!
//! A view reads with the rights of its owner, who is not subject to row level security, unless it
//! is created with `security_invoker`. Granted to the API's roles, it shows everybody what the
//! policies of its tables hide.
//!
//! ## Fix
//!
//! ```sql
//! alter view public.order_totals set (security_invoker = on);
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/database-advisors?lint=0010_security_definer_view>
//! - <https://www.postgresql.org/docs/current/sql-createview.html>

use super::{ACCESS, Project, at, request};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Command, Held, Name, Relation, RelationKind, grants, reach},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/definer-view",
    title: "a view shows rows past row level security",
    station: Station::Supabase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("definer_view.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for view in project.exposed(RelationKind::View) {
        let Some(definition) = view.view.as_ref().filter(|definition| !definition.security_invoker) else {
            continue;
        };
        let caller = Caller::ALL
            .into_iter()
            .find(|caller| grants(project.catalogue, view, *caller, Command::Select) != Held::Nothing);
        let Some(caller) = caller else { continue };
        let hidden: Vec<&Name> =
            definition.reads.iter().filter(|table| hides(&project, table, caller)).collect();
        if hidden.is_empty() {
            continue;
        }
        match project.sure(view, ACCESS) {
            Ok(()) => findings.push(finding(view, caller, &hidden)),
            Err(miss) => unclear = Some(miss),
        }
    }
    project.conclude(findings, unclear, ACCESS)
}

/// Does row level security hide rows of this table from the caller? (`auth.users` has a check of
/// its own.)
fn hides(project: &Project<'_>, table: &Name, caller: Caller) -> bool {
    project.catalogue.relations.get(table).is_some_and(|relation| {
        relation.name.schema != "auth"
            && relation.rls.enabled
            && !reach(project.catalogue, relation, caller, Command::Select).is_open()
    })
}

fn finding(view: &Relation, caller: Caller, hidden: &[&Name]) -> Finding {
    let name = &view.name;
    let tables = hidden.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let personal = view.personal_columns();
    let with = if personal.is_empty() { String::new() } else { format!(" with {}", personal.join(", ")) };
    Finding::new(format!(
        "the view {name} shows {} rows of {tables}{with} that row level security hides: it lacks security_invoker",
        caller.words()
    ))
    .at(at(&view.origin))
    .evidence("request", request(caller, Command::Select, view))
    .key(name.to_string())
    .severity(if personal.is_empty() { Severity::Medium } else { Severity::High })
    .fix(format!("Make {name} read with the rights of the caller, or revoke it from anon and authenticated."))
    .patch(Patch::Snippet {
        language: "sql".to_owned(),
        text: format!("alter view {} set (security_invoker = on);", name.quoted()),
    })
}
