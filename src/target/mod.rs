//! What is audited: from `gonogo.toml`, from the command line, or detected in the repository.
//!
//! A [`Target`] is plain data without secrets: tokens are named by the environment variable that
//! holds them. It travels with a recording, so that a replay decides by the same gate.

pub mod argument;
pub mod config;
pub mod detect;
pub mod diagnostic;
pub mod name;
pub mod spelling;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    engine::{
        checklist::{self, Answer, Product},
        dnssec::Anchor,
        secrets::own::OwnRules,
    },
    finding::{Place, Severity},
    station::Station,
};

/// Everything one audit is about.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Target {
    /// What reports call it.
    pub name: String,
    /// Is there a repository? Its path stays out of recordings.
    pub repository: bool,
    /// Path of `gonogo.toml` relative to the repository, if there is one.
    pub config: Option<String>,
    pub domains: Vec<Domain>,
    /// What the header of a message told that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<crate::engine::message::Message>,
    pub sites: Vec<SiteTarget>,
    pub webhooks: Vec<WebhookTarget>,
    pub environments: Vec<EnvironmentTarget>,
    pub stack: Stack,
    /// Read-only provider connections by provider id.
    pub providers: BTreeMap<String, Provider>,
    /// Who answers for what (`payments`, `dns`, …).
    pub owners: BTreeMap<String, String>,
    /// What people answered of the hand-over checklist.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<Answer>,
    /// When secrets were last replaced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rotated: Vec<Rotated>,
    /// Results of other tools to read.
    #[serde(skip_serializing_if = "Reports::is_empty")]
    pub reports: Reports,
    /// Where the secrets station looks beside the tree and its history.
    pub depth: Depth,
    pub gate: Gate,
    pub waivers: Vec<Waiver>,
    /// Hosts that consented to active probes.
    pub active_hosts: Vec<String>,
    /// What a host serves that belongs to whoever runs the probes.
    pub active_proof: Option<String>,
    /// Keys that DNSSEC is verified from; empty: IANA's for the root.
    pub trust_anchors: Vec<Anchor>,
    /// Stations without a subject, each with the reason.
    pub left_out: Vec<LeftOut>,
    /// Where each subject is declared, for reports that need a file and a line.
    pub declared: BTreeMap<String, Place>,
}

impl Target {
    /// The host names that belong to production, from sites, domains and environments.
    pub fn production_hosts(&self) -> Vec<&str> {
        let sites = self.sites.iter().filter(|site| site.production).map(|site| site.host.as_str());
        let mut hosts: Vec<&str> =
            sites.chain(self.domains.iter().map(|domain| domain.name.as_str())).collect();
        hosts.sort_unstable();
        hosts.dedup();
        hosts
    }

    /// The hand-over checklist as it stands on a day.
    pub fn checklist_rows(&self, today: Date) -> Vec<checklist::Row> {
        let stack = &self.stack;
        let product = Product {
            payments: !self.webhooks.is_empty(),
            supabase: stack.supabase.is_some() || !stack.migrations.is_empty(),
            firebase: stack.firebase.is_some() || !stack.firestore_rules.is_empty(),
        };
        checklist::rows(product, &self.owners, &self.checklist, today)
    }
}

/// The day on which a secret got its present value, as somebody wrote it down.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rotated {
    /// The secret's name, never its value.
    pub name: String,
    pub date: Date,
    /// Where it is written.
    pub place: Option<Place>,
}

/// Results of other tools, as paths relative to the repository.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reports {
    /// LCOV tracefiles.
    pub coverage: Vec<String>,
    /// Lighthouse results as JSON.
    pub lighthouse: Vec<String>,
    /// axe results, as its own JSON or as SARIF.
    pub axe: Vec<String>,
}

impl Reports {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is searched for credentials beside plain files.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Depth {
    /// Archives too: zip, tar, gzip, jar, apk, ipa, aab, whl.
    pub archives: bool,
    /// Folders with what a build made, relative to the repository; git's ignore rules do not hold.
    pub builds: Vec<String>,
    /// Values and places that other scanners' files accept.
    pub accepted: Vec<Accepted>,
    /// Rules that were brought along, as far as a report needs them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<OwnRules>,
}

/// A finding that a file of another scanner accepts, by its value or by its place.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Accepted {
    /// The hash that names the value, as in `secrets::fingerprint`.
    pub value: Option<String>,
    pub path: Option<String>,
    /// From 1; the whole file if absent.
    pub line: Option<u32>,
    /// The file that says so.
    pub by: String,
}

/// A domain and what it does with mail.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Lower case, A-labels, no trailing dot.
    pub name: String,
    #[serde(default)]
    pub mail: MailUse,
    /// DKIM selectors the owner told us about.
    #[serde(default)]
    pub dkim_selectors: Vec<String>,
}

