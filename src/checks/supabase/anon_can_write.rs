//! Anybody can write rows, without signing in.
//!
//! The policies of the table let the role `anon` change every row, or add rows without limit. The
//! usual cause is a policy meant for the server (`"service role can do everything" using (true)`):
//! the service role passes by row level security anyway, and without `TO service_role` the policy
//! is for everybody.
//!
//! ## Fix
//!
//! Drop the policy, and bind what users may do to their own rows:
//! ```sql
//! drop policy "service role can do everything" on public.orders;
//! create policy "owner can update" on public.orders for update to authenticated
//!   using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/postgres/row-level-security>
//! - <https://supabase.com/docs/guides/database/database-advisors?lint=0024_permissive_rls_policy>

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
    id: "supabase/anon-can-write",
    title: "anybody can write rows without signing in",
    station: Station::Supabase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Database(judge),
    source: include_str!("anon_can_write.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for table in project.exposed_tables() {
        let mut opened = project.opened(table, Caller::Anonymous);
        opened.retain(|(command, _)| *command != Command::Select);
        unclear = unclear.or_else(|| project.not_understood(table, Caller::Anonymous, &Command::WRITES));
        if opened.is_empty() {
            continue;
        }
        match project.sure(table, ACCESS) {
            Ok(()) => findings.push(finding(table, &opened)),
            Err(miss) => unclear = Some(miss),
        }
    }
    project.conclude(findings, unclear, ACCESS)
}

fn finding(table: &Relation, opened: &[(Command, Reach<'_>)]) -> Finding {
    let commands: Vec<Command> = opened.iter().map(|(command, _)| *command).collect();
    let (name, (policies, places)) = (&table.name, openers(opened));
    let what = if commands == [Command::Insert] { "rows into" } else { "every row of" };
    Finding::new(format!("anyone on the internet can {} {what} {name}: policy {policies}", verbs(&commands)))
        .places(places)
        .evidence("request", request(Caller::Anonymous, commands[0], table))
        .key(name.to_string())
        .severity(severity(table, &commands))
        .fix(format!("Drop the policy and allow on {name} only what the signed-in owner of a row may do."))
        .patch(Patch::Snippet { language: "sql".to_owned(), text: replace_policies(table, opened) })
}

/// A form that anybody may fill in needs INSERT for everybody; nothing needs UPDATE or DELETE.
fn severity(table: &Relation, commands: &[Command]) -> Severity {
    if commands.iter().any(|command| *command != Command::Insert) || table.name.schema == "storage" {
        Severity::Critical
    } else if !table.privileged_columns().is_empty() {
        Severity::High
    } else if table.owner_column().is_some() {
        Severity::Medium
    } else {
        Severity::Low
    }
}
