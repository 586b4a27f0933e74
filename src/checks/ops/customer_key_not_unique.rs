//! The table of customers has no unique key on what names a customer at another system.
//!
//! Two events that arrive together make two rows for one `stripe_customer_id`. From then on one of them is
//! paid and the other is not, and it depends on the query which one the product sees.
//!
//! ## Fix
//!
//! Merge what is double, then let the database refuse it:
//! ```sql
//! alter table customers add constraint customers_stripe_customer_id_key unique (stripe_customer_id);
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
    id: "ops/customer-key-not-unique",
    title: "a customer may be stored twice",
    station: Station::Ops,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("customer_key_not_unique.rs"),
};

/// Tables of which a row is a customer: elsewhere a customer's id may well repeat.
const CUSTOMERS: &[&str] = &[
    "customer",
    "customers",
    "profile",
    "profiles",
    "user",
    "users",
    "organization",
    "organizations",
    "organisation",
    "organisations",
    "org",
    "orgs",
    "tenant",
    "tenants",
    "workspace",
    "workspaces",
    "team",
    "teams",
    "company",
    "companies",
    "billing_customers",
    "stripe_customers",
    "user_profiles",
];
const KEYS: &[&str] = &[
    "stripe_customer_id",
    "paddle_customer_id",
    "lemonsqueezy_customer_id",
    "lemon_squeezy_customer_id",
    "polar_customer_id",
    "hubspot_contact_id",
    "customer_stripe_id",
    "stripe_id",
];

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let (catalogue, keys) = match tables(database) {
        Ok(read) => read,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut concerned) = (Vec::new(), false);
    for relation in catalogue.relations.values().filter(|relation| super::is_own_table(relation)) {
        let table = relation.name.name.as_str();
        for column in
            KEYS.iter().filter(|column| CUSTOMERS.contains(&table) && relation.column(column).is_some())
        {
            concerned = true;
            if !keys.is_unique(table, column) {
                let path = relation.origin.file.clone();
                findings.push(
                    Finding::new(format!("nothing keeps two rows of {table} from having the same {column}"))
                        .at(Place::file(path, relation.origin.line))
                        .key(format!("{table} {column}"))
                        .fix(format!("merge double rows, then add a unique constraint on {table} ({column})"))
                        .patch(super::migration(&format!(
                            "alter table {} add unique ({column});",
                            relation.name.quoted()
                        ))),
                );
            }
        }
    }
    super::decided(
        findings,
        concerned,
        keys.made_by_code,
        "no table of customers with an id of another system",
    )
}
