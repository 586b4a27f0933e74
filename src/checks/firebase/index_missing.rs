//! A query of the code needs a composite index that is not in the indexes file.
//!
//! A query with conditions on one field and an order or a range on another is refused
//! (`FAILED_PRECONDITION`) until its index exists. In development somebody clicks on the link in the
//! error and the index is there; the next project, or the one that customers use, does not have it.
//!
//! ## Fix
//!
//! Add it to the file that `firebase.json` names, and deploy:
//! ```json
//! { "collectionGroup": "orders", "queryScope": "COLLECTION",
//!   "fields": [ { "fieldPath": "owner", "order": "ASCENDING" },
//!               { "fieldPath": "createdAt", "order": "DESCENDING" } ] }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/query-data/index-overview>

use std::collections::BTreeMap;

use serde_json::json;

use super::code::places;
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::indexes::{Need, is_served, needed},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{CodeUse, FirestoreRules, Indexes, Task},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/index-missing",
    title: "a query without its composite index",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("index_missing.rs"),
};

fn judge(rules: &FirestoreRules, _context: &Context<'_>) -> Verdict {
    let indexes = match understood(rules) {
        Ok(indexes) => indexes,
        Err(verdict) => return verdict,
    };
    let Some(code) = &rules.code else {
        return Verdict::not_applicable("no code of the repository reads or writes documents");
    };
    let mut missing: BTreeMap<(&str, bool, Need), Vec<&CodeUse>> = BTreeMap::new();
    for seen in code.uses.iter().filter(|seen| seen.task == Task::List) {
        let (Some(need), Some(collection)) = (needed(seen), seen.path.last()) else { continue };
        if !is_served(&need, collection, seen.group, &indexes.composites) {
            missing.entry((collection, seen.group, need)).or_default().push(seen);
        }
    }
    let finding = |((collection, group, need), uses): (&(&str, bool, Need), &Vec<&CodeUse>)| {
        finding(collection, *group, need, uses, indexes)
    };
    super::code::conclude(code, missing.iter().map(finding).collect())
}

/// The indexes that are deployed, once for the file that has the documents' rules.
fn understood(rules: &FirestoreRules) -> Result<&Indexes, Verdict> {
    let config = rules.firebase.as_ref();
    let config = config.ok_or_else(|| Verdict::not_applicable("the repository has no firebase.json"))?;
    let indexes = config.indexes.as_ref();
    if let Some(miss) = config.missed.as_ref().or(indexes.and_then(|indexes| indexes.missed.as_ref())) {
        return Err(Verdict::inconclusive(miss.clone()));
    }
    match indexes {
        None => Err(Verdict::not_applicable("firebase.json deploys no indexes")),
        // The file that `firebase init` leaves behind says nothing of those in the console.
        Some(indexes) if indexes.composites.is_empty() => {
            Err(Verdict::not_applicable(format!("{} lists no composite index", indexes.path)))
        }
        Some(_) if config.instead.is_some() => {
            Err(Verdict::not_applicable("another file has the rules that are deployed"))
        }
        Some(indexes) => Ok(indexes),
    }
}

fn finding(collection: &str, group: bool, need: &Need, uses: &[&CodeUse], indexes: &Indexes) -> Finding {
    let seen = uses[0];
    let order = |(field, descends): &(String, bool)| {
        if *descends { format!("{field} (descending)") } else { field.clone() }
    };
    let fields: Vec<String> = need.compared.keys().cloned().chain(need.order.iter().map(order)).collect();
    let message = format!(
        "{} line {} asks {}{collection} by {}, for which {} has no index",
        seen.file,
        seen.line,
        if group { "the collection group " } else { "" },
        fields.join(", "),
        indexes.path
    );
    Finding::new(message)
        .places(places(uses))
        .at(Place::file(indexes.path.clone(), 1))
        .key(format!("{collection} {group} {}", fields.join(",")))
        .evidence("places in the code", uses.len().to_string())
        .fix("Add the index to the file and deploy it; until it is built the query fails.")
        .patch(Patch::Snippet { language: "json".to_owned(), text: entry(collection, group, need) })
}

/// As it stands in the file.
fn entry(collection: &str, group: bool, need: &Need) -> String {
    let compared = need.compared.iter().map(|(name, is_array)| match is_array {
        true => json!({ "fieldPath": name, "arrayConfig": "CONTAINS" }),
        false => json!({ "fieldPath": name, "order": "ASCENDING" }),
    });
    let ordered = need.order.iter().map(|(name, descends)| {
        json!({ "fieldPath": name, "order": if *descends { "DESCENDING" } else { "ASCENDING" } })
    });
    let fields: Vec<_> = compared.chain(ordered).collect();
    let scope = if group { "COLLECTION_GROUP" } else { "COLLECTION" };
    json!({ "collectionGroup": collection, "queryScope": scope, "fields": fields }).to_string()
}
