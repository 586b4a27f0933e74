//! Views, which by default read with the rights of their owner.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::Replay;
use crate::engine::sql::{
    catalogue::{Column, Relation, RelationKind, View},
    lower::relations_of,
    name::Name,
    syntax::{child, children, find, parts, text},
};

impl Replay {
    /// CREATE OR REPLACE keeps the grants and, unless it names new options, loses the old ones
    /// (PostgreSQL replaces `reloptions` with what the statement says).
    pub(super) fn create_view(&mut self, node: &SyntaxNode) {
        let Some(name) = child(node, SyntaxKind::VIEW).and_then(|name| self.new_name(&parts(&name))) else {
            return;
        };
        let materialized = node.kind() == SyntaxKind::CREATE_MATERIALIZED_VIEW;
        let kind = if materialized { RelationKind::MaterializedView } else { RelationKind::View };
        let mut reads: Vec<Name> =
            relations_of(node).iter().filter_map(|parts| self.existing_parts(parts)).collect();
        reads.sort();
        reads.dedup();
        let columns = self.view_columns(node, &reads);
        self.add_relation(name.clone(), kind, Vec::new());
        let origin = self.origin();
        if let Some(relation) = self.catalogue.relations.get_mut(&name) {
            relation.columns = columns;
            relation.kind = kind;
            relation.origin = origin;
            relation.view = Some(View { security_invoker: invoker(node).unwrap_or(false), reads });
        }
    }

    /// The columns of the outermost SELECT by their names; those of all its tables for a `*`.
    fn view_columns(&self, node: &SyntaxNode, reads: &[Name]) -> Vec<Column> {
        let Some(list) = find(node, SyntaxKind::TARGET_LIST) else { return Vec::new() };
        let mut columns = Vec::new();
        for target in children(&list, SyntaxKind::TARGET) {
            if text(&target).ends_with('*') {
                let tables = reads.iter().filter_map(|table| self.catalogue.relations.get(table));
                columns.extend(tables.flat_map(|table| table.columns.clone()));
            } else if let Some(name) = parts(&target).pop() {
                columns.push(Column { name, kind: String::new(), not_null: false, references: None });
            }
        }
        columns
    }

    pub(super) fn alter_view(&mut self, node: &SyntaxNode) {
        let named = child(node, SyntaxKind::VIEW_REF).or_else(|| find(node, SyntaxKind::PATH_REF));
        let Some(mut name) = named.and_then(|name| self.existing(&name)) else { return };
        if let Some(relation) = self.catalogue.relations.get_mut(&name) {
            set_options(relation, node);
        }
        if let Some(schema) =
            find(node, SyntaxKind::SET_SCHEMA).and_then(|set| find(&set, SyntaxKind::SCHEMA_REF))
        {
            let schema = parts(&schema).pop().unwrap_or_default();
            self.move_relation(&mut name, |name| name.schema = schema);
        }
        let renamed = node.children().find(|part| text(part).to_lowercase().starts_with("rename to"));
        if let Some(to) =
            renamed.and_then(|part| find(&part, SyntaxKind::PATH)).and_then(|to| parts(&to).pop())
        {
            self.move_relation(&mut name, |name| name.name = to);
        }
    }
}

/// `SET (security_invoker = on)` and `RESET (security_invoker)`.
pub(super) fn set_options(relation: &mut Relation, node: &SyntaxNode) {
    let Some(view) = &mut relation.view else { return };
    if let Some(set) = invoker(node) {
        view.security_invoker = set;
    } else if text(node).to_lowercase().contains("reset") && text(node).contains("security_invoker") {
        view.security_invoker = false;
    }
}

/// The option's value; present without a value means true.
fn invoker(node: &SyntaxNode) -> Option<bool> {
    let options = find(node, SyntaxKind::ATTRIBUTE_LIST)?;
    let option = children(&options, SyntaxKind::ATTRIBUTE_OPTION).find(|option| {
        child(option, SyntaxKind::ATTRIBUTE_NAME)
            .is_some_and(|name| text(&name).eq_ignore_ascii_case("security_invoker"))
    })?;
    let value = child(&option, SyntaxKind::ATTRIBUTE_VALUE).map(|value| text(&value).to_lowercase());
    let value = value.unwrap_or_else(|| "true".to_owned());
    Some(matches!(value.trim_matches('\''), "true" | "on" | "yes" | "1" | "t"))
}
