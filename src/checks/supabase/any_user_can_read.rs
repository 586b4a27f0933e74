//! Any signed-in user can read all rows.
//!
//! The policy asks whether somebody is signed in and not who. Signing up takes a minute, so this is
//! a public table with one more request: every user can read the data of all others.
//!
//! ## Fix
//!
//! Bind reading to the owner of the row or to a membership:
//! ```sql
//! create policy "owner can select" on public.orders
//!   for select to authenticated using ((select auth.uid()) = user_id);
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/postgres/row-level-security>

use super::{ACCESS, Project, openers, replace_policies, request};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Command, Reach, Relation},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/any-user-can-read",
    title: "any signed-in user can read all rows",
    station: Station::Supabase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("any_user_can_read.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for table in project.exposed_tables() {
        let mut opened = project.opened(table, Caller::Stranger);
        let writes_too = opened.len() > 1;
        opened.retain(|(command, _)| *command == Command::Select);
        unclear = unclear.or_else(|| project.not_understood(table, Caller::Stranger, &[Command::Select]));
        let open_to_all =
            project.opened(table, Caller::Anonymous).iter().any(|(command, _)| *command == Command::Select);
        let Some(finding) = (!opened.is_empty() && !open_to_all).then(|| finding(table, &opened)).flatten()
        else {
            continue;
        };
        match project.sure(table, ACCESS) {
            // The same table open for writing is the same fault, and the worse side of it.
            Ok(()) if writes_too => findings.push(finding.root("supabase/any-user-can-write")),
            Ok(()) => findings.push(finding),
            Err(miss) => unclear = Some(miss),
        }
    }
    project.conclude(findings, unclear, ACCESS)
}

/// A table without an owner and without personal data is shared among users on purpose.
fn finding(table: &Relation, opened: &[(Command, Reach<'_>)]) -> Option<Finding> {
    let personal = table.personal_columns();
    let (severity, with) = match (personal.is_empty(), table.owner_column()) {
        (false, _) => (Severity::High, format!(" with {}", personal.join(", "))),
        (true, Some(owner)) => (Severity::Low, format!(", whose rows belong to users by {owner}")),
        (true, None) => return None,
    };
    let (name, (policies, places)) = (&table.name, openers(opened));
    let finding =
        Finding::new(format!("any signed-in user can read every row of {name}{with}: policy {policies}"))
            .places(places)
            .evidence("request", request(Caller::Stranger, Command::Select, table))
            .key(name.to_string())
            .severity(severity)
            .fix(format!("Bind reading of {name} to the owner of the row or to a membership."))
            .patch(Patch::Snippet { language: "sql".to_owned(), text: replace_policies(table, opened) });
    Some(finding)
}
