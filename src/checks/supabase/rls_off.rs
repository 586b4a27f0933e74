//! A table in an exposed schema has no row level security.
//!
//! Supabase serves every table of `public` over HTTP, and the key that opens that door is in the
//! app. Without row level security the grants alone decide, and by default they give the roles
//! `anon` and `authenticated` everything: anybody can download, change and delete all rows.
//!
//! ## Fix
//!
//! Switch it on, then allow what the app needs:
//! ```sql
//! alter table public.orders enable row level security;
//! create policy "owner can select" on public.orders
//!   for select to authenticated using ((select auth.uid()) = user_id);
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/postgres/row-level-security>
//! - <https://supabase.com/docs/guides/database/database-advisors?lint=0013_rls_disabled_in_public>

use super::{ACCESS, Project, at, request, verbs};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Command, Relation, RelationKind},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/rls-off",
    title: "a table is served without row level security",
    station: Station::Supabase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Database(judge),
    source: include_str!("rls_off.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for table in project.exposed(RelationKind::Table).filter(|table| !table.rls.enabled) {
        // With policies, or switched off later, it is the more telling check that speaks.
        if !table.policies.is_empty() || table.rls.switches.iter().any(|(_, on)| *on) {
            continue;
        }
        let Some(finding) = finding(&project, table) else { continue };
        match project.sure(table, ACCESS) {
            Ok(()) => findings.push(finding),
            Err(miss) => unclear = Some(miss),
        }
    }
    // Nothing is known of a table that was made by hand.
    unclear = unclear.or_else(|| project.catalogue.foreign().map(super::miss));
    project.conclude(findings, unclear, ACCESS)
}

/// What is open about a table without row level security; `None` where nothing is granted.
pub(super) fn finding(project: &Project<'_>, table: &Relation) -> Option<Finding> {
    let (caller, commands) = Caller::ALL.into_iter().find_map(|caller| {
        let commands: Vec<Command> =
            project.commands(table, caller).into_iter().map(|(command, _)| command).collect();
        (!commands.is_empty()).then_some((caller, commands))
    })?;
    let personal = table.personal_columns();
    let writes = commands.iter().any(|command| *command != Command::Select);
    let severity = match (caller, writes || !personal.is_empty()) {
        (Caller::Anonymous, true) => Severity::Critical,
        (Caller::Stranger, true) => Severity::High,
        // Granted for reading only: somebody thought about it.
        (_, false) => Severity::Low,
    };
    let first =
        if writes { commands.iter().copied().find(|command| *command != Command::Select) } else { None };
    let name = &table.name;
    let mut finding = Finding::new(format!(
        "{} can {} every row of {name}: row level security is off",
        caller.words(),
        verbs(&commands)
    ))
    .at(at(&table.origin))
    .evidence("request", request(caller, Command::Select, table))
    .key(name.to_string())
    .severity(severity)
    .fix(format!(
        "Switch row level security on for {name} and add a policy for each thing the app does with it."
    ))
    .patch(Patch::Snippet {
        language: "sql".to_owned(),
        text: format!(
            "alter table {} enable row level security;\n{}",
            name.quoted(),
            super::owner_policy(table, Command::Select)
        ),
    });
    if let Some(write) = first {
        finding = finding.evidence("request", request(caller, write, table));
    }
    if !personal.is_empty() {
        finding = finding.evidence("columns", personal.join(", "));
    }
    Some(finding)
}
