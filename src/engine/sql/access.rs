//! The prover: schema exposed, and granted, and let through by row level security.

use super::{
    acl::{Held, Privilege},
    caller::Caller,
    catalogue::{Catalogue, Condition, Doubt, Function, Policy, PolicyCommand, Relation, Topics},
    eval::evaluate,
    name::Name,
    truth::Truth,
};

/// What can be done with rows.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Command {
    Select,
    Insert,
    Update,
    Delete,
}

impl Command {
    pub const ALL: [Self; 4] = [Self::Select, Self::Insert, Self::Update, Self::Delete];
    pub const WRITES: [Self; 3] = [Self::Insert, Self::Update, Self::Delete];

    pub const fn privilege(self) -> Privilege {
        match self {
            Self::Select => Privilege::Select,
            Self::Insert => Privilege::Insert,
            Self::Update => Privilege::Update,
            Self::Delete => Privilege::Delete,
        }
    }

    /// For messages: `read`, `insert`, …
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Select => "read",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// For SQL.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// What one caller can do with one relation by one command.
#[derive(Clone, Debug)]
pub struct Reach<'a> {
    pub held: Held,
    /// Over all rows; `True` where row level security is off.
    pub truth: Truth,
    /// The permissive policies that alone let every row through.
    pub open_by: Vec<&'a Policy>,
    /// A permissive policy that may let through more than is understood.
    pub unclear: Option<&'a Policy>,
}

impl Reach<'_> {
    /// Every row, on at least one column.
    pub fn is_open(&self) -> bool {
        self.held != Held::Nothing && self.truth == Truth::True
    }

    pub fn is_closed(&self) -> bool {
        self.held == Held::Nothing || matches!(self.truth, Truth::Never(_))
    }
}

/// Can the caller reach rows of `relation`, and which?
///
/// For a view the truth is `True`: whose policies apply is a matter of `security_invoker`.
pub fn reach<'a>(
    catalogue: &Catalogue,
    relation: &'a Relation,
    caller: Caller,
    command: Command,
) -> Reach<'a> {
    let held = grants(catalogue, relation, caller, command);
    if !relation.rls.enabled || held == Held::Nothing {
        return Reach { held, truth: Truth::True, open_by: Vec::new(), unclear: None };
    }
    let mut permissive = Truth::FALSE;
    let (mut restrictive, mut open_by, mut unclear) = (Truth::True, Vec::new(), None);
    for policy in relation.policies.iter().filter(|policy| policy.applies(caller, command, catalogue)) {
        let truth = policy_truth(catalogue, relation, policy, caller, command);
        if !policy.permissive {
            restrictive = restrictive.and(truth);
            continue;
        }
        match &truth {
            Truth::True => open_by.push(policy),
            Truth::Depends(needs) if needs.iter().any(|needs| !needs.is_known() && !needs.binds_caller()) => {
                unclear = Some(policy);
            }
            _ => {}
        }
        permissive = permissive.or(truth);
    }
    Reach { held, truth: permissive.and(restrictive), open_by, unclear }
}

/// How far the caller's privileges reach, schema usage included.
pub fn grants(catalogue: &Catalogue, relation: &Relation, caller: Caller, command: Command) -> Held {
    let usage = catalogue.schemas.get(&relation.name.schema).map(|schema| &schema.usage);
    let may_enter =
        usage.is_some_and(|acl| acl.held(caller.role(), Privilege::Usage, &catalogue.members) == Held::Whole);
    if may_enter {
        relation.acl.held(caller.role(), command.privilege(), &catalogue.members)
    } else {
        Held::Nothing
    }
}

/// Is the schema served by the Data API (or, for `storage.objects`, by the Storage API)?
pub fn is_exposed(name: &Name, exposed: &[String]) -> bool {
    exposed.contains(&name.schema) || (name.schema == "storage" && name.name == "objects")
}

