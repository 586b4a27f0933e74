//! What the APIs of platforms told about a project's settings. No key and no secret's value is kept.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Seen;

/// A project of Supabase, by its Management API.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SupabaseAccount {
    pub project: String,
    pub functions: Seen<Vec<DeployedFunction>>,
    pub secrets: Seen<Vec<StoredSecret>>,
    pub auth: Seen<AuthSettings>,
    pub advisors: Seen<Vec<Advice>>,
    /// Does the database refuse connections without encryption?
    pub ssl_enforced: Seen<bool>,
    pub backups: Seen<Backups>,
    /// Versions of the migrations that were applied.
    pub migrations: Seen<Vec<String>>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeployedFunction {
    pub slug: String,
    /// Does the gateway ask for a token?
    pub verify_jwt: bool,
}

/// The name of a secret, and when it was last set.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoredSecret {
    pub name: String,
    pub updated: Option<Timestamp>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthSettings {
    pub site_url: String,
    /// Where a sign-in may lead, as written.
    pub redirects: Vec<String>,
    /// An address counts as confirmed without a mail.
    pub autoconfirm: Option<bool>,
    pub password_min_length: Option<u32>,
}

/// What Supabase's advisor says about one thing.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Advice {
    /// `rls_disabled_in_public` and the like.
    pub name: String,
    /// `ERROR`, `WARN` or `INFO`.
    pub level: String,
    /// The table, view or function.
    pub about: String,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Backups {
    pub point_in_time: bool,
    /// Copies that are there.
    pub count: u32,
}

/// A zone of Cloudflare.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct CloudflareAccount {
    pub zone: String,
    /// `off`, `flexible`, `full` or `strict`.
    pub ssl: Seen<String>,
    pub always_use_https: Seen<bool>,
    pub min_tls_version: Seen<String>,
    pub development_mode: Seen<bool>,
    /// Rules that cache whatever they match.
    pub cache_everything: Seen<Vec<CacheRule>>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct CacheRule {
    /// The expression or the pattern of addresses.
    pub matches: String,
}

/// Domains that Resend may send from.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResendAccount {
    pub domains: Vec<SendingDomain>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SendingDomain {
    pub name: String,
    /// `verified`, `pending`, `failed` and the like.
    pub status: String,
}

/// Where PayPal or HubSpot deliver events to.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryAccount {
    /// Without queries.
    pub urls: Vec<String>,
}
