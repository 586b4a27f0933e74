//! GRANT, REVOKE and default privileges.

use std::collections::BTreeSet;

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::Replay;
use crate::engine::sql::{
    acl::{Acl, Granted, Privilege, Sort},
    syntax::{child, children, find, parts, text},
};

impl Replay {
    pub(super) fn grant_or_revoke(&mut self, node: &SyntaxNode, give: bool) {
        let roles = roles(node);
        let Some(objects) = child(node, SyntaxKind::ON_PRIVILEGE_OBJECTS_CLAUSE) else {
            return self.membership(node, &roles, give);
        };
        let Some(objects) = objects.first_child() else { return };
        let change = Change { give, roles };
        match objects.kind() {
            SyntaxKind::PRIVILEGE_DEFAULT | SyntaxKind::PRIVILEGE_TABLE => {
                self.on_tables(&objects, &change, &granted(node, Sort::Table));
            }
            SyntaxKind::PRIVILEGE_ALL_TABLES_IN_SCHEMA => {
                let (schemas, granted) = (schemas(&objects), granted(node, Sort::Table));
                let relations = self.catalogue.relations.values_mut();
                for relation in relations.filter(|relation| schemas.contains(&relation.name.schema)) {
                    change.apply(&mut relation.acl, &granted);
                }
            }
            SyntaxKind::PRIVILEGE_FUNCTION
            | SyntaxKind::PRIVILEGE_PROCEDURE
            | SyntaxKind::PRIVILEGE_ROUTINE => {
                self.on_functions(&objects, &change, &granted(node, Sort::Function));
            }
            SyntaxKind::PRIVILEGE_ALL_FUNCTIONS_IN_SCHEMA
            | SyntaxKind::PRIVILEGE_ALL_PROCEDURES_IN_SCHEMA
            | SyntaxKind::PRIVILEGE_ALL_ROUTINES_IN_SCHEMA => {
                let (schemas, granted) = (schemas(&objects), granted(node, Sort::Function));
                let functions = self.catalogue.functions.iter_mut();
                for function in functions.filter(|function| schemas.contains(&function.name.schema)) {
                    change.apply(&mut function.acl, &granted);
                }
            }
            SyntaxKind::PRIVILEGE_SCHEMA => {
                let granted = granted(node, Sort::Schema);
                for schema in schemas(&objects) {
                    change.apply(&mut self.catalogue.schemas.entry(schema).or_default().usage, &granted);
                }
            }
            _ => {}
        }
    }

    fn on_tables(&mut self, objects: &SyntaxNode, change: &Change, granted: &[Granted]) {
        for table in children(objects, SyntaxKind::RELATION_NAME_REF) {
            let Some(name) = self.existing(&table) else { continue };
            if let Some(relation) = self.catalogue.relations.get_mut(&name) {
                change.apply(&mut relation.acl, granted);
            }
        }
    }

    fn on_functions(&mut self, objects: &SyntaxNode, change: &Change, granted: &[Granted]) {
        let signatures: Vec<_> =
            objects.descendants().filter(|node| node.kind() == SyntaxKind::FUNCTION_SIG).collect();
        for signature in signatures {
            for at in self.functions_of(&signature) {
                change.apply(&mut self.catalogue.functions[at].acl, granted);
            }
        }
    }

    /// `GRANT role TO role`.
    fn membership(&mut self, node: &SyntaxNode, roles: &[String], give: bool) {
        let granted: Vec<String> = children(node, SyntaxKind::REVOKE_COMMAND_LIST)
            .flat_map(|list| list.children().collect::<Vec<_>>())
            .filter_map(|role| parts(&role).pop())
            .collect();
        for role in roles {
            let of = self.catalogue.members.entry(role.clone()).or_default();
            for granted in &granted {
                if give {
                    of.insert(granted.clone());
                } else {
                    of.remove(granted);
                }
            }
        }
    }

    /// Those of other roles than the one that applies the migrations concern nothing here.
    pub(super) fn default_privileges(&mut self, node: &SyntaxNode) {
        if let Some(of) = child(node, SyntaxKind::FOR_ROLES)
            && !roles(&of)
                .iter()
                .any(|role| matches!(role.as_str(), "postgres" | "current_user" | "session_user"))
        {
            return;
        }
        let give = child(node, SyntaxKind::GRANT_DEFAULT_PRIVILEGES);
        let Some(action) = give.clone().or_else(|| child(node, SyntaxKind::REVOKE_DEFAULT_PRIVILEGES)) else {
            return self.doubt("default privileges that are not understood", &text(node), None);
        };
        let kinds: Vec<SyntaxKind> = action.children().map(|part| part.kind()).collect();
        let sort = if kinds.contains(&SyntaxKind::PRIVILEGE_TARGET_TABLES) {
            Sort::Table
        } else if text(&action).to_lowercase().contains(" on functions")
            || text(&action).to_lowercase().contains(" on routines")
        {
            Sort::Function
        } else if text(&action).to_lowercase().contains(" on tables") {
            Sort::Table
        } else {
            return;
        };
        let change = Change { give: give.is_some(), roles: roles(&action) };
        let granted = granted(&action, sort);
        match child(node, SyntaxKind::IN_SCHEMAS) {
            Some(list) => {
                for schema in schemas(&list) {
                    change.apply(self.catalogue.defaults.of(Some(&schema), sort), &granted);
                }
            }
            None => change.apply(self.catalogue.defaults.of(None, sort), &granted),
        }
    }
}

struct Change {
    give: bool,
    roles: Vec<String>,
}

impl Change {
    fn apply(&self, acl: &mut Acl, granted: &[Granted]) {
        for (role, granted) in self.roles.iter().flat_map(|role| granted.iter().map(move |one| (role, one))) {
            if self.give {
                acl.grant(role, granted);
            } else {
                acl.revoke(role, granted);
            }
        }
    }
}

fn roles(node: &SyntaxNode) -> Vec<String> {
    let list = find(node, SyntaxKind::ROLE_REF_LIST);
    list.iter().flat_map(SyntaxNode::children).filter_map(|role| parts(&role).pop()).collect()
}

fn schemas(node: &SyntaxNode) -> Vec<String> {
    children(node, SyntaxKind::SCHEMA_REF).filter_map(|name| parts(&name).pop()).collect()
}

/// `ALL`, or each privilege with its columns.
fn granted(node: &SyntaxNode, sort: Sort) -> Vec<Granted> {
    let Some(list) = child(node, SyntaxKind::REVOKE_COMMAND_LIST) else {
        // `ALL (columns)` is rare enough to be read as ALL of nothing but those columns.
        let columns = child(node, SyntaxKind::ALL_PRIVILEGES).and_then(|all| columns(&all));
        let one = |privilege: &Privilege| Granted { privilege: *privilege, columns: columns.clone() };
        return sort.all().iter().map(one).collect();
    };
    let one = |command: SyntaxNode| {
        let word = text(&command).to_lowercase();
        let privilege = Privilege::from_word(word.split([' ', '(']).next()?)?;
        Some(Granted { privilege, columns: columns(&command) })
    };
    list.children().filter_map(one).collect()
}

fn columns(node: &SyntaxNode) -> Option<BTreeSet<String>> {
    let list = find(node, SyntaxKind::COLUMN_REF_LIST)?;
    Some(list.children().filter_map(|column| parts(&column).pop()).collect())
}
