//! What a database looks like after its migrations, as far as access depends on it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    acl::{Acl, Defaults},
    expr::Expr,
    name::{Name, Origin},
};

/// The state after the last migration.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub schemas: BTreeMap<String, Schema>,
    pub relations: BTreeMap<Name, Relation>,
    pub functions: Vec<Function>,
    /// Storage buckets that migrations create, by id.
    pub buckets: BTreeMap<String, Bucket>,
    /// What could not be followed, in the order of the files.
    pub doubts: Vec<Doubt>,
    /// Which roles a role is a member of, where migrations say so.
    pub members: BTreeMap<String, BTreeSet<String>>,
    /// Statements read, and how many of them were not understood.
    pub statements: usize,
    pub unread: usize,
    pub(super) defaults: Defaults,
}

#[derive(Clone, Debug, Default)]
pub struct Schema {
    pub usage: Acl,
}

/// A table, view, materialised view or foreign table.
#[derive(Clone, Debug)]
pub struct Relation {
    pub name: Name,
    pub kind: RelationKind,
    pub origin: Origin,
    /// Row level security, with where it was last switched.
    pub rls: Rls,
    pub columns: Vec<Column>,
    pub policies: Vec<Policy>,
    pub acl: Acl,
    /// Belongs to the platform (`auth.users`, `storage.objects`), not to the project.
    pub platform: bool,
    pub view: Option<View>,
    /// Has a row trigger before INSERT or UPDATE, which may correct what is written.
    pub guarded: bool,
}

impl Relation {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RelationKind {
    Table,
    View,
    MaterializedView,
    ForeignTable,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Rls {
    pub enabled: bool,
    /// Every switch, oldest first: where, and on or off.
    pub switches: Vec<(Origin, bool)>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Column {
    pub name: String,
    /// Lower case, as written.
    pub kind: String,
    pub not_null: bool,
    /// The table a foreign key of this column points to.
    pub references: Option<Name>,
}

#[derive(Clone, Debug, Default)]
pub struct View {
    pub security_invoker: bool,
    /// Relations its query names.
    pub reads: Vec<Name>,
}

/// A row level security policy.
#[derive(Clone, Debug)]
pub struct Policy {
    pub name: String,
    pub command: PolicyCommand,
    /// `public` where no role is named.
    pub roles: Vec<String>,
    pub permissive: bool,
    pub using: Option<Condition>,
    pub check: Option<Condition>,
    pub origin: Origin,
}

/// A policy's expression: as written with blanks collapsed, and understood.
#[derive(Clone, Debug)]
pub struct Condition {
    pub text: String,
    pub expr: Expr,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PolicyCommand {
    All,
    Select,
    Insert,
    Update,
    Delete,
}

#[derive(Clone, Debug)]
pub struct Function {
    pub name: Name,
    /// Types of the input parameters, lower case and in their short form.
    pub arguments: Vec<String>,
    pub parameters: Vec<String>,
    pub origin: Origin,
    pub definer: bool,
    /// `None` where no search path is fixed.
    pub search_path: Option<String>,
    pub language: String,
    pub returns: String,
    pub body: String,
    pub acl: Acl,
    /// The one expression it returns, where its body is as simple as that.
    pub value: Option<Box<Expr>>,
}

#[derive(Clone, Debug)]
pub struct Bucket {
    pub public: bool,
    pub origin: Origin,
}

/// Something in the migrations that was not followed, and what may depend on it.
#[derive(Clone, Debug)]
pub struct Doubt {
    pub origin: Origin,
    pub what: String,
    pub about: Topics,
    /// The one relation it is about, where it names one.
    pub relation: Option<Name>,
    /// It may have closed something, so that a fault may be none;
    pub tightens: bool,
    /// or opened something, so that a fault may be missed.
    pub loosens: bool,
}

/// What a statement can change.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Topics {
    pub rls: bool,
    pub policies: bool,
    pub grants: bool,
    pub relations: bool,
    pub functions: bool,
    pub buckets: bool,
}

impl Topics {
    pub const ALL: Self =
        Self { rls: true, policies: true, grants: true, relations: true, functions: true, buckets: true };

    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    pub fn overlaps(self, other: Self) -> bool {
        (self.rls && other.rls)
            || (self.policies && other.policies)
            || (self.grants && other.grants)
            || (self.relations && other.relations)
            || (self.functions && other.functions)
            || (self.buckets && other.buckets)
    }
}
