//! A table of tenants' rows with a time has no index that begins with the tenant.
//!
//! Every page that lists a tenant's latest rows, and every row level security policy on the column, then
//! reads the whole table. It is fast in a test and slow for the first large customer.
//!
//! ## Fix
//!
//! Add an index in the order in which rows are asked for:
//! ```sql
//! create index on events (tenant_id, created_at desc);
//! ```

use super::tables;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/tenant-index-missing",
    title: "a tenant's rows are searched one by one",
    station: Station::Ops,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("tenant_index_missing.rs"),
};

const TENANTS: &[&str] =
    &["tenant_id", "organization_id", "organisation_id", "org_id", "workspace_id", "team_id", "company_id"];

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let (catalogue, keys) = match tables(database) {
        Ok(read) => read,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut concerned) = (Vec::new(), false);
    for relation in catalogue.relations.values().filter(|relation| super::is_own_table(relation)) {
        let table = relation.name.name.as_str();
        let tenant = TENANTS.iter().find(|column| relation.column(column).is_some());
        let Some(tenant) = tenant.filter(|_| relation.column("created_at").is_some()) else { continue };
        concerned = true;
        if !keys.begins(table, tenant) {
            let sql = format!("create index on {} ({tenant}, created_at desc);", relation.name.quoted());
            findings.push(
                Finding::new(format!("no index of {table} begins with {tenant}"))
                    .at(Place::file(relation.origin.file.clone(), relation.origin.line))
                    .key(table)
                    .fix(format!("add an index on {table} ({tenant}, created_at)"))
                    .patch(super::migration(&sql)),
            );
        }
    }
    super::decided(findings, concerned, keys.made_by_code, "no table with a tenant and a time")
}
