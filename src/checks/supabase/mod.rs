//! Checks of the station `supabase`.

use super::Check;
use crate::{
    engine::sql::{
        Caller, Catalogue, Command, Doubt, Name, Origin, Reach, Relation, RelationKind, Topics, is_exposed,
        reach,
    },
    finding::{Finding, Place},
    seen::{Database, Miss, Setting},
    verdict::Verdict,
};

mod anon_can_read;
mod anon_can_write;
mod anonymous_sign_in;
mod any_user_can_read;
mod any_user_can_write;
mod auth_users_exposed;
mod definer_callable;
mod definer_search_path;
mod definer_view;
mod email_confirmation_off;
mod inverted_auth;
mod materialized_view_exposed;
mod membership_self_join;
mod policies_but_rls_off;
mod policy_always_true;
mod public_bucket;
mod redirect_wildcard;
mod rls_dropped_later;
mod rls_off;
mod rls_without_policy;
mod self_escalation;
mod short_password;
mod storage_unbound_write;
mod user_metadata_in_policy;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &anon_can_read::CHECK,
    &anon_can_write::CHECK,
    &anonymous_sign_in::CHECK,
    &any_user_can_read::CHECK,
    &any_user_can_write::CHECK,
    &auth_users_exposed::CHECK,
    &definer_callable::CHECK,
    &definer_search_path::CHECK,
    &definer_view::CHECK,
    &email_confirmation_off::CHECK,
    &inverted_auth::CHECK,
    &materialized_view_exposed::CHECK,
    &membership_self_join::CHECK,
    &policies_but_rls_off::CHECK,
    &policy_always_true::CHECK,
    &public_bucket::CHECK,
    &redirect_wildcard::CHECK,
    &rls_dropped_later::CHECK,
    &rls_off::CHECK,
    &rls_without_policy::CHECK,
    &self_escalation::CHECK,
    &short_password::CHECK,
    &storage_unbound_write::CHECK,
    &user_metadata_in_policy::CHECK,
];

/// What the access checks rest on.
const ACCESS: Topics =
    Topics { rls: true, policies: true, grants: true, relations: true, functions: false, buckets: false };

/// One project's catalogue, and which of its schemas the Data API serves.
struct Project<'a> {
    catalogue: &'a Catalogue,
    exposed: Vec<String>,
}

impl<'a> Project<'a> {
    /// The verdict where there is nothing to judge or it could not be read.
    fn of(database: &'a Database) -> Result<Self, Verdict> {
        let catalogue = database.catalogue().map_err(Verdict::inconclusive)?;
        if database.migrations.is_empty() {
            return Err(Verdict::not_applicable("the folder holds no migrations"));
        }
        if let Some(miss) = database.config.as_ref().and_then(|config| config.missed.clone()) {
            return Err(Verdict::inconclusive(miss));
        }
        Ok(Self { catalogue, exposed: database.exposed_schemas() })
    }

    /// Relations of a kind that the Data API serves, the project's own.
    fn exposed(&self, kind: RelationKind) -> impl Iterator<Item = &'a Relation> {
        let relations = self.catalogue.relations.values();
        relations.filter(move |relation| {
            relation.kind == kind && !relation.platform && is_exposed(&relation.name, &self.exposed)
        })
    }

    /// The same, with the files of the Storage API.
    fn exposed_tables(&self) -> impl Iterator<Item = &'a Relation> {
        let objects = self.catalogue.relations.get(&Name::new("storage", "objects"));
        self.exposed(RelationKind::Table).chain(objects)
    }

    /// The commands by which `caller` reaches something, whatever the rows.
    fn commands(&self, relation: &'a Relation, caller: Caller) -> Vec<(Command, Reach<'a>)> {
        let all = Command::ALL.into_iter();
        all.map(|command| (command, reach(self.catalogue, relation, caller, command)))
            .filter(|(_, reach)| !reach.is_closed())
            .collect()
    }

    /// Commands that row level security lets through for every row, by policies that no other
    /// check reports for their odd shape.
    fn opened(&self, relation: &'a Relation, caller: Caller) -> Vec<(Command, Reach<'a>)> {
        let mut commands = self.commands(relation, caller);
        let is_plain = |reach: &Reach<'_>| {
            reach.open_by.is_empty()
                || reach.open_by.iter().any(|policy| !policy.is_oddly_shaped(relation, self.catalogue))
        };
        commands.retain(|(_, reach)| relation.rls.enabled && reach.is_open() && is_plain(reach));
        commands
    }

    /// Why a relation may be more open than it looks: a policy whose function is not understood.
    fn not_understood(&self, relation: &'a Relation, caller: Caller, commands: &[Command]) -> Option<Miss> {
        let reaches = self.commands(relation, caller);
        let mut asked =
            reaches.iter().filter(|(command, reach)| commands.contains(command) && !reach.is_open());
        let policy = asked.find_map(|(_, reach)| reach.unclear)?;
        let text = policy.conditions().next().map(|condition| condition.text.clone()).unwrap_or_default();
        Some(Miss::Unsupported(format!(
            "policy \"{}\" on {} ({}): {text}",
            policy.name, relation.name, policy.origin
        )))
    }

    /// Fails with the findings; without any, what was not followed decides between inconclusive
    /// and pass.
    fn conclude(&self, findings: Vec<Finding>, unclear: Option<Miss>, topics: Topics) -> Verdict {
        if !findings.is_empty() {
            return Verdict::Fail(findings);
        }
        let doubt = unclear.or_else(|| self.catalogue.may_be_worse(topics).map(miss));
        doubt.map_or(Verdict::Pass, Verdict::inconclusive)
    }

    /// Whether a fault of the relation is one, or what may have mended it.
    fn sure(&self, relation: &Relation, topics: Topics) -> Result<(), Miss> {
        self.catalogue.may_be_mended(Some(&relation.name), topics).map_or(Ok(()), |doubt| Err(miss(doubt)))
    }
}

