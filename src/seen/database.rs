//! The migrations of a Supabase project: the thing judged, so their text is kept.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde::{Deserialize, Serialize};

use super::Miss;
use crate::engine::sql::{Catalogue, Profile, replay};

/// All migrations of one project, by the path of their folder.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// In the order in which they are applied.
    pub migrations: Vec<Migration>,
    /// Migrations that could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Unread>,
    /// The project's `config.toml`, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<ProjectConfig>,
    #[serde(skip)]
    replayed: Replayed,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// Relative to the repository.
    pub path: String,
    pub sql: String,
}

/// A file that could not be read, and why.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Unread {
    pub path: String,
    pub why: Miss,
}

/// What `supabase/config.toml` says about access. Values that may be secret are not kept.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProjectConfig {
    pub path: String,
    /// By dotted key, e.g. `auth.site_url`.
    pub settings: BTreeMap<String, Setting>,
    /// Why it could not be understood, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed: Option<Miss>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// A list is one value an item; anything else is one.
    pub values: Vec<String>,
    /// From 1.
    pub line: u32,
}

impl Database {
    pub fn new(migrations: Vec<Migration>, missed: Vec<Unread>, config: Option<ProjectConfig>) -> Self {
        Self { migrations, missed, config, replayed: Replayed::default() }
    }

    /// The catalogue after the last migration; computed once for all checks.
    pub fn catalogue(&self) -> Result<&Catalogue, Miss> {
        if let Some(unread) = self.missed.first() {
            return Err(unread.why.clone());
        }
        let replayed = self.replayed.0.get_or_init(|| {
            let files = self.migrations.iter().map(|file| (file.path.as_str(), file.sql.as_str()));
            let files: Vec<(&str, &str)> = files.collect();
            Arc::new(replay(&files, Profile::default()))
        });
        match &**replayed {
            Ok(catalogue) => Ok(catalogue),
            Err(why) => Err(Miss::Unsupported(why.clone())),
        }
    }

    /// The schemas the Data API serves; Supabase's own default where the configuration is silent.
    pub fn exposed_schemas(&self) -> Vec<String> {
        let schemas = self.setting("api.schemas").map(|setting| setting.values.clone());
        schemas.unwrap_or_else(|| vec!["public".to_owned(), "graphql_public".to_owned()])
    }

    pub fn setting(&self, key: &str) -> Option<&Setting> {
        self.config.as_ref()?.settings.get(key)
    }
}

/// A memory, not a fact: equal to any other and never recorded.
#[derive(Clone, Debug, Default)]
struct Replayed(OnceLock<Arc<Result<Catalogue, String>>>);

impl PartialEq for Replayed {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}
