//! Fields that jobs write which keep two systems equal: Supabase tables, Firestore collections and the
//! properties of customer systems.

use super::{crm, words};
use crate::{
    engine::source::{Id, Kind, Tree},
    seen::FieldWrite,
};

pub(super) fn find(path: &str, tree: &Tree) -> Vec<FieldWrite> {
    if !is_sync(path) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for id in tree.ids() {
        let Kind::Call { callee, arguments, .. } = tree.kind(id) else { continue };
        let stored = match tree.last_name(*callee) {
            "update" | "upsert" | "set" => store(tree, *callee).zip(arguments.first().copied()),
            "fetch" => outside(tree, arguments),
            _ => None,
        };
        let Some((store, fields)) = stored else { continue };
        let Kind::Object(entries) = tree.kind(fields) else { continue };
        for entry in entries.iter().filter(|entry| !entry.key.is_empty()) {
            found.push(FieldWrite {
                store: store.clone(),
                field: entry.key.clone(),
                path: path.to_owned(),
                line: tree.line(entry.value),
            });
        }
    }
    found.sort();
    found.dedup_by(|a, b| (&a.store, &a.field) == (&b.store, &b.field));
    found
}

/// A job that its name calls a synchronisation; a webhook handler is none.
fn is_sync(path: &str) -> bool {
    words(path).iter().any(|word| {
        matches!(
            word.as_str(),
            "sync"
                | "synchronize"
                | "crm"
                | "hubspot"
                | "salesforce"
                | "pipedrive"
                | "reconcile"
                | "backfill"
        )
    })
}

/// `from("customers").update(…)`, `collection("customers").doc(id).set(…)`.
fn store(tree: &Tree, callee: Id) -> Option<String> {
    let (mut at, mut left) = (callee, 12);
    loop {
        left -= 1;
        match tree.kind(at) {
            _ if left == 0 => return None,
            Kind::Member { object, .. } => at = *object,
            Kind::Await(value) => at = *value,
            Kind::Call { callee, arguments, .. } => {
                if matches!(tree.last_name(*callee), "from" | "collection") {
                    return tree.literal(*arguments.first()?).map(str::to_owned);
                }
                at = *callee;
            }
            _ => return None,
        }
    }
}

/// `fetch("https://api.hubapi.com/…", { body: JSON.stringify({ properties: { … } }) })`.
fn outside(tree: &Tree, arguments: &[Id]) -> Option<(String, Id)> {
    let url = tree.source(*arguments.first()?);
    let host = url.split("https://").nth(1)?.split(['/', '`', '"', '\'']).next()?;
    let system = crm::of(host)?;
    let body = tree.entry(*arguments.get(1)?, "body")?;
    let properties = tree.inside(body, false).into_iter().find_map(|id| tree.entry(id, "properties"))?;
    Some((system.to_owned(), properties))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::engine::source::parse;

    #[test]
    fn only_jobs_that_sync_are_read() {
        let code = "await db.from('customers').update({ crm_status: s, name }).eq('id', id);
            await fetch('https://api.hubapi.com/x', { method: 'PATCH', body: JSON.stringify({ properties: { plan: p } }) });";
        let of = |path: &str| -> Vec<String> {
            let tree = parse(path, code).unwrap();
            find(path, &tree).into_iter().map(|write| format!("{}.{}", write.store, write.field)).collect()
        };
        assert_eq!(
            of("functions/sync-crm/index.ts"),
            ["HubSpot.plan", "customers.crm_status", "customers.name"]
        );
        assert!(of("functions/orders/index.ts").is_empty());
    }
}