/// What a domain does with mail.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MailUse {
    /// Not said: inferred from what is published.
    #[default]
    Unknown,
    SendAndReceive,
    Send,
    Receive,
    None,
}

/// A web site, by origin.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteTarget {
    /// Origin without a trailing slash, e.g. `https://portal.example.com`.
    pub url: String,
    pub host: String,
    pub port: u16,
    pub production: bool,
    /// Paths that only a signed-in visitor may see, each with a leading slash.
    pub private: Vec<PrivateRoute>,
    pub sessions: Vec<Session>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrivateRoute {
    pub path: String,
    /// Texts that only the first session's page shows; more are found automatically.
    pub canaries: Vec<String>,
}

/// A signed-in visitor: a header whose value comes from an environment variable.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    pub name: String,
    /// `Cookie` or `Authorization`, usually.
    pub header: String,
    /// Name of the environment variable that holds the header's value.
    pub value_env: String,
}

/// A webhook endpoint.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookTarget {
    pub url: Option<String>,
    /// `stripe`, `paddle`, …
    pub provider: Option<String>,
    /// Path of its handler in the repository.
    pub handler: Option<String>,
    pub production: bool,
    /// The environment variable that holds its signing secret.
    pub secret_env: Option<String>,
    /// Answers a GET with the number of events that have taken effect.
    pub effects: Option<String>,
}

impl WebhookTarget {
    /// What findings about it are filed under.
    pub fn subject(&self) -> &str {
        self.url.as_deref().or(self.handler.as_deref()).unwrap_or("webhook")
    }
}

/// One environment and the files that configure it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnvironmentTarget {
    /// `production`, `staging`, `development`, …
    pub name: String,
    pub production: bool,
    /// Paths or globs relative to the repository.
    pub files: Vec<String>,
    /// Hosts that belong to this environment alone.
    pub hosts: Vec<String>,
}

/// What the repository is made of.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stack {
    pub git: bool,
    /// Path of `firebase.json`.
    pub firebase: Option<String>,
    /// Paths of Firestore rules files.
    pub firestore_rules: Vec<String>,
    /// Paths of Storage rules files.
    pub storage_rules: Vec<String>,
    /// Paths of Realtime Database rules files.
    pub realtime_rules: Vec<String>,
    /// Paths of folders with Supabase migrations.
    pub migrations: Vec<String>,
    /// Path of `supabase/config.toml`.
    pub supabase: Option<String>,
    /// Path of `pubspec.yaml` where it uses Flutter.
    pub flutter: Option<String>,
    /// Paths of sources that deal with payments or with an administrator's key, and of the settings of
    /// Supabase functions.
    pub backends: Vec<String>,
    /// `next`, `vite`, … from `package.json`.
    pub frameworks: Vec<String>,
    /// Paths of `.env*` files in the working tree, tracked or not.
    pub env_files: Vec<String>,
}

impl Stack {
    /// One line for people, e.g. `git, Firebase, Flutter`.
    pub fn summary(&self) -> String {
        let mut parts: Vec<&str> = Vec::new();
        if self.git {
            parts.push("git");
        }
        let rules = [&self.firestore_rules, &self.storage_rules, &self.realtime_rules];
        if self.firebase.is_some() || rules.iter().any(|paths| !paths.is_empty()) {
            parts.push("Firebase");
        }
        if self.supabase.is_some() || !self.migrations.is_empty() {
            parts.push("Supabase");
        }
        if self.flutter.is_some() {
            parts.push("Flutter");
        }
        parts.extend(self.frameworks.iter().map(String::as_str));
        parts.join(", ")
    }
}

/// Providers whose APIs can be asked.
pub const PROVIDERS: &[&str] =
    &["cloudflare", "firebase", "hubspot", "paypal", "resend", "stripe", "supabase"];

/// A read-only connection to a provider.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Provider {
    /// Name of the environment variable that holds the read-only key.
    pub key_env: String,
    /// Project, zone or account, where the provider needs one.
    pub id: Option<String>,
}

/// When to say NO-GO or HOLD.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gate {
    /// NO-GO at or above this severity.
    pub fail_on: Severity,
    /// NO-GO under this overall score.
    pub min_score: Option<u8>,
    /// Stations that must be decided; empty: every station that has a subject.
    pub required: Vec<Station>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { fail_on: Severity::High, min_score: None, required: Vec::new() }
    }
}

/// A decision to live with a finding, with a reason and an end.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// Id of the check.
    pub check: String,
    /// Only findings about this subject; all if absent.
    #[serde(default)]
    pub subject: Option<String>,
    /// Only the finding with this fingerprint.
    #[serde(default)]
    pub fingerprint: Option<String>,
    pub reason: String,
    /// The last day on which it holds.
    pub until: Date,
    /// Where it is written.
    #[serde(default)]
    pub place: Option<Place>,
}

/// A station that has nothing to look at, and why.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    pub station: Station,
    pub why: String,
}