fn miss(doubt: &Doubt) -> Miss {
    Miss::Unsupported(format!("{} ({})", doubt.what, doubt.origin))
}

fn at(origin: &Origin) -> Place {
    Place::file(origin.file.clone(), origin.line)
}

/// Where a setting of `config.toml` stands.
fn at_setting(database: &Database, setting: &Setting) -> Place {
    let path = database.config.as_ref().map(|config| config.path.clone()).unwrap_or_default();
    Place::file(path, setting.line)
}

/// A request that shows it, for a reader who wants to try.
fn request(caller: Caller, command: Command, relation: &Relation) -> String {
    let key = match caller {
        Caller::Anonymous => "-H \"apikey: $ANON_KEY\"",
        Caller::Stranger => "-H \"apikey: $ANON_KEY\" -H \"Authorization: Bearer $USER_TOKEN\"",
    };
    if relation.name.schema == "storage" {
        return format!(
            "curl \"$SUPABASE_URL/storage/v1/object/list/$BUCKET\" {key} -d '{{\"prefix\":\"\"}}'"
        );
    }
    let profile = match (relation.name.schema.as_str(), command) {
        ("public", _) => String::new(),
        (schema, Command::Select) => format!(" -H \"Accept-Profile: {schema}\""),
        (schema, _) => format!(" -H \"Content-Profile: {schema}\""),
    };
    let url = format!("\"$SUPABASE_URL/rest/v1/{}", relation.name.name);
    let column = relation.columns.first().map_or("id", |column| column.name.as_str());
    match command {
        Command::Select => format!("curl {url}?select=*\" {key}{profile}"),
        Command::Insert => {
            format!("curl -X POST {url}\" {key}{profile} -H \"Content-Type: application/json\" -d '{{…}}'")
        }
        Command::Update => format!(
            "curl -X PATCH {url}?{column}=not.is.null\" {key}{profile} -H \"Content-Type: application/json\" -d '{{…}}'"
        ),
        Command::Delete => format!("curl -X DELETE {url}?{column}=not.is.null\" {key}{profile}"),
    }
}

/// `read, insert and delete`.
fn verbs(commands: &[Command]) -> String {
    let words: Vec<&str> = commands.iter().map(|command| command.verb()).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// An owner policy for the table as SQL, bound to its owner column where it has one.
fn owner_policy(relation: &Relation, command: Command) -> String {
    let table = relation.name.quoted();
    let owner = relation.owner_column().map_or_else(|| "user_id".to_owned(), crate::engine::sql::quote_ident);
    let bound = format!("(select auth.uid()) = {owner}");
    let clauses = match command {
        Command::Insert => format!("with check ({bound})"),
        Command::Update => format!("using ({bound}) with check ({bound})"),
        Command::Select | Command::Delete => format!("using ({bound})"),
    };
    format!(
        "create policy \"owner can {}\" on {table}\n  for {} to authenticated {clauses};",
        command.keyword(),
        command.keyword()
    )
}

/// Statements that take the policies away which open a table, before better ones are made.
fn replace_policies(relation: &Relation, opened: &[(Command, Reach<'_>)]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for policy in opened.iter().flat_map(|(_, reach)| &reach.open_by) {
        let name = policy.name.replace('"', "\"\"");
        let line = format!("drop policy \"{name}\" on {};", relation.name.quoted());
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.extend(opened.iter().map(|(command, _)| owner_policy(relation, *command)));
    lines.join("\n")
}

/// The policies that open a table, each once: names for the message and places for the finding.
fn openers(opened: &[(Command, Reach<'_>)]) -> (String, Vec<Place>) {
    let (mut names, mut places): (Vec<String>, Vec<Place>) = (Vec::new(), Vec::new());
    for policy in opened.iter().flat_map(|(_, reach)| &reach.open_by) {
        let name = format!("\"{}\"", policy.name);
        if !names.contains(&name) {
            names.push(name);
            places.push(at(&policy.origin));
        }
    }
    (names.join(", "), places)
}
