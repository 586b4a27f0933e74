//! Any signed-in user can change the rows of others.
//!
//! The policy asks whether somebody is signed in and not whose row it is. Anybody who signs up can
//! rewrite or delete what all others have stored, or add rows in their name.
//!
//! ## Fix
//!
//! Bind writing to the owner, in `using` and in `with check`:
//! ```sql
//! create policy "owner can update" on public.orders for update to authenticated
//!   using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/postgres/row-level-security>

use super::{ACCESS, Project, openers, replace_policies, request, verbs};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Command, Reach, Relation},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/any-user-can-write",
    title: "any signed-in user can change all rows",
    station: Station::Supabase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Database(judge),
    source: include_str!("any_user_can_write.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for table in project.exposed_tables() {
        let by_anybody: Vec<Command> =
            project.opened(table, Caller::Anonymous).iter().map(|(command, _)| *command).collect();
        let mut opened = project.opened(table, Caller::Stranger);
        opened.retain(|(command, _)| *command != Command::Select && !by_anybody.contains(command));
        unclear = unclear.or_else(|| project.not_understood(table, Caller::Stranger, &Command::WRITES));
        let Some(finding) = finding(table, &opened) else { continue };
        match project.sure(table, ACCESS) {
            Ok(()) => findings.push(finding),
            Err(miss) => unclear = Some(miss),
        }
    }
    project.conclude(findings, unclear, ACCESS)
}

/// Adding rows is what signed-in users do; it is a fault where the row says whose it is.
fn finding(table: &Relation, opened: &[(Command, Reach<'_>)]) -> Option<Finding> {
    let commands: Vec<Command> = opened.iter().map(|(command, _)| *command).collect();
    let only_inserts = commands == [Command::Insert];
    let (severity, what) = match (only_inserts, table.owner_column()) {
        _ if commands.is_empty() => return None,
        (true, None) => return None,
        (true, Some(owner)) => {
            (Severity::Medium, format!("rows of others into {} ({owner} is not checked)", table.name))
        }
        (false, _) => (Severity::High, format!("every row of {}", table.name)),
    };
    let (name, (policies, places)) = (&table.name, openers(opened));
    let finding =
        Finding::new(format!("any signed-in user can {} {what}: policy {policies}", verbs(&commands)))
            .places(places)
            .evidence("request", request(Caller::Stranger, commands[0], table))
            .key(name.to_string())
            .severity(severity)
            .fix(format!("Bind writing to {name} to the owner of the row, in using and in with check."))
            .patch(Patch::Snippet { language: "sql".to_owned(), text: replace_policies(table, opened) });
    Some(finding)
}
