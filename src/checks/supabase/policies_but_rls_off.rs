//! A table has policies, but row level security was never switched on.
//!
//! Policies do nothing until `ENABLE ROW LEVEL SECURITY` is run on their table. Somebody wrote
//! down who may see what, and the database ignores it: the table is as open as its grants.
//!
//! ## Fix
//!
//! ```sql
//! alter table public.orders enable row level security;
//! ```
//!
//! ## References
//!
//! - <https://www.postgresql.org/docs/current/ddl-rowsecurity.html>
//! - <https://supabase.com/docs/guides/database/database-advisors?lint=0007_policy_exists_rls_disabled>

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
    id: "supabase/policies-but-rls-off",
    title: "policies exist but row level security is off",
    station: Station::Supabase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Database(judge),
    source: include_str!("policies_but_rls_off.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for table in project.exposed(RelationKind::Table).filter(|table| !table.rls.enabled) {
        let never_on = table.rls.switches.iter().all(|(_, on)| !on);
        let (Some(first), true) = (table.policies.first(), never_on) else { continue };
        let Some(open) = rls_off::finding(&project, table) else { continue };
        let name = &table.name;
        let count = table.policies.len();
        let policies =
            if count == 1 { "1 policy that does".to_owned() } else { format!("{count} policies that do") };
        let finding =
            Finding::new(format!("{name} has {policies} nothing: row level security was never switched on"))
                .at(at(&first.origin))
                .at(at(&table.origin))
                .evidence("policy", format!("\"{}\"", first.name))
                .evidence("effect", open.message)
                .key(name.to_string())
                .severity(open.severity.unwrap_or(Severity::Critical))
                .root("supabase/rls-off")
                .fix(format!("Switch row level security on for {name}; its policies then take effect."))
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
