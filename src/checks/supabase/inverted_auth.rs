//! A policy lets in exactly those who should be kept out.
//!
//! `auth.uid() is null` is true for visitors who are not signed in, and `auth.uid() <> user_id` for
//! everybody but the owner. Almost always the opposite was meant: the tests of the signed-in owner
//! pass or fail loudly, and nobody tests as a stranger.
//!
//! ## Fix
//!
//! ```sql
//! alter policy "signed in" on public.orders using ((select auth.uid()) is not null);
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/postgres/row-level-security#authuid>

use super::{ACCESS, Project, at};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Command, Inversion, Policy, Relation},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/inverted-auth",
    title: "a policy's test of the user is inverted",
    station: Station::Supabase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("inverted_auth.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for table in project.exposed_tables().filter(|table| table.rls.enabled) {
        for policy in table.policies.iter().filter(|policy| policy.permissive) {
            let found =
                policy.conditions().find_map(|one| one.inverted().map(|how| (how, one.text.as_str())));
            let Some((inversion, text)) = found else { continue };
            match project.sure(table, ACCESS) {
                Ok(()) => findings.push(finding(&project, table, policy, inversion, text)),
                Err(miss) => unclear = Some(miss),
            }
        }
    }
    project.conclude(findings, unclear, ACCESS)
}

fn finding(
    project: &Project<'_>,
    table: &Relation,
    policy: &Policy,
    inversion: Inversion,
    text: &str,
) -> Finding {
    let (who, not) = match inversion {
        Inversion::OnlyAnonymous => {
            ("visitors who are not signed in", "(select auth.uid()) is not null".to_owned())
        }
        Inversion::AllButOwner => (
            "every signed-in user but the owner",
            format!("(select auth.uid()) = {}", table.owner_column().unwrap_or("user_id")),
        ),
    };
    let name = &table.name;
    let callers = crate::engine::sql::Caller::ALL;
    let writes = Command::WRITES
        .iter()
        .any(|command| callers.iter().any(|caller| policy.applies(*caller, *command, project.catalogue)));
    Finding::new(format!("policy \"{}\" on {name} lets in {who}: {text}", policy.name))
        .at(at(&policy.origin))
        .evidence("condition", text)
        .key(format!("{name} {}", policy.name))
        .severity(if writes { Severity::High } else { Severity::Medium })
        .fix("Turn the comparison round, then try it as a stranger.")
        .patch(Patch::Snippet {
            language: "sql".to_owned(),
            text: format!(
                "alter policy \"{}\" on {} using ({not});",
                policy.name.replace('"', "\"\""),
                table.name.quoted()
            ),
        })
}
