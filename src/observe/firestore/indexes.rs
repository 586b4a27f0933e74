//! Composite indexes that `firebase.json` deploys.

use std::path::Path;

use serde_json::Value;

use super::{LIMIT, normal};
use crate::{
    observe::Local,
    seen::{By, Clause, Composite, Indexes, Miss},
};

/// Files that the sections for Firestore name.
pub(super) fn files(json: &Value, config: &str) -> Vec<String> {
    let folder = Path::new(config).parent().unwrap_or(Path::new(""));
    let sections = match json.get("firestore") {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let named = sections.into_iter().filter_map(|section| section.get("indexes")?.as_str());
    named.map(|file| normal(&folder.join(file))).collect()
}

/// Those of all the files; a database of its own may have some of them only.
pub(super) fn observe(local: &Local, files: &[String]) -> Option<Indexes> {
    let mut seen = Indexes { path: files.first()?.clone(), ..Indexes::default() };
    for file in files {
        let read = local.read_text(file, LIMIT).and_then(|text| {
            let json: Value =
                serde_json::from_str(&text).map_err(|err| Miss::Malformed(format!("{file}: {err}")))?;
            composites(&json).ok_or_else(|| Miss::Malformed(format!("{file}: an index without its fields")))
        });
        match read {
            Ok(found) => seen.composites.extend(found),
            Err(miss) => seen.missed = Some(miss),
        }
    }
    Some(seen)
}

fn composites(json: &Value) -> Option<Vec<Composite>> {
    let rows = json.as_object()?.get("indexes").and_then(Value::as_array);
    rows.map(Vec::as_slice).unwrap_or_default().iter().map(composite).collect()
}

fn composite(row: &Value) -> Option<Composite> {
    let fields = row.get("fields")?.as_array()?.iter().map(|field| {
        let order = field.get("order").or(field.get("mode")).and_then(Value::as_str);
        let by = match (order, field.get("arrayConfig")) {
            (_, Some(_)) => By::Contains,
            (Some("DESCENDING"), None) => By::Descending,
            _ => By::Ascending,
        };
        Some(Clause { field: field.get("fieldPath")?.as_str()?.to_owned(), by })
    });
    Some(Composite {
        collection: row.get("collectionGroup").or(row.get("collectionId"))?.as_str()?.to_owned(),
        group: row.get("queryScope").and_then(Value::as_str) == Some("COLLECTION_GROUP"),
        fields: fields.collect::<Option<_>>()?,
    })
}
