//! The users of the project are shown by a view.
//!
//! A view over `auth.users` in an exposed schema serves e-mail addresses, phone numbers and
//! metadata of all accounts to whoever may read the view.
//!
//! ## Fix
//!
//! Drop the view and keep what the app may show in a table with row level security:
//! ```sql
//! revoke all on public.users_view from anon, authenticated;
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/database-advisors?lint=0002_auth_users_exposed>

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
    id: "supabase/auth-users-exposed",
    title: "auth.users is shown by a view",
    station: Station::Supabase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("auth_users_exposed.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for view in project.exposed(RelationKind::View).chain(project.exposed(RelationKind::MaterializedView)) {
        let Some(definition) = &view.view else { continue };
        let reads_users =
            definition.reads.iter().any(|table| table.schema == "auth" && table.name == "users");
        let caller = Caller::ALL
            .into_iter()
            .find(|caller| grants(project.catalogue, view, *caller, Command::Select) != Held::Nothing);
        let (true, false, Some(caller)) = (reads_users, definition.security_invoker, caller) else {
            continue;
        };
        match project.sure(view, ACCESS) {
            Ok(()) => findings.push(finding(view, caller)),
            Err(miss) => unclear = Some(miss),
        }
    }
    project.conclude(findings, unclear, ACCESS)
}

fn finding(view: &Relation, caller: Caller) -> Finding {
    let name = &view.name;
    Finding::new(format!("the view {name} shows auth.users to {}", caller.words()))
        .at(at(&view.origin))
        .evidence("request", request(caller, Command::Select, view))
        .key(name.to_string())
        .fix(format!(
            "Revoke {name} from anon and authenticated, and keep public profiles in a table of their own."
        ))
        .patch(Patch::Snippet {
            language: "sql".to_owned(),
            text: format!("revoke all on {} from anon, authenticated;", name.quoted()),
        })
}
