//! A change batch for `aws route53 change-resource-record-sets`:
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeBatch.html>.
//!
//! UPSERT replaces a whole record set, so the rest of a set that was seen goes with it; a set that
//! was not seen is left out rather than lost. Deleting needs the set's own TTL, which a resolver's
//! answer does not tell: such sets are named in the comment.

use serde::Serialize;

use super::{Change, TTL, changes, value::absolute};
use crate::{decide::Assessment, report::json};

/// Characters of a comment.
const COMMENT: usize = 256;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Batch {
    comment: String,
    changes: Vec<Upsert>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Upsert {
    action: &'static str,
    resource_record_set: Set,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Set {
    name: String,
    r#type: String,
    #[serde(rename = "TTL")]
    ttl: u32,
    resource_records: Vec<Record>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    value: String,
}

pub(crate) fn route53(assessment: &Assessment) -> String {
    let (upserts, by_hand): (Vec<Change>, Vec<Change>) =
        changes(assessment).own.into_iter().partition(|change| change.complete && !change.values.is_empty());
    json::pretty(&Batch { comment: comment(&by_hand), changes: upserts.iter().map(upsert).collect() })
}

fn upsert(change: &Change) -> Upsert {
    let records = change.values.iter().map(|value| Record { value: value.in_route53() });
    Upsert {
        action: "UPSERT",
        resource_record_set: Set {
            name: octal(&absolute(&change.name)),
            r#type: change.record.clone(),
            ttl: TTL,
            resource_records: records.collect(),
        },
    }
}

/// Route 53 shows and takes the `*` of a wildcard in octal.
fn octal(name: &str) -> String {
    name.strip_prefix('*').map_or_else(|| name.to_owned(), |rest| format!("\\052{rest}"))
}

fn comment(by_hand: &[Change]) -> String {
    if by_hand.is_empty() {
        return "what gonogo found".to_owned();
    }
    let sets: Vec<String> =
        by_hand.iter().map(|change| format!("{} {}", change.name, change.record)).collect();
    format!("what gonogo found; change by hand: {}", sets.join(", ")).chars().take(COMMENT).collect()
}
