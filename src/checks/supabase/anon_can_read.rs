//! Anybody can read all rows, without signing in.
//!
//! A policy lets the role `anon` read every row. That is right for a list of products and a leak
//! for a table with addresses, payments or tokens: whoever has the app has the key, and one request
//! downloads the table.
//!
//! ## Fix
//!
//! Bind reading to the owner, or show the public part through a view or column grants:
//! ```sql
//! drop policy "Enable read access for all users" on public.customers;
//! create policy "owner can select" on public.customers
//!   for select to authenticated using ((select auth.uid()) = user_id);
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/postgres/row-level-security>
//! - <https://supabase.com/docs/guides/database/postgres/column-level-security>

use super::{ACCESS, Project, openers, replace_policies, request};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Command, Held, Reach, Relation},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/anon-can-read",
    title: "anybody can read all rows without signing in",
    station: Station::Supabase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("anon_can_read.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for table in project.exposed_tables() {
        let mut opened = project.opened(table, Caller::Anonymous);
        let writes_too = opened.len() > 1;
        opened.retain(|(command, _)| *command == Command::Select);
        unclear = unclear.or_else(|| project.not_understood(table, Caller::Anonymous, &[Command::Select]));
        if opened.is_empty() {
            continue;
        }
        match project.sure(table, ACCESS) {
            // The same table open for writing is the same fault, and the worse side of it.
            Ok(()) if writes_too => findings.push(finding(table, &opened).root("supabase/anon-can-write")),
            Ok(()) => findings.push(finding(table, &opened)),
            Err(miss) => unclear = Some(miss),
        }
    }
    project.conclude(findings, unclear, ACCESS)
}

fn finding(table: &Relation, opened: &[(Command, Reach<'_>)]) -> Finding {
    let (name, (policies, places)) = (&table.name, openers(opened));
    let mut personal = table.personal_columns();
    if let Some((_, Reach { held: Held::Columns(granted), .. })) = opened.first() {
        personal.retain(|column| granted.contains(*column));
    }
    let with = if personal.is_empty() { String::new() } else { format!(" with {}", personal.join(", ")) };
    // Public lists are common and meant: without personal data it is said and costs nothing.
    let severity = match (personal.is_empty(), name.schema.as_str()) {
        (false, _) => Severity::High,
        (true, "storage") => Severity::Medium,
        (true, _) => Severity::Info,
    };
    Finding::new(format!("anyone on the internet can read every row of {name}{with}: policy {policies}"))
        .places(places)
        .evidence("request", request(Caller::Anonymous, Command::Select, table))
        .key(name.to_string())
        .severity(severity)
        .fix(format!("Bind reading of {name} to the owner of the row, or grant anon only the columns meant for the public."))
        .patch(Patch::Snippet { language: "sql".to_owned(), text: replace_policies(table, opened) })
}
