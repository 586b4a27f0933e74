//! Storage buckets, which are rows of `storage.buckets`.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::Replay;
use crate::engine::sql::{
    catalogue::Bucket,
    syntax::{child, children, find, has_token, parts, string, text},
};

impl Replay {
    pub(super) fn insert(&mut self, node: &SyntaxNode) {
        if !is_about_buckets(node) {
            return;
        }
        let columns: Vec<String> = find(node, SyntaxKind::COLUMN_TARGET_LIST)
            .iter()
            .flat_map(SyntaxNode::children)
            .filter_map(|column| parts(&column).pop())
            .collect();
        let rows = rows(node);
        if rows.is_empty() {
            return self.unread_bucket();
        }
        let conflict = find(node, SyntaxKind::ON_CONFLICT_CLAUSE).map(|clause| text(&clause).to_lowercase());
        let overwrites =
            conflict.is_some_and(|clause| clause.contains("do update") && clause.contains("public"));
        for values in rows {
            let value =
                |name: &str| columns.iter().position(|column| column == name).and_then(|at| values.get(at));
            let Some(id) = value("id").and_then(string) else {
                self.unread_bucket();
                continue;
            };
            let public = value("public").is_some_and(|value| has_token(value, SyntaxKind::TRUE_KW));
            let origin = self.origin();
            let bucket = self.catalogue.buckets.entry(id);
            let bucket = bucket.or_insert_with(|| Bucket { public, origin: origin.clone() });
            if overwrites && bucket.public != public {
                *bucket = Bucket { public, origin };
            }
        }
    }

    pub(super) fn update(&mut self, node: &SyntaxNode) {
        if !is_about_buckets(node) {
            return;
        }
        let set =
            find(node, SyntaxKind::SET_CLAUSE).map(|clause| text(&clause).to_lowercase().replace(' ', ""));
        let public = match set.as_deref() {
            Some(set) if set.contains("public=true") => true,
            Some(set) if set.contains("public=false") => false,
            Some(set) if !set.contains("public=") => return,
            _ => return self.unread_bucket(),
        };
        let named = named_in(node);
        if named.is_empty() {
            return self.unread_bucket();
        }
        for id in named {
            let origin = self.origin();
            self.catalogue.buckets.insert(id, Bucket { public, origin });
        }
    }

    pub(super) fn delete(&mut self, node: &SyntaxNode) {
        if is_about_buckets(node) {
            for id in named_in(node) {
                self.catalogue.buckets.remove(&id);
            }
        }
    }

    fn unread_bucket(&mut self) {
        self.doubt("a change of storage.buckets that is not followed", "storage.buckets", None);
    }
}

/// The values of `VALUES (…), (…)`, or of `SELECT 'a', true WHERE NOT EXISTS (…)`.
fn rows(insert: &SyntaxNode) -> Vec<Vec<SyntaxNode>> {
    if let Some(list) =
        child(insert, SyntaxKind::VALUES).and_then(|values| find(&values, SyntaxKind::ROW_LIST))
    {
        return children(&list, SyntaxKind::ROW).map(|row| row.children().collect()).collect();
    }
    let query =
        child(insert, SyntaxKind::SELECT).filter(|query| child(query, SyntaxKind::FROM_CLAUSE).is_none());
    let targets = query.and_then(|query| find(&query, SyntaxKind::TARGET_LIST));
    let values = targets.map(|list| list.children().filter_map(|target| target.first_child()).collect());
    values.into_iter().collect()
}

fn is_about_buckets(node: &SyntaxNode) -> bool {
    find(node, SyntaxKind::RELATION_NAME_REF).is_some_and(|table| parts(&table) == ["storage", "buckets"])
}

/// The ids a WHERE names.
fn named_in(node: &SyntaxNode) -> Vec<String> {
    let clause = find(node, SyntaxKind::WHERE_CLAUSE);
    clause.iter().flat_map(SyntaxNode::descendants).filter_map(|literal| string(&literal)).collect()
}
