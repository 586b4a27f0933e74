//! A policy trusts what users write about themselves.
//!
//! `user_metadata` (`raw_user_meta_data`) is filled by the sign-up call and changed by
//! `supabase.auth.updateUser` in the browser. A policy that reads a role or a tenant from it lets
//! every user choose theirs.
//!
//! ## Fix
//!
//! Keep roles in `app_metadata`, which only the server can write, or in a table of their own:
//! ```sql
//! alter policy "admins" on public.orders
//!   using (((select auth.jwt()) -> 'app_metadata' ->> 'role') = 'admin');
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/database-advisors?lint=0015_rls_references_user_metadata>

use super::{Project, at};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Policy, Relation, Topics, reads_user_metadata},
    finding::{Confidence, Finding, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/user-metadata-in-policy",
    title: "a policy trusts user_metadata",
    station: Station::Supabase,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Database(judge),
    source: include_str!("user_metadata_in_policy.rs"),
};

const TOPICS: Topics =
    Topics { rls: false, policies: true, grants: false, relations: false, functions: true, buckets: false };

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let mut findings = Vec::new();
    for table in project.exposed_tables() {
        for policy in table.policies.iter().filter(|policy| policy.permissive) {
            if let Some(through) = reads(&project, policy) {
                findings.push(finding(table, policy, through.as_deref()));
            }
        }
    }
    project.conclude(findings, None, TOPICS)
}

/// Directly (`Some(None)`), or in a function the policy calls.
fn reads(project: &Project<'_>, policy: &Policy) -> Option<Option<String>> {
    if policy.conditions().any(|condition| condition.reads_user_metadata()) {
        return Some(None);
    }
    let functions = &project.catalogue.functions;
    let suspects = functions.iter().filter(|function| reads_user_metadata(&function.body));
    let called = suspects.map(|function| function.name.name.clone()).find(|name| {
        policy.conditions().any(|condition| {
            let mut calls = false;
            condition.expr.walk(&mut |part| {
                calls |= matches!(part, crate::engine::sql::Expr::Call { name: called, .. }
                    if called.rsplit('.').next() == Some(name));
            });
            calls
        })
    });
    called.map(Some)
}

fn finding(table: &Relation, policy: &Policy, through: Option<&str>) -> Finding {
    let name = &table.name;
    let by = through.map(|function| format!(" through {function}()")).unwrap_or_default();
    let text = policy.conditions().next().map(|condition| condition.text.clone()).unwrap_or_default();
    Finding::new(format!(
        "policy \"{}\" on {name} trusts user_metadata{by}, which every user can write",
        policy.name
    ))
    .at(at(&policy.origin))
    .evidence("condition", text)
    .evidence("attack", "supabase.auth.updateUser({ data: { … } })")
    .key(format!("{name} {}", policy.name))
    .fix("Read the claim from app_metadata, or from a table that users cannot write.")
}