/// What one policy says by itself.
fn policy_truth(
    catalogue: &Catalogue,
    relation: &Relation,
    policy: &Policy,
    caller: Caller,
    command: Command,
) -> Truth {
    let say = |condition: Option<&Condition>| {
        condition.map_or(Truth::True, |condition| evaluate(&condition.expr, caller, relation, catalogue))
    };
    let check = policy.check.as_ref().or(policy.using.as_ref());
    match command {
        Command::Select | Command::Delete => say(policy.using.as_ref()),
        Command::Insert => say(check),
        Command::Update => say(policy.using.as_ref()).and(say(check)),
    }
}

impl Policy {
    pub fn applies(&self, caller: Caller, command: Command, catalogue: &Catalogue) -> bool {
        let for_command = match self.command {
            PolicyCommand::All => true,
            PolicyCommand::Select => command == Command::Select,
            PolicyCommand::Insert => command == Command::Insert,
            PolicyCommand::Update => command == Command::Update,
            PolicyCommand::Delete => command == Command::Delete,
        };
        for_command && self.roles.iter().any(|role| catalogue.is_member(caller.role(), role))
    }

    /// Its conditions, USING first.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.using.iter().chain(&self.check)
    }
}

impl Catalogue {
    /// Finds a relation by the parts of its name as written: `table` is looked for in `public`,
    /// then anywhere it is the only one of its name.
    pub fn resolve(&self, parts: &[String]) -> Option<&Relation> {
        match parts {
            [.., schema, table] => self.relations.get(&Name::new(schema, table)),
            [table] => self.relations.get(&Name::new("public", table)).or_else(|| {
                let mut named = self.relations.values().filter(|relation| relation.name.name == *table);
                named.next().filter(|_| named.next().is_none())
            }),
            [] => None,
        }
    }

    /// The one function of that name that takes so many arguments.
    pub fn function(&self, parts: &[String], arguments: usize) -> Option<&Function> {
        let (name, schema) = (parts.last()?, parts.len().checked_sub(2).and_then(|at| parts.get(at)));
        let mut found = self.functions.iter().filter(|function| {
            function.name.name == *name
                && schema.is_none_or(|schema| function.name.schema == *schema)
                && function.arguments.len() >= arguments
        });
        found.next().filter(|function| found.next().is_none() && function.arguments.len() == arguments)
    }

    /// Why a fault of this relation (or of anything) may be none: something that was not followed
    /// may have mended it.
    pub fn may_be_mended(&self, relation: Option<&Name>, topics: Topics) -> Option<&Doubt> {
        self.doubts.iter().find(|doubt| {
            doubt.tightens
                && doubt.about.overlaps(topics)
                && (doubt.relation.is_none() || relation.is_none() || doubt.relation.as_ref() == relation)
        })
    }

    /// Why a fault may be missed. Relations that no migration creates are told by
    /// [`Catalogue::foreign`].
    pub fn may_be_worse(&self, topics: Topics) -> Option<&Doubt> {
        self.doubts
            .iter()
            .find(|doubt| doubt.loosens && doubt.about.overlaps(topics) && !self.is_foreign(doubt))
    }

    /// A relation that migrations change and none creates.
    pub fn foreign(&self) -> Option<&Doubt> {
        self.doubts.iter().find(|doubt| self.is_foreign(doubt))
    }

    fn is_foreign(&self, doubt: &Doubt) -> bool {
        doubt.relation.as_ref().is_some_and(|name| !self.relations.contains_key(name))
    }

    fn is_member(&self, role: &str, of: &str) -> bool {
        of == super::PUBLIC || role == of || {
            let mut open = vec![role];
            let mut seen = std::collections::BTreeSet::new();
            while let Some(role) = open.pop() {
                if role == of {
                    return true;
                }
                if seen.insert(role) {
                    open.extend(self.members.get(role).into_iter().flatten().map(String::as_str));
                }
            }
            false
        }
    }
}

impl Function {
    /// Does its text ask who calls?
    pub fn looks_at_caller(&self) -> bool {
        let body = self.body.to_lowercase();
        ["auth.uid", "auth.jwt", "auth.role", "auth.email", "request.jwt", "current_user"]
            .iter()
            .any(|word| body.contains(word))
    }
}
