//! Applies migrations, statement by statement, to a catalogue.

mod function;
mod grant;
mod policy;
mod procedural;
mod settings;
mod storage;
mod table;
mod view;

use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};

use super::{
    catalogue::{Catalogue, Doubt, Topics},
    name::{Name, Origin},
    platform,
    split::{Statement, is_bounded, split},
    syntax::parts,
};

/// What the project is like where migrations do not say.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// New tables in `public` are granted to the API's roles, which is how Supabase projects are
    /// set up unless their owner chose otherwise.
    pub default_grants: bool,
}

impl Default for Profile {
    fn default() -> Self {
        Self { default_grants: true }
    }
}

/// The grammar recurses; what [`is_bounded`] lets through fits into this with room to spare.
const STACK: usize = 256 * 1024 * 1024;

/// Replays files (path and text) in the order given.
///
/// Errors name what went wrong with the replay itself; a statement that is not understood is a
/// [`Doubt`] in the catalogue instead.
pub fn replay(files: &[(&str, &str)], profile: Profile) -> Result<Catalogue, String> {
    std::thread::scope(|scope| {
        let work = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || run(files, profile));
        let joined = work.map_err(|err| err.to_string())?.join();
        joined.map_err(|_| "the SQL grammar gave up on a migration".to_owned())
    })
}

fn run(files: &[(&str, &str)], profile: Profile) -> Catalogue {
    let mut replay = Replay {
        catalogue: platform::fresh(profile.default_grants),
        file: String::new(),
        line: 0,
        search_path: settings::default_path(),
        depth: 0,
        steps: 0,
        enables_rls: false,
    };
    for (path, text) in files {
        (*path).clone_into(&mut replay.file);
        // Each migration is applied in a session of its own.
        replay.search_path = settings::default_path();
        for statement in split(text) {
            replay.statement(statement);
        }
    }
    replay.catalogue
}

struct Replay {
    catalogue: Catalogue,
    file: String,
    line: u32,
    search_path: Vec<String>,
    /// Of statements that run statements.
    depth: usize,
    /// Statements run by loops.
    steps: usize,
    /// An event trigger switches row level security on for new tables.
    enables_rls: bool,
}

impl Replay {
    fn statement(&mut self, statement: Statement<'_>) {
        self.line = statement.line;
        self.catalogue.statements += 1;
        if !matters(statement.text) {
            return;
        }
        if !is_bounded(statement.text) {
            return self.unread("a statement that is too large or too deeply nested", statement.text);
        }
        let parse = SourceFile::parse(statement.text);
        let root = parse.syntax_node();
        let Some(node) = root.children().find(|node| node.kind() != SyntaxKind::EMPTY_STMT) else {
            return self.unread("a statement that does not parse", statement.text);
        };
        if let Some(error) = parse.errors().first()
            && !is_tolerable(node.kind())
        {
            return self
                .unread(&format!("a statement that does not parse ({})", error.message()), statement.text);
        }
        self.apply(&node);
    }

    /// Applies one parsed statement.
    fn apply(&mut self, node: &SyntaxNode) {
        match node.kind() {
            SyntaxKind::CREATE_SCHEMA => self.create_schema(node),
            SyntaxKind::DROP_SCHEMA => self.drop_schema(node),
            SyntaxKind::CREATE_TABLE | SyntaxKind::CREATE_TABLE_AS | SyntaxKind::CREATE_FOREIGN_TABLE => {
                self.create_table(node);
            }
            SyntaxKind::SELECT_INTO => self.select_into(node),
            SyntaxKind::ALTER_TABLE | SyntaxKind::ALTER_FOREIGN_TABLE => self.alter_table(node),
            SyntaxKind::DROP_TABLE
            | SyntaxKind::DROP_VIEW
            | SyntaxKind::DROP_MATERIALIZED_VIEW
            | SyntaxKind::DROP_FOREIGN_TABLE => self.drop_relations(node),
            SyntaxKind::CREATE_VIEW | SyntaxKind::CREATE_MATERIALIZED_VIEW => self.create_view(node),
            SyntaxKind::ALTER_VIEW | SyntaxKind::ALTER_MATERIALIZED_VIEW => self.alter_view(node),
            SyntaxKind::CREATE_POLICY => self.create_policy(node),
            SyntaxKind::ALTER_POLICY => self.alter_policy(node),
            SyntaxKind::DROP_POLICY => self.drop_policy(node),
            SyntaxKind::GRANT => self.grant_or_revoke(node, true),
            SyntaxKind::REVOKE => self.grant_or_revoke(node, false),
            SyntaxKind::ALTER_DEFAULT_PRIVILEGES => self.default_privileges(node),
            SyntaxKind::CREATE_FUNCTION | SyntaxKind::CREATE_PROCEDURE => self.create_function(node),
            SyntaxKind::ALTER_FUNCTION | SyntaxKind::ALTER_PROCEDURE | SyntaxKind::ALTER_ROUTINE => {
                self.alter_function(node);
            }
            SyntaxKind::DROP_FUNCTION | SyntaxKind::DROP_PROCEDURE | SyntaxKind::DROP_ROUTINE => {
                self.drop_function(node);
            }
            SyntaxKind::CREATE_EVENT_TRIGGER => self.create_event_trigger(node),
            SyntaxKind::CREATE_TRIGGER => self.create_trigger(node),
            SyntaxKind::DO => self.run_block(node),
            SyntaxKind::SELECT | SyntaxKind::CALL => self.select(node),
            SyntaxKind::SET => self.set(node),
            SyntaxKind::RESET => self.search_path = settings::default_path(),
            SyntaxKind::INSERT => self.insert(node),
            SyntaxKind::UPDATE => self.update(node),
            SyntaxKind::DELETE => self.delete(node),
            _ => {}
        }
    }

