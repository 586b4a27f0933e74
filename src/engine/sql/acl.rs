//! Privileges: who holds what on one object, and what new objects are born with.

use std::collections::{BTreeMap, BTreeSet};

/// The pseudo-role every role belongs to.
pub const PUBLIC: &str = "public";

#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Privilege {
    Select,
    Insert,
    Update,
    Delete,
    Truncate,
    References,
    Trigger,
    Execute,
    Usage,
    Create,
}

impl Privilege {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "select" => Self::Select,
            "insert" => Self::Insert,
            "update" => Self::Update,
            "delete" => Self::Delete,
            "truncate" => Self::Truncate,
            "references" => Self::References,
            "trigger" => Self::Trigger,
            "execute" => Self::Execute,
            "usage" => Self::Usage,
            "create" => Self::Create,
            _ => return None,
        })
    }
}

/// What `ALL` means for each sort of object.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Sort {
    Table,
    Function,
    Schema,
}

impl Sort {
    pub(super) fn all(self) -> &'static [Privilege] {
        use Privilege::{
            Create, Delete, Execute, Insert, References, Select, Trigger, Truncate, Update, Usage,
        };
        match self {
            Self::Table => &[Select, Insert, Update, Delete, Truncate, References, Trigger],
            Self::Function => &[Execute],
            Self::Schema => &[Usage, Create],
        }
    }
}

/// One privilege of a statement, on the whole object or on columns.
#[derive(Clone, Debug)]
pub(super) struct Granted {
    pub(super) privilege: Privilege,
    pub(super) columns: Option<BTreeSet<String>>,
}

/// How far a privilege reaches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Held {
    Nothing,
    Columns(BTreeSet<String>),
    Whole,
}

/// Who holds what on one object.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Acl {
    whole: BTreeSet<(String, Privilege)>,
    columns: BTreeMap<(String, Privilege), BTreeSet<String>>,
}

impl Acl {
    /// What `role` holds by itself, through `PUBLIC` and through the roles it is a member of.
    pub fn held(
        &self,
        role: &str,
        privilege: Privilege,
        members: &BTreeMap<String, BTreeSet<String>>,
    ) -> Held {
        let mut columns = BTreeSet::new();
        for role in with_memberships(role, members) {
            let key = (role.to_owned(), privilege);
            if self.whole.contains(&key) {
                return Held::Whole;
            }
            columns.extend(self.columns.get(&key).into_iter().flatten().cloned());
        }
        if columns.is_empty() { Held::Nothing } else { Held::Columns(columns) }
    }

    pub(super) fn grant(&mut self, role: &str, granted: &Granted) {
        let key = (role.to_owned(), granted.privilege);
        match &granted.columns {
            None => drop(self.whole.insert(key)),
            Some(columns) => self.columns.entry(key).or_default().extend(columns.iter().cloned()),
        }
    }

    /// Revoking a privilege on a table revokes it on its columns too (PostgreSQL, REVOKE, Notes).
    pub(super) fn revoke(&mut self, role: &str, granted: &Granted) {
        let key = (role.to_owned(), granted.privilege);
        match &granted.columns {
            None => {
                self.whole.remove(&key);
                self.columns.remove(&key);
            }
            Some(columns) => {
                if let Some(held) = self.columns.get_mut(&key) {
                    held.retain(|column| !columns.contains(column));
                }
            }
        }
    }

    pub(super) fn grant_all(&mut self, role: &str, sort: Sort) {
        for privilege in sort.all() {
            self.grant(role, &Granted { privilege: *privilege, columns: None });
        }
    }

    fn absorb(&mut self, other: &Self) {
        self.whole.extend(other.whole.iter().cloned());
    }
}

fn with_memberships<'a>(role: &'a str, members: &'a BTreeMap<String, BTreeSet<String>>) -> BTreeSet<&'a str> {
    let mut roles = BTreeSet::from([PUBLIC]);
    let mut open = vec![role];
    while let Some(role) = open.pop() {
        if roles.insert(role) {
            open.extend(members.get(role).into_iter().flatten().map(String::as_str));
        }
    }
    roles
}

/// Default privileges of the role that applies the migrations.
///
/// Those of a schema add to those of the database and cannot take away from them (PostgreSQL,
/// ALTER DEFAULT PRIVILEGES, Description), which is why revoking EXECUTE from PUBLIC "in schema"
/// does nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Defaults {
    everywhere: BTreeMap<Sort, Acl>,
    in_schema: BTreeMap<(String, Sort), Acl>,
}

impl Defaults {
    /// PostgreSQL's own defaults.
    pub(super) fn of_postgres() -> Self {
        let mut functions = Acl::default();
        functions.grant_all(PUBLIC, Sort::Function);
        Self { everywhere: BTreeMap::from([(Sort::Function, functions)]), ..Self::default() }
    }

    pub(super) fn of(&mut self, schema: Option<&str>, sort: Sort) -> &mut Acl {
        match schema {
            None => self.everywhere.entry(sort).or_default(),
            Some(schema) => self.in_schema.entry((schema.to_owned(), sort)).or_default(),
        }
    }

    /// What a new object in `schema` is born with.
    pub(super) fn for_new(&self, schema: &str, sort: Sort) -> Acl {
        let mut acl = self.everywhere.get(&sort).cloned().unwrap_or_default();
        if let Some(more) = self.in_schema.get(&(schema.to_owned(), sort)) {
            acl.absorb(more);
        }
        acl
    }

    /// They go with their schema.
    pub(super) fn drop_schema(&mut self, schema: &str) {
        self.in_schema.retain(|(of, _), _| of != schema);
    }
}
