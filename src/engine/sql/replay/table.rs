//! Schemas and tables.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::Replay;
use crate::engine::sql::{
    acl::Sort,
    catalogue::{Column, Relation, RelationKind, Rls},
    name::{Name, fold},
    syntax::{child, children, find, parts, text, tokens},
};

impl Replay {
    pub(super) fn create_schema(&mut self, node: &SyntaxNode) {
        let name = find(node, SyntaxKind::SCHEMA).or_else(|| find(node, SyntaxKind::ROLE_NAME_REF));
        if let Some(name) = name.and_then(|name| parts(&name).pop()) {
            self.catalogue.schemas.entry(name).or_default();
        }
    }

    pub(super) fn drop_schema(&mut self, node: &SyntaxNode) {
        for schema in children(node, SyntaxKind::SCHEMA_REF).filter_map(|name| parts(&name).pop()) {
            self.catalogue.schemas.remove(&schema);
            self.catalogue.relations.retain(|name, _| name.schema != schema);
            self.catalogue.functions.retain(|function| function.name.schema != schema);
            self.catalogue.defaults.drop_schema(&schema);
        }
    }

    pub(super) fn create_table(&mut self, node: &SyntaxNode) {
        let Some(name) = child(node, SyntaxKind::TABLE_NAME).and_then(|name| self.new_name(&parts(&name)))
        else {
            return;
        };
        if is_temporary(node) {
            return;
        }
        let kind = if node.kind() == SyntaxKind::CREATE_FOREIGN_TABLE {
            RelationKind::ForeignTable
        } else {
            RelationKind::Table
        };
        let columns = self.columns_of(node);
        self.add_relation(name, kind, columns);
    }

    /// `SELECT … INTO table`.
    pub(super) fn select_into(&mut self, node: &SyntaxNode) {
        let into = find(node, SyntaxKind::INTO_CLAUSE).and_then(|into| find(&into, SyntaxKind::PATH));
        if let Some(name) = into.and_then(|name| self.new_name(&parts(&name))) {
            self.add_relation(name, RelationKind::Table, Vec::new());
        }
    }

    /// Creates a relation with default privileges; an existing one stays (IF NOT EXISTS, or a
    /// migration that was never applied to this database).
    pub(super) fn add_relation(&mut self, name: Name, kind: RelationKind, columns: Vec<Column>) {
        if self.catalogue.relations.contains_key(&name) {
            return;
        }
        self.catalogue.schemas.entry(name.schema.clone()).or_default();
        let relation = Relation {
            acl: self.catalogue.defaults.for_new(&name.schema, Sort::Table),
            name: name.clone(),
            kind,
            origin: self.origin(),
            rls: Rls { enabled: self.enables_rls && kind == RelationKind::Table, ..Rls::default() },
            columns,
            policies: Vec::new(),
            platform: false,
            view: None,
            guarded: false,
        };
        self.catalogue.relations.insert(name, relation);
    }

    fn columns_of(&self, node: &SyntaxNode) -> Vec<Column> {
        let mut columns = Vec::new();
        let parent = child(node, SyntaxKind::PARTITION_OF).or_else(|| child(node, SyntaxKind::INHERITS));
        for parent in parent.iter().flat_map(SyntaxNode::children) {
            let inherited = self.existing(&parent).and_then(|name| self.catalogue.relations.get(&name));
            columns.extend(inherited.into_iter().flat_map(|relation| relation.columns.clone()));
        }
        let Some(list) = child(node, SyntaxKind::TABLE_ARG_LIST) else { return columns };
        columns.extend(children(&list, SyntaxKind::COLUMN).filter_map(|column| self.column(&column)));
        for constraint in list.children() {
            self.table_constraint(&constraint, &mut columns);
        }
        columns
    }

    fn column(&self, node: &SyntaxNode) -> Option<Column> {
        let name = parts(&child(node, SyntaxKind::COLUMN_NAME)?).pop()?;
        let has = |kind| node.children().any(|part| part.kind() == kind);
        let references = child(node, SyntaxKind::REFERENCES_CONSTRAINT)
            .and_then(|reference| find(&reference, SyntaxKind::TABLE_NAME_REF))
            .and_then(|table| self.existing(&table));
        Some(Column {
            name,
            kind: node.children().nth(1).map(|kind| text(&kind).to_lowercase()).unwrap_or_default(),
            not_null: has(SyntaxKind::NOT_NULL_CONSTRAINT) || has(SyntaxKind::PRIMARY_KEY_CONSTRAINT),
            references,
        })
    }

    /// Primary and foreign keys that are written apart from their columns.
    fn table_constraint(&self, node: &SyntaxNode, columns: &mut [Column]) {
        let named = |list: Option<SyntaxNode>| -> Vec<String> {
            let names = list.into_iter().flat_map(|list| list.descendants().collect::<Vec<_>>());
            names
                .filter(|name| matches!(name.kind(), SyntaxKind::COLUMN_NAME_REF | SyntaxKind::NAME_REF))
                .filter_map(|name| parts(&name).pop())
                .collect()
        };
        match node.kind() {
            SyntaxKind::PRIMARY_KEY_CONSTRAINT => {
                let keys = named(Some(node.clone()));
                columns
                    .iter_mut()
                    .filter(|column| keys.contains(&column.name))
                    .for_each(|c| c.not_null = true);
            }
            SyntaxKind::FOREIGN_KEY_CONSTRAINT => {
                let keys = named(child(node, SyntaxKind::FOREIGN_KEY_COLUMN_LIST));
                let table = child(node, SyntaxKind::TABLE_NAME_REF).and_then(|table| self.existing(&table));
                for column in columns.iter_mut().filter(|column| keys.contains(&column.name)) {
                    column.references.clone_from(&table);
                }
            }
            _ => {}
        }
    }

