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

/// Queries that one finding names beside the first.
const MOST: usize = 12;

fn judge(rules: &FirestoreRules, _context: &Context<'_>) -> Verdict {
    let indexes = match understood(rules) {
        Ok(indexes) => indexes,
        Err(verdict) => return verdict,
    };
    let Some(code) = &rules.code else {
        return Verdict::not_applicable("no code of the repository reads or writes documents");
    };
    let mut missing: BTreeMap<(&str, bool, Need), &CodeUse> = BTreeMap::new();
    // Scripts are run by people who see the error and its link.
    let is_script = |seen: &CodeUse| seen.file.split('/').rev().skip(1).any(|folder| folder == "scripts");
    for seen in code.uses.iter().filter(|seen| seen.task == Task::List && !is_script(seen)) {
        let (Some(need), Some(collection)) = (needed(seen), seen.path.last()) else { continue };
        if !is_served(&need, collection, seen.group, &indexes.composites) {
            missing.entry((collection, seen.group, need)).or_insert(seen);
        }
    }
    let mut missing: Vec<Missing<'_>> = missing
        .into_iter()
        .map(|((collection, group, need), seen)| Missing { collection, group, need, seen })
        .collect();
    missing.sort_by_key(|one| (&one.seen.file, one.seen.line));
    let finding = missing.first().map(|first| finding(first, &missing, indexes));
    super::code::conclude(code, finding.into_iter().collect())
}

/// A query, with the index that it waits for.
struct Missing<'c> {
    collection: &'c str,
    group: bool,
    need: Need,
    seen: &'c CodeUse,
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

fn finding(first: &Missing<'_>, missing: &[Missing<'_>], indexes: &Indexes) -> Finding {
    let more = match missing.len() - 1 {
        0 => String::new(),
        1 => "; one more query has none".to_owned(),
        more => format!("; {more} more queries have none"),
    };
    let finding = Finding::new(format!("{}, for which {} has no index{more}", first.told(), indexes.path))
        .places(missing.iter().take(20).map(|one| Place::file(one.seen.file.clone(), one.seen.line)))
        .at(Place::file(indexes.path.clone(), 1))
        .key(indexes.path.clone())
        .fix("Add the indexes to the file and deploy it; until they are built the queries fail.");
    let entries: Vec<String> = missing.iter().take(MOST).map(Missing::entry).collect();
    missing[1..]
        .iter()
        .take(MOST)
        .fold(finding, |finding, one| finding.evidence("without an index", one.told()))
        .patch(Patch::Snippet { language: "json".to_owned(), text: entries.join(",\n") })
}

impl Missing<'_> {
    /// `src/a.ts line 3 asks orders by owner, createdAt (descending)`.
    fn told(&self) -> String {
        let order = |(field, descends): &(String, bool)| {
            if *descends { format!("{field} (descending)") } else { field.clone() }
        };
        let fields: Vec<String> =
            self.need.compared.keys().cloned().chain(self.need.order.iter().map(order)).collect();
        let group = if self.group { "the collection group " } else { "" };
        let CodeUse { file, line, .. } = self.seen;
        format!("{file} line {line} asks {group}{} by {}", self.collection, fields.join(", "))
    }

    /// As it stands in the file.
    fn entry(&self) -> String {
        let compared = self.need.compared.iter().map(|(name, is_array)| match is_array {
            true => json!({ "fieldPath": name, "arrayConfig": "CONTAINS" }),
            false => json!({ "fieldPath": name, "order": "ASCENDING" }),
        });
        let ordered = self.need.order.iter().map(|(name, descends)| {
            json!({ "fieldPath": name, "order": if *descends { "DESCENDING" } else { "ASCENDING" } })
        });
        let fields: Vec<_> = compared.chain(ordered).collect();
        let scope = if self.group { "COLLECTION_GROUP" } else { "COLLECTION" };
        json!({ "collectionGroup": self.collection, "queryScope": scope, "fields": fields }).to_string()
    }
}
