//! A policy looks like a condition and is always true.
//!
//! `… or true`, `1 = 1`, or a column compared with itself: whoever wrote it believed that it limits
//! something. It lets every row through, for everybody the policy is for.
//!
//! ## Fix
//!
//! Say what was meant; where everybody is meant, say `using (true)` so that readers see it:
//! ```sql
//! alter policy "owner or admin" on public.orders using ((select auth.uid()) = user_id);
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/database-advisors?lint=0024_permissive_rls_policy>

use super::{ACCESS, Project, at};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Command, Policy, Relation},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/policy-always-true",
    title: "a policy's condition is always true",
    station: Station::Supabase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Database(judge),
    source: include_str!("policy_always_true.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for table in project.exposed_tables() {
        for policy in table.policies.iter().filter(|policy| policy.permissive) {
            let hollow = policy
                .conditions()
                .find(|condition| condition.is_disguised_tautology(table, project.catalogue));
            let Some(hollow) = hollow else { continue };
            match project.sure(table, ACCESS) {
                Ok(()) => findings.extend(finding(&project, table, policy, &hollow.text)),
                Err(miss) => unclear = Some(miss),
            }
        }
    }
    project.conclude(findings, unclear, ACCESS)
}

fn finding(project: &Project<'_>, table: &Relation, policy: &Policy, text: &str) -> Option<Finding> {
    let caller = Caller::ALL.into_iter().find(|caller| {
        Command::ALL.iter().any(|command| policy.applies(*caller, *command, project.catalogue))
    })?;
    let name = &table.name;
    let writes = Command::WRITES.iter().any(|command| policy.applies(caller, *command, project.catalogue));
    let finding = Finding::new(format!(
        "policy \"{}\" on {name} is always true and lets {} through: {text}",
        policy.name,
        caller.words()
    ))
    .at(at(&policy.origin))
    .evidence("condition", text)
    .key(format!("{name} {}", policy.name))
    .severity(if writes { Severity::Critical } else { Severity::High })
    .fix("Replace the condition by what was meant, or by a plain true where everybody is meant.")
    .patch(Patch::Snippet {
        language: "sql".to_owned(),
        text: format!(
            "alter policy \"{}\" on {} using ((select auth.uid()) = {});",
            policy.name.replace('"', "\"\""),
            name.quoted(),
            table.owner_column().unwrap_or("user_id")
        ),
    });
    Some(finding)
}
