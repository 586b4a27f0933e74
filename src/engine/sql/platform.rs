//! What a Supabase project has before its first migration.
//!
//! Source: supabase/postgres init scripts and supabase.com/docs/guides/database/postgres/roles:
//! default privileges of `postgres` in `public` give tables and functions to the API's roles.

use super::{
    acl::{Acl, Defaults, PUBLIC, Sort},
    catalogue::{Catalogue, Column, Relation, RelationKind, Rls, Schema},
    name::{Name, Origin},
};

const API_ROLES: [&str; 3] = ["anon", "authenticated", "service_role"];

/// `default_grants`: whether new objects in `public` are granted to the API's roles, as projects
/// have it unless they were created without.
pub(super) fn fresh(default_grants: bool) -> Catalogue {
    let mut catalogue = Catalogue { defaults: Defaults::of_postgres(), ..Catalogue::default() };
    for schema in
        ["public", "auth", "storage", "extensions", "realtime", "graphql_public", "graphql", "vault"]
    {
        catalogue.schemas.insert(schema.to_owned(), Schema::default());
    }
    open_schema(&mut catalogue, "public", &[PUBLIC]);
    for schema in ["storage", "realtime", "graphql_public", "extensions", "auth"] {
        open_schema(&mut catalogue, schema, &API_ROLES);
    }
    if default_grants {
        for role in API_ROLES {
            for sort in [Sort::Table, Sort::Function] {
                catalogue.defaults.of(Some("public"), sort).grant_all(role, sort);
            }
        }
    }
    for (schema, table, columns) in TABLES {
        add(&mut catalogue, schema, table, columns);
    }
    catalogue
}

const TABLES: &[(&str, &str, &[&str])] = &[
    (
        "auth",
        "users",
        &[
            "id",
            "email",
            "phone",
            "raw_user_meta_data",
            "raw_app_meta_data",
            "created_at",
            "is_anonymous",
            "role",
        ],
    ),
    ("auth", "identities", &["id", "user_id", "provider", "email"]),
    ("auth", "sessions", &["id", "user_id", "aal"]),
    ("auth", "mfa_factors", &["id", "user_id", "status"]),
    ("storage", "buckets", &["id", "name", "owner", "public", "file_size_limit", "allowed_mime_types"]),
    (
        "storage",
        "objects",
        &["id", "bucket_id", "name", "owner", "owner_id", "metadata", "path_tokens", "created_at"],
    ),
    ("realtime", "messages", &["id", "topic", "extension", "payload", "private"]),
];

fn open_schema(catalogue: &mut Catalogue, schema: &str, roles: &[&str]) {
    if let Some(schema) = catalogue.schemas.get_mut(schema) {
        for role in roles {
            schema.usage.grant_all(role, Sort::Schema);
        }
    }
}

/// Row level security is on for all of these; only `storage` and `realtime` are granted.
fn add(catalogue: &mut Catalogue, schema: &str, table: &str, columns: &[&str]) {
    let mut acl = Acl::default();
    if schema != "auth" {
        for role in API_ROLES {
            acl.grant_all(role, Sort::Table);
        }
    }
    let column = |name: &&str| Column {
        name: (*name).to_owned(),
        kind: String::new(),
        not_null: *name == "id",
        references: None,
    };
    let name = Name::new(schema, table);
    let relation = Relation {
        name: name.clone(),
        kind: RelationKind::Table,
        origin: Origin::default(),
        rls: Rls { enabled: true, switches: Vec::new() },
        columns: columns.iter().map(column).collect(),
        policies: Vec::new(),
        acl,
        platform: true,
        view: None,
        guarded: false,
    };
    catalogue.relations.insert(name, relation);
}