    pub(super) fn alter_table(&mut self, node: &SyntaxNode) {
        let Some(mut name) = find(node, SyntaxKind::TABLE_RELATION_NAME)
            .and_then(|table| find(&table, SyntaxKind::TABLE_NAME_REF))
            .or_else(|| find(node, SyntaxKind::TABLE_NAME_REF))
            .and_then(|table| self.existing(&table))
        else {
            return;
        };
        if !self.catalogue.relations.contains_key(&name) {
            self.doubt(&format!("ALTER TABLE {name}, which no migration creates"), &text(node), Some(name));
            return;
        }
        for action in node.children() {
            self.alter_action(&action, &mut name);
        }
    }

    fn alter_action(&mut self, action: &SyntaxNode, name: &mut Name) {
        let origin = self.origin();
        let column = if action.kind() == SyntaxKind::ADD_COLUMN { self.column(action) } else { None };
        let Some(relation) = self.catalogue.relations.get_mut(name) else { return };
        match action.kind() {
            SyntaxKind::ENABLE_RLS | SyntaxKind::DISABLE_RLS => {
                relation.rls.enabled = action.kind() == SyntaxKind::ENABLE_RLS;
                relation.rls.switches.push((origin, relation.rls.enabled));
            }
            SyntaxKind::ADD_COLUMN => {
                let new = column.filter(|column| relation.column(&column.name).is_none());
                relation.columns.extend(new);
            }
            SyntaxKind::DROP_COLUMN => {
                let dropped = find(action, SyntaxKind::COLUMN_NAME_REF).and_then(|name| parts(&name).pop());
                relation.columns.retain(|column| Some(&column.name) != dropped.as_ref());
            }
            SyntaxKind::RENAME_COLUMN => rename_column(action, relation),
            SyntaxKind::TABLE_RENAME_TO => {
                let renamed = find(action, SyntaxKind::PATH).and_then(|to| parts(&to).pop());
                self.move_relation(name, |name| name.name = renamed.unwrap_or_else(|| name.name.clone()));
            }
            SyntaxKind::SET_SCHEMA => {
                let schema = find(action, SyntaxKind::SCHEMA_REF).and_then(|schema| parts(&schema).pop());
                self.move_relation(name, |name| name.schema = schema.unwrap_or_else(|| name.schema.clone()));
            }
            SyntaxKind::SET_OPTIONS | SyntaxKind::RESET_OPTIONS => super::view::set_options(relation, action),
            _ => {}
        }
    }

    /// Files a relation under another name; policies and grants go with it.
    pub(super) fn move_relation(&mut self, name: &mut Name, change: impl FnOnce(&mut Name)) {
        let Some(mut relation) = self.catalogue.relations.remove(name) else { return };
        change(name);
        relation.name = name.clone();
        self.catalogue.schemas.entry(name.schema.clone()).or_default();
        self.catalogue.relations.insert(name.clone(), relation);
    }

    pub(super) fn drop_relations(&mut self, node: &SyntaxNode) {
        let named = node
            .children()
            .filter(|name| !matches!(name.kind(), SyntaxKind::IF_EXISTS | SyntaxKind::CASCADE));
        for name in named.filter_map(|name| self.existing(&name)).collect::<Vec<_>>() {
            self.catalogue.relations.remove(&name);
            self.catalogue.doubts.retain(|doubt| doubt.relation.as_ref() != Some(&name));
        }
    }

    pub(super) fn create_trigger(&mut self, node: &SyntaxNode) {
        let before = find(node, SyntaxKind::TIMING_BEFORE).is_some();
        let table =
            find(node, SyntaxKind::ON_RELATION).and_then(|on| find(&on, SyntaxKind::RELATION_NAME_REF));
        let table = table.filter(|_| before).and_then(|table| self.existing(&table));
        if let Some(relation) = table.and_then(|table| self.catalogue.relations.get_mut(&table)) {
            // A trigger that only keeps `updated_at` corrects nothing, and is what most of them do.
            let function = find(node, SyntaxKind::CALL_EXPR).map(|call| text(&call).to_lowercase());
            relation.guarded |= !function.is_some_and(|name| {
                ["updated_at", "moddatetime", "timestamp", "modified"].iter().any(|word| name.contains(word))
            });
        }
    }
}

fn rename_column(action: &SyntaxNode, relation: &mut Relation) {
    let from = find(action, SyntaxKind::COLUMN_NAME_REF).and_then(|name| parts(&name).pop());
    let to = find(action, SyntaxKind::COLUMN_NAME).and_then(|name| parts(&name).pop());
    if let (Some(from), Some(to)) = (from, to)
        && let Some(column) = relation.columns.iter_mut().find(|column| column.name == from)
    {
        column.name = fold(&format!("\"{to}\""));
    }
}

/// Temporary tables end with the session.
fn is_temporary(node: &SyntaxNode) -> bool {
    let mut words = tokens(node).take(4).map(|word| word.to_lowercase());
    words.any(|word| word == "temp" || word == "temporary")
}
