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
    engine::sql::{Condition, Expr, Policy, Relation, Topics, reads_user_metadata},
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
            if let Some(how) = reads(&project, policy) {
                findings.push(finding(table, policy, &how));
            }
        }
    }
    project.conclude(findings, None, TOPICS)
}

/// How the policy reads it: directly, or in a function it calls.
enum Reads {
    Directly,
    Through(String),
}

fn reads(project: &Project<'_>, policy: &Policy) -> Option<Reads> {
    if policy.conditions().any(Condition::reads_user_metadata) {
        return Some(Reads::Directly);
    }
    let functions = &project.catalogue.functions;
    let suspects = functions.iter().filter(|function| reads_user_metadata(&function.body));
    let mut names = suspects.map(|function| function.name.name.clone());
    names.find(|name| policy.conditions().any(|condition| calls(condition, name))).map(Reads::Through)
}

fn calls(condition: &Condition, function: &str) -> bool {
    let mut found = false;
    condition.expr.walk(&mut |part| {
        found |= matches!(part, Expr::Call { name, .. } if name.rsplit('.').next() == Some(function));
    });
    found
}

fn finding(table: &Relation, policy: &Policy, how: &Reads) -> Finding {
    let name = &table.name;
    let by = match how {
        Reads::Directly => String::new(),
        Reads::Through(function) => format!(" through {function}()"),
    };
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
