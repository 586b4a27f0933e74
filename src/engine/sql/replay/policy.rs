//! Policies.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::Replay;
use crate::engine::sql::{
    acl::PUBLIC,
    catalogue::{Condition, Policy, PolicyCommand},
    lower::expression,
    name::Name,
    syntax::{child, find, parts, text},
};

impl Replay {
    pub(super) fn create_policy(&mut self, node: &SyntaxNode) {
        let Some(name) = child(node, SyntaxKind::POLICY).and_then(|name| parts(&name).pop()) else { return };
        let Some(table) = self.policy_table(node) else { return };
        let policy = Policy {
            name,
            command: command(node),
            roles: roles(node).unwrap_or_else(|| vec![PUBLIC.to_owned()]),
            permissive: child(node, SyntaxKind::AS_POLICY_TYPE)
                .is_none_or(|kind| !text(&kind).to_lowercase().ends_with("restrictive")),
            using: condition(node, SyntaxKind::USING_EXPR_CLAUSE),
            check: condition(node, SyntaxKind::WITH_CHECK_EXPR_CLAUSE),
            origin: self.origin(),
        };
        if let Some(relation) = self.catalogue.relations.get_mut(&table) {
            // A second policy of a name is an error of PostgreSQL: the first one stands.
            if relation.policies.iter().all(|other| other.name != policy.name) {
                relation.policies.push(policy);
            }
        }
    }

    pub(super) fn alter_policy(&mut self, node: &SyntaxNode) {
        let Some(name) = child(node, SyntaxKind::POLICY_REF).and_then(|name| parts(&name).pop()) else {
            return;
        };
        let Some(table) = self.policy_table(node) else { return };
        let Some(relation) = self.catalogue.relations.get_mut(&table) else { return };
        let Some(policy) = relation.policies.iter_mut().find(|policy| policy.name == name) else { return };
        if let Some(to) = find(node, SyntaxKind::POLICY).and_then(|to| parts(&to).pop()) {
            policy.name = to;
        }
        if let Some(roles) = roles(node) {
            policy.roles = roles;
        }
        let origin = crate::engine::sql::name::Origin { file: self.file.clone(), line: self.line };
        for (slot, kind) in [
            (&mut policy.using, SyntaxKind::USING_EXPR_CLAUSE),
            (&mut policy.check, SyntaxKind::WITH_CHECK_EXPR_CLAUSE),
        ] {
            if let Some(new) = find(node, kind).and_then(|clause| condition_of(&clause)) {
                *slot = Some(new);
                policy.origin = origin.clone();
            }
        }
    }

    pub(super) fn drop_policy(&mut self, node: &SyntaxNode) {
        let Some(name) = child(node, SyntaxKind::POLICY_REF).and_then(|name| parts(&name).pop()) else {
            return;
        };
        let table = find(node, SyntaxKind::TABLE_NAME_REF).and_then(|table| self.existing(&table));
        if let Some(relation) = table.and_then(|table| self.catalogue.relations.get_mut(&table)) {
            relation.policies.retain(|policy| policy.name != name);
        }
    }

    /// The policy's table; one that no migration creates leaves a doubt.
    fn policy_table(&mut self, node: &SyntaxNode) -> Option<Name> {
        let table = find(node, SyntaxKind::TABLE_NAME_REF).and_then(|table| self.existing(&table))?;
        if self.catalogue.relations.contains_key(&table) {
            return Some(table);
        }
        let what = format!("a policy on {table}, which no migration creates");
        self.doubt(&what, &text(node), Some(table));
        None
    }
}

fn command(node: &SyntaxNode) -> PolicyCommand {
    let clause = child(node, SyntaxKind::POLICY_COMMAND).map(|clause| text(&clause).to_lowercase());
    match clause.as_deref().and_then(|clause| clause.split_whitespace().last()) {
        Some("select") => PolicyCommand::Select,
        Some("insert") => PolicyCommand::Insert,
        Some("update") => PolicyCommand::Update,
        Some("delete") => PolicyCommand::Delete,
        _ => PolicyCommand::All,
    }
}

fn roles(node: &SyntaxNode) -> Option<Vec<String>> {
    let list = find(node, SyntaxKind::ROLE_REF_LIST)?;
    Some(list.children().filter_map(|role| parts(&role).pop()).collect())
}

fn condition(node: &SyntaxNode, kind: SyntaxKind) -> Option<Condition> {
    condition_of(&child(node, kind)?)
}

fn condition_of(clause: &SyntaxNode) -> Option<Condition> {
    let inner = clause.first_child()?;
    Some(Condition { text: text(&inner), expr: expression(&inner) })
}
