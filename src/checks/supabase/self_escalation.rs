//! Users can change the column that gives them rights.
//!
//! A policy lets the owner of a row update it, and the row holds a role, a plan or a balance. Row
//! level security decides about rows, not columns: the owner may set `role = 'admin'`.
//!
//! ## Fix
//!
//! Grant the columns users may change, and no others:
//! ```sql
//! revoke update on public.profiles from anon, authenticated;
//! grant update (username, avatar_url) on public.profiles to authenticated;
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/postgres/column-level-security>

use super::{ACCESS, Project, at, request};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Command, Held, Needs, Policy, Relation, Truth, evaluate, reach},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/self-escalation",
    title: "users can raise their own rights",
    station: Station::Supabase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("self_escalation.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    // A trigger may put the column back; whether it does is not followed.
    for table in project.exposed_tables().filter(|table| table.rls.enabled && !table.guarded) {
        let Some((policy, columns)) = own_row_writable(&project, table) else { continue };
        match project.sure(table, ACCESS) {
            Ok(()) => findings.push(finding(table, policy, &columns)),
            Err(miss) => unclear = Some(miss),
        }
    }
    project.conclude(findings, unclear, ACCESS)
}

/// The policy that lets the owner update the row, and the privileged columns it reaches.
fn own_row_writable<'a>(project: &Project<'_>, table: &'a Relation) -> Option<(&'a Policy, Vec<&'a str>)> {
    let reached = reach(project.catalogue, table, Caller::Stranger, Command::Update);
    let mut columns = table.privileged_columns();
    match &reached.held {
        Held::Nothing => return None,
        Held::Columns(granted) => columns.retain(|column| granted.contains(*column)),
        Held::Whole => {}
    }
    let bound_to_owner = matches!(&reached.truth, Truth::Depends(needs) if needs.contains(&Needs::OWNER));
    if columns.is_empty() || !bound_to_owner {
        return None;
    }
    let policy = table.policies.iter().find(|policy| {
        policy.permissive
            && policy.applies(Caller::Stranger, Command::Update, project.catalogue)
            && policy.using.as_ref().is_some_and(|using| {
                matches!(evaluate(&using.expr, Caller::Stranger, table, project.catalogue),
                    Truth::Depends(needs) if needs.contains(&Needs::OWNER))
            })
    })?;
    // A check that names the column may well hold it still.
    let checked = policy.check.as_ref().map(|check| check.text.as_str()).unwrap_or_default();
    columns.retain(|column| !checked.contains(column));
    (!columns.is_empty()).then_some((policy, columns))
}

fn finding(table: &Relation, policy: &Policy, columns: &[&str]) -> Finding {
    let (name, list) = (&table.name, columns.join(", "));
    let harmless: Vec<String> = table
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .filter(|column| {
            !columns.contains(column) && *column != "id" && table.owner_column() != Some(*column)
        })
        .map(crate::engine::sql::quote_ident)
        .collect();
    let quoted = name.quoted();
    Finding::new(format!("every user can set {list} of their own row in {name}: policy \"{}\"", policy.name))
        .at(at(&policy.origin))
        .at(at(&table.origin))
        .evidence("request", request(Caller::Stranger, Command::Update, table))
        .key(name.to_string())
        .fix(format!("Grant update on the columns of {name} that users may change, without {list}."))
        .patch(Patch::Snippet {
            language: "sql".to_owned(),
            text: format!(
                "revoke update on {quoted} from anon, authenticated;\ngrant update ({}) on {quoted} to authenticated;",
                harmless.join(", ")
            ),
        })
}