    fn origin(&self) -> Origin {
        Origin { file: self.file.clone(), line: self.line }
    }

    fn unread(&mut self, what: &str, text: &str) {
        self.catalogue.unread += 1;
        self.doubt(what, text, None);
    }

    /// Notes that `text` was not followed, and what may depend on it.
    fn doubt(&mut self, what: &str, text: &str, relation: Option<Name>) {
        let about = topics_of(text);
        if about.is_empty() {
            return;
        }
        let text = text.to_ascii_lowercase();
        let mut relations = self.catalogue.relations.values();
        let restricts = relations.any(|relation| relation.policies.iter().any(|policy| !policy.permissive));
        let doubt = Doubt {
            origin: self.origin(),
            what: what.to_owned(),
            about,
            relation,
            tightens: TIGHTENS.iter().any(|words| text.contains(words)),
            // To drop a policy closes something, unless it is one that restricts.
            loosens: LOOSENS.iter().any(|words| text.contains(words))
                || (restricts && text.contains("drop policy")),
        };
        self.catalogue.doubts.push(doubt);
    }

    /// The name an existing relation is found under.
    fn existing(&self, node: &SyntaxNode) -> Option<Name> {
        self.existing_parts(&parts(node))
    }

    fn existing_parts(&self, parts: &[String]) -> Option<Name> {
        match parts {
            [.., schema, name] => Some(Name::new(schema, name)),
            [name] => {
                let candidates = self.search_path.iter().map(|schema| Name::new(schema, name));
                let mut candidates = candidates.filter(|name| self.catalogue.relations.contains_key(name));
                candidates.next().or_else(|| self.new_name(parts))
            }
            [] => None,
        }
    }

    /// The name a new object gets: in the first schema of the search path.
    fn new_name(&self, parts: &[String]) -> Option<Name> {
        match parts {
            [.., schema, name] => Some(Name::new(schema, name)),
            [name] => {
                let schema =
                    self.search_path.iter().find(|schema| self.catalogue.schemas.contains_key(*schema));
                Some(Name::new(schema.map_or("public", String::as_str), name))
            }
            [] => None,
        }
    }
}

/// Data and comments are most of some migrations and change nobody's access.
fn matters(text: &str) -> bool {
    let head = text.as_bytes();
    let starts =
        |word: &str| head.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
    if starts("insert") || starts("update") || starts("delete") {
        return text.get(..400.min(text.len())).unwrap_or(text).to_ascii_lowercase().contains("buckets");
    }
    !["comment", "copy ", "create index", "create unique", "analyze", "vacuum"]
        .iter()
        .any(|word| starts(word))
}

/// Statements whose clauses are found by kind even where another clause is faulty must still
/// parse whole: a half-read policy would be a different policy. A function's body may be faulty.
fn is_tolerable(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::CREATE_FUNCTION | SyntaxKind::CREATE_PROCEDURE | SyntaxKind::CREATE_TRIGGER)
}

/// Words of statements that take rights away,
const TIGHTENS: &[&str] = &[
    "enable row level security",
    "drop policy",
    "alter policy",
    "restrictive",
    "revoke",
    "security_invoker",
    "security invoker",
    "search_path",
    "drop table",
    "drop view",
    "drop function",
    "set schema",
    "drop materialized",
    "create or replace",
    "storage.buckets",
];
/// and of those that give some. A statement of neither sort is no doubt worth keeping.
const LOOSENS: &[&str] = &[
    "disable row level security",
    "create policy",
    "alter policy",
    "grant ",
    "create table",
    "create view",
    "create or replace",
    "create function",
    "create materialized",
    "security definer",
    "default privileges",
    "storage.buckets",
    "no force row",
];

/// What a text that was not understood could be about, by its words.
fn topics_of(text: &str) -> Topics {
    let text = text.to_ascii_lowercase();
    let has = |word: &str| text.contains(word);
    Topics {
        rls: has("row level security"),
        policies: has("policy"),
        grants: has("grant ") || has("revoke ") || has("privileges"),
        relations: has("create table")
            || has("drop table")
            || has("create view")
            || has("create or replace view"),
        functions: has("create function")
            || has("create or replace function")
            || has("alter function")
            || has("security definer"),
        buckets: has("storage.buckets"),
    }
}
