//! Facts about environments, gathered from the repository's files. No value of a variable is kept.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

mod clue;
mod code;

pub use self::{
    clue::{Clue, ClueKind},
    code::{Code, Reader, Use},
};
use super::Unread;

/// All facts of one repository; checks look for contradictions between them.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Environments {
    /// The files that were read, sorted by path.
    pub files: Vec<EnvironmentFile>,
    /// In the order of the files and of their lines.
    pub facts: Vec<Fact>,
    /// What else the files say about where and how the app runs; sorted by place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clues: Vec<Clue>,
    /// The variables that the code reads.
    pub code: Code,
    /// Files that could not be read or understood.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Unread>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentFile {
    /// Relative to the repository.
    pub path: String,
    pub stage: Stage,
    /// Is it a file of variables (`.env*`), as opposed to a provider's configuration?
    #[serde(default)]
    pub variables: bool,
    /// Git leaves it out, so that it is of this machine alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignored: bool,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    Production,
    Staging,
    Development,
    Test,
    /// `.env.example` and the like: shows names, holds no values.
    Example,
    /// `.env` and files that say nothing: read wherever no other file overrides them.
    Any,
}

impl Stage {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Development => "development",
            Self::Test => "test",
            Self::Example => "example",
            Self::Any => "default",
        }
    }
}

/// One variable, or one value of a provider's file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The variable's name, or the dotted key in the file.
    pub name: String,
    pub path: String,
    /// From 1.
    pub line: u32,
    pub stage: Stage,
    pub value: Value,
    /// Two facts have the same value exactly if they have the same number. The numbers mean
    /// nothing else and are given anew in every audit.
    #[serde(default)]
    pub class: u32,
    /// Two Stripe keys are of the same account exactly if they have the same number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<u32>,
    /// Prefix and length of a secret; never the value.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shown: String,
    /// Written into the code, so that it holds in every environment that the code runs in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub code: bool,
}

/// What sort of value it is, as far as its text tells.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    Empty,
    /// `your-key-here`, `changeme`, `xxx`.
    Placeholder,
    /// `${OTHER}`, `env(NAME)`, `op://…`: the value is elsewhere.
    Reference,
    Flag(bool),
    Number,
    #[serde(rename_all = "kebab-case")]
    Url {
        scheme: String,
        host: String,
        #[serde(default)]
        has_password: bool,
    },
    /// A Stripe key.
    Stripe {
        secret: bool,
        live: bool,
    },
    /// A test or sandbox key of another provider, or the live one.
    Key {
        provider: String,
        secret: bool,
        #[serde(default)]
        live: Option<bool>,
    },
    /// A Supabase key that is a JSON Web Token: its `role` and `ref` claims.
    SupabaseJwt {
        role: String,
        project: Option<String>,
        /// Its `exp` claim.
        #[serde(default)]
        expires: Option<Timestamp>,
    },
    /// `sb_secret_…` or `sb_publishable_…`.
    SupabaseKey {
        secret: bool,
    },
    /// The reference of a Supabase project, from its URL or a configuration.
    SupabaseProject(String),
    /// The id of a Firebase project.
    FirebaseProject(String),
    /// The domain of a mail address, lower case; what stands before it is not kept.
    Mailbox(String),
    /// The name of a storage bucket.
    Bucket(String),
    /// Several addresses, such as allowed origins: their hosts as they are written, `*` for any.
    Hosts(Vec<String>),
    /// `PAYPAL_MODE=sandbox`: a provider's switch between test and live.
    Mode {
        live: bool,
    },
    /// `APP_ENV=staging`: which environment it says that it is.
    Says(Stage),
    /// Looks random and says nothing about itself.
    Opaque,
    Text,
}

impl Fact {
    /// Grants power by itself: whoever has it can act.
    pub fn is_secret(&self) -> bool {
        match &self.value {
            Value::Stripe { secret, .. } | Value::Key { secret, .. } | Value::SupabaseKey { secret } => {
                *secret
            }
            Value::SupabaseJwt { role, .. } => role == "service_role",
            Value::Url { has_password, .. } => *has_password,
            Value::Opaque => self.is_named_secret(),
            _ => false,
        }
    }

    /// Does its name say that it is secret?
    pub fn is_named_secret(&self) -> bool {
        let name = self.name.to_ascii_uppercase();
        let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
        says(&[
            "SECRET",
            "PASSWORD",
            "PASSWD",
            "PRIVATE_KEY",
            "SERVICE_ROLE",
            "TOKEN",
            "API_KEY",
            "APIKEY",
            "ACCESS_KEY",
        ]) && !says(&[
            "PUBLIC",
            "PUBLISHABLE",
            "ANON",
            "SITE_KEY",
            "CLIENT_ID",
            "EXPIR",
            "LENGTH",
            "_TTL",
            "_URL",
        ])
    }

    /// The value itself is known to be secret, whatever the name says.
    pub fn is_surely_secret(&self) -> bool {
        self.is_secret() && self.value != Value::Opaque
    }

    /// The address that the world reaches the product at, by the variable's name.
    pub fn is_public_address(&self) -> bool {
        const NAMES: &[&str] = &[
            "SITE_URL",
            "APP_URL",
            "WEB_URL",
            "PUBLIC_URL",
            "BASE_URL",
            "ROOT_URL",
            "FRONTEND_URL",
            "CLIENT_URL",
            "WEBSITE_URL",
            "NEXTAUTH_URL",
            "AUTH_URL",
            "HOST_URL",
            "CANONICAL_URL",
            "DOMAIN",
        ];
        let name = self.name.to_ascii_uppercase();
        let name = name.strip_prefix("NEXT_PUBLIC_").or_else(|| name.strip_prefix("VITE_")).unwrap_or(&name);
        NAMES.contains(&name)
    }

    /// Where a sign-in may lead back to.
    pub fn is_redirect(&self) -> bool {
        self.name == "auth.site_url" || self.name == "auth.additional_redirect_urls"
    }

    /// The address that mail is sent from, by the variable's name.
    pub fn is_sender(&self) -> bool {
        let name = self.name.to_ascii_uppercase();
        let has = |word: &str| name.split(['_', '.']).any(|part| part == word);
        has("FROM") || has("SENDER") || has("NOREPLY")
    }

    /// The origins that browsers may call from, by the variable's name.
    pub fn is_origins(&self) -> bool {
        let name = self.name.to_ascii_uppercase();
        name.contains("ORIGIN") && !name.contains("ORIGINAL")
    }
}
