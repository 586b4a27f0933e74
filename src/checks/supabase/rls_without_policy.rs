//! A table has row level security and no policy.
//!
//! Nobody but the service role and the owner can reach its rows. That is right for a table only the
//! server uses, and a broken feature for any other. Nothing is open, so this is information.
//!
//! ## Fix
//!
//! Leave it for a server-only table, better with its grants revoked as well; otherwise add the
//! policy that the app needs:
//! ```sql
//! revoke all on table public.job_queue from anon, authenticated;
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/database-advisors?lint=0008_rls_enabled_no_policy>

use super::{ACCESS, Project, at};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Command, Held, RelationKind, grants},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/rls-without-policy",
    title: "row level security without a policy",
    station: Station::Supabase,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("rls_without_policy.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for table in project.exposed(RelationKind::Table) {
        let dead = table.rls.enabled && table.policies.iter().all(|policy| !policy.permissive);
        let granted = Caller::ALL.into_iter().any(|caller| {
            let held = grants(project.catalogue, table, caller, Command::Select);
            held != Held::Nothing
        });
        if !dead || !granted {
            continue;
        }
        let name = &table.name;
        let finding =
            Finding::new(format!("{name} has row level security but no policy that lets anybody in"))
                .at(at(&table.origin))
                .key(name.to_string())
                .fix(format!(
                    "If only the server uses {name}, revoke its grants to say so; otherwise add a policy."
                ))
                .patch(Patch::Snippet {
                    language: "sql".to_owned(),
                    text: format!("revoke all on table {} from anon, authenticated;", name.quoted()),
                });
        match project.catalogue.may_be_worse(ACCESS) {
            None => findings.push(finding),
            Some(doubt) => unclear = Some(super::miss(doubt)),
        }
    }
    project.conclude(findings, unclear, ACCESS)
}
