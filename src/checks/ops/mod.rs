//! Checks of the station `ops`.

mod admin_route_open;
mod axe_violations;
mod call_status_ignored;
mod call_without_timeout;
mod checklist_open;
mod ci_missing;
mod cloudflare_settings;
mod codeowners_missing_critical_paths;
mod customer_key_not_unique;
mod database_unprotected;
mod errors_unreported;
mod function_without_retry;
mod handler_coverage_low;
mod health_route_missing;
mod input_stored_whole;
mod intake_unlimited;
mod internals_answered;
mod lighthouse_performance_low;
mod limiter_in_memory;
mod migrations_pending;
mod model_reads_tickets;
mod owners_undeclared;
mod personal_data_logged;
mod secret_rotation_overdue;
mod secret_unchanged;
mod status_fields_duplicated;
mod supabase_advisor;
mod support_mail_personal;
mod sync_writes_overlap;
mod tenant_index_missing;

use super::Check;
use crate::{
    engine::{
        operation::{Keys, keys},
        sql::{Catalogue, Relation, RelationKind},
    },
    finding::{Finding, Patch, Place},
    seen::{Account, Database, Miss, Observations, Repository, Seen},
    verdict::Verdict,
};

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &admin_route_open::CHECK,
    &axe_violations::CHECK,
    &call_status_ignored::CHECK,
    &call_without_timeout::CHECK,
    &checklist_open::CHECK,
    &ci_missing::CHECK,
    &cloudflare_settings::CHECK,
    &codeowners_missing_critical_paths::CHECK,
    &customer_key_not_unique::CHECK,
    &database_unprotected::CHECK,
    &errors_unreported::CHECK,
    &function_without_retry::CHECK,
    &handler_coverage_low::CHECK,
    &health_route_missing::CHECK,
    &input_stored_whole::CHECK,
    &intake_unlimited::CHECK,
    &internals_answered::CHECK,
    &lighthouse_performance_low::CHECK,
    &limiter_in_memory::CHECK,
    &migrations_pending::CHECK,
    &model_reads_tickets::CHECK,
    &owners_undeclared::CHECK,
    &personal_data_logged::CHECK,
    &secret_rotation_overdue::CHECK,
    &secret_unchanged::CHECK,
    &status_fields_duplicated::CHECK,
    &supabase_advisor::CHECK,
    &support_mail_personal::CHECK,
    &sync_writes_overlap::CHECK,
    &tenant_index_missing::CHECK,
];

/// What a provider's API told. Without a key nobody is asked, and then there is nothing to judge.
fn by_account(seen: &Observations, id: &str, judge: impl Fn(&Account) -> Verdict) -> Vec<(String, Verdict)> {
    let verdict = |account: &Seen<Account>| match account.as_ref() {
        Ok(account) => judge(account),
        Err(miss) => Verdict::inconclusive(miss.clone()),
    };
    seen.accounts.get(id).map(|account| (id.to_owned(), verdict(account))).into_iter().collect()
}

/// An answer of the wrong provider, which no instrument gives.
fn other_provider() -> Verdict {
    Verdict::inconclusive(Miss::Internal("another provider answered".to_owned()))
}

/// What is absent from a listing that is not whole may be among the rest.
fn cut(repository: &Repository) -> Option<Verdict> {
    repository.cut.then(|| undecided("the repository has more files than were listed"))
}

fn undecided(why: &str) -> Verdict {
    Verdict::inconclusive(Miss::Unsupported(why.to_owned()))
}

/// A repository from which nothing is deployed owes nobody an operation.
fn library(repository: &Repository) -> Option<Verdict> {
    repository
        .deployed
        .is_empty()
        .then(|| Verdict::not_applicable("nothing shows that it is deployed from here"))
}

/// So many names are told.
const TOLD: usize = 5;

/// `a, b and 3 more`.
fn listed(names: &[&str]) -> String {
    let told = names.get(..TOLD).unwrap_or(names);
    match names.len() - told.len() {
        0 => match told {
            [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => told.join(", "),
        },
        more => format!("{} and {more} more", told.join(", ")),
    }
}

fn at(path: &str, line: u32) -> Place {
    Place::file(path, line)
}

/// What the sources show: where some were not understood, nothing found is no pass.
fn sources(repository: &Repository, findings: Vec<Finding>, concerned: bool, otherwise: &str) -> Verdict {
    if !findings.is_empty() {
        return Verdict::Fail(findings);
    }
    if let Some(verdict) = cut(repository) {
        return verdict;
    }
    let unread = &repository.operation.unread;
    match unread.first() {
        Some(path) => undecided(&format!("{path} and {} other sources were not read", unread.len() - 1)),
        None if concerned => Verdict::Pass,
        None => Verdict::not_applicable(otherwise),
    }
}

/// The tables after the last migration, with their keys.
fn tables(database: &Database) -> Result<(&Catalogue, Keys), Verdict> {
    let catalogue = database.catalogue().map_err(Verdict::inconclusive)?;
    Ok((catalogue, keys(database.migrations.iter().map(|file| file.sql.as_str()))))
}

fn is_own_table(relation: &Relation) -> bool {
    relation.kind == RelationKind::Table && !relation.platform && relation.name.schema == "public"
}

fn migration(sql: &str) -> Patch {
    Patch::Snippet { language: "sql".to_owned(), text: format!("{sql}\n") }
}

/// What the migrations show: where code in them makes keys, a missing one may be among those.
fn decided(findings: Vec<Finding>, concerned: bool, made_by_code: bool, otherwise: &str) -> Verdict {
    match findings.is_empty() {
        false if made_by_code => undecided("code in the migrations makes keys that were not followed"),
        false => Verdict::Fail(findings),
        true if concerned => Verdict::Pass,
        true => Verdict::not_applicable(otherwise),
    }
}
