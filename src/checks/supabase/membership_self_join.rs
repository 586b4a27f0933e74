//! Users can make themselves members.
//!
//! Policies of other tables ask a membership table who belongs to a team. If the policy of that
//! table only asks that the new row names the caller, every user can insert a membership in any
//! team, and then all the other policies let them in.
//!
//! ## Fix
//!
//! Let an existing member or the server add members:
//! ```sql
//! drop policy "join" on public.members;
//! create policy "owners add members" on public.members for insert to authenticated
//!   with check (public.is_team_owner(team_id));
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/postgres/row-level-security>

use super::{ACCESS, Project, at, request};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Command, Expr, Needs, Policy, Relation, Truth, reach},
    finding::{Confidence, Finding, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/membership-self-join",
    title: "users can make themselves members",
    station: Station::Supabase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("membership_self_join.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for table in project.exposed_tables().filter(|table| table.rls.enabled && !table.guarded) {
        let Some(group) = group_column(table) else { continue };
        let Some(trusting) = trusted_by(&project, table) else { continue };
        let inserts = reach(project.catalogue, table, Caller::Stranger, Command::Insert);
        if inserts.is_closed()
            || !matches!(&inserts.truth, Truth::Depends(needs) if needs.contains(&Needs::OWNER))
        {
            continue;
        }
        match project.sure(table, ACCESS) {
            Ok(()) => findings.push(finding(&project, table, group, trusting)),
            Err(miss) => unclear = Some(miss),
        }
    }
    project.conclude(findings, unclear, ACCESS)
}

/// The column that names the team: a foreign key to a table of the project.
fn group_column(table: &Relation) -> Option<&str> {
    let owner = table.owner_column()?;
    let groups = table.columns.iter().filter(|column| {
        column.name != owner
            && column.references.as_ref().is_some_and(|to| {
                to.schema != "auth" && !to.name.contains("user") && !to.name.contains("profile")
            })
    });
    groups.map(|column| column.name.as_str()).next()
}

/// A relation with a policy that asks this table.
fn trusted_by<'a>(project: &Project<'a>, table: &Relation) -> Option<&'a Relation> {
    let asking: Vec<&str> = project
        .catalogue
        .functions
        .iter()
        .filter(|function| {
            function.value.is_some() && function.looks_at_caller() && function.body.contains(&table.name.name)
        })
        .map(|function| function.name.name.as_str())
        .collect();
    let asks = |expr: &Expr| {
        let mut found = false;
        expr.walk(&mut |part| {
            found |= match part {
                Expr::Exists(query) | Expr::Query(query) => {
                    query.tables.iter().any(|source| source.table.last() == Some(&table.name.name))
                }
                Expr::Call { name, .. } => name.rsplit('.').next().is_some_and(|name| asking.contains(&name)),
                _ => false,
            };
        });
        found
    };
    let mut others = project.catalogue.relations.values().filter(|relation| relation.name != table.name);
    others.find(|relation| {
        let mut conditions = relation.policies.iter().flat_map(Policy::conditions);
        conditions.any(|condition| asks(&condition.expr))
    })
}

fn finding(project: &Project<'_>, table: &Relation, group: &str, trusting: &Relation) -> Finding {
    let name = &table.name;
    let policies = table.policies.iter();
    let places = policies
        .filter(|policy| policy.applies(Caller::Stranger, Command::Insert, project.catalogue))
        .map(|policy| at(&policy.origin));
    Finding::new(format!(
        "any signed-in user can insert a row of their own with any {group} into {name}, and policies of {} trust {name}",
        trusting.name
    ))
    .places(places)
    .evidence("request", request(Caller::Stranger, Command::Insert, table))
    .key(name.to_string())
    .fix(format!("Let only the server or a member who may invite others insert into {name}."))
}
