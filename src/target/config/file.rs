//! The shape of `gonogo.toml`, as it is written. What it means is decided in [`super::meaning`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::{finding::Severity, station::Station, target::MailUse};

type Text = Spanned<String>;

/// What gonogo audits and when it says NO-GO.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "gonogo.toml")]
pub(super) struct File {
    /// Version of this format: 1.
    #[schemars(with = "Option<u32>", range(min = 1, max = 1))]
    pub(super) schema: Option<Spanned<u32>>,
    pub(super) project: Project,
    /// Who answers for what (`payments`, `dns`, …), as a name or a mail address.
    #[schemars(with = "BTreeMap<String, String>")]
    pub(super) owners: BTreeMap<Text, Text>,
    /// What people answered of the hand-over checklist; `gonogo checklist` prints the questions.
    pub(super) checklist: Vec<Question>,
    /// The day on which each secret was last replaced, by the secret's name.
    #[schemars(with = "BTreeMap<String, String>")]
    pub(super) rotated: BTreeMap<Text, Spanned<toml::Value>>,
    pub(super) reports: Reports,
    /// Domains whose DNS and mail are audited.
    pub(super) domains: Vec<Domain>,
    /// Web sites, by origin.
    pub(super) sites: Vec<Site>,
    /// Endpoints that providers call.
    pub(super) webhooks: Vec<Webhook>,
    /// Environments by name: `production`, `staging`, …
    #[schemars(with = "BTreeMap<String, Environment>")]
    pub(super) environments: BTreeMap<Text, Environment>,
    /// Read-only provider connections by provider.
    #[schemars(with = "BTreeMap<String, Provider>")]
    pub(super) providers: BTreeMap<Text, Provider>,
    /// Keys to verify DNSSEC from instead of IANA's for the root: DS or DNSKEY records as in a zone file.
    #[schemars(with = "Vec<String>")]
    pub(super) trust_anchors: Vec<Text>,
    pub(super) active: Active,
    pub(super) gate: Gate,
    /// Findings to live with, each with a reason and an end.
    pub(super) waivers: Vec<Waiver>,
}

/// The project as a whole.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Project {
    /// What reports call it; the folder's name if absent.
    #[schemars(with = "Option<String>")]
    pub(super) name: Option<Text>,
}

/// An answer to a question that only people can answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    /// Id of the question, e.g. `uptime-monitored`, or a question of your own in words.
    #[schemars(with = "String")]
    pub(super) item: Text,
    /// Who answers for it; the person under `owners` if absent.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) owner: Option<Text>,
    /// What is so, and how it is known; empty while nobody has answered.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) answer: Option<Text>,
    /// The day of the answer, which holds for 180 days: `2026-11-01`. An answer needs it.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub(super) date: Option<Spanned<toml::Value>>,
}

/// Results of other tools to read beside those in their usual places.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Reports {
    /// LCOV tracefiles, e.g. `coverage/lcov.info`.
    #[schemars(with = "Vec<String>")]
    pub(super) coverage: Vec<Text>,
    /// Lighthouse results as JSON.
    #[schemars(with = "Vec<String>")]
    pub(super) lighthouse: Vec<Text>,
    /// axe results, as its own JSON or as SARIF.
    #[schemars(with = "Vec<String>")]
    pub(super) axe: Vec<Text>,
}

/// A domain and what it does with mail.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Domain {
    /// The registered name, e.g. `example.com`.
    #[schemars(with = "String")]
    pub(super) name: Text,
    /// What the domain does with mail; inferred from its records if absent.
    #[serde(default)]
    pub(super) mail: MailUse,
    /// DKIM selectors in use, e.g. `resend`, `google`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) dkim_selectors: Vec<Text>,
}

/// A web site.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Site {
    /// Its origin, e.g. `https://portal.example.com`.
    #[schemars(with = "String")]
    pub(super) url: Text,
    /// The environment it belongs to; `production` if absent.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) environment: Option<Text>,
    /// Signed-in test visitors; two of them show whether one can see the other's pages.
    #[serde(default)]
    pub(super) sessions: Vec<Session>,
    /// Pages that only a signed-in visitor may see.
    #[serde(default)]
    pub(super) private: Vec<Private>,
}

/// A signed-in visitor.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Session {
    /// Short name for messages, e.g. `a`.
    #[schemars(with = "String")]
    pub(super) name: Text,
    /// Name of the request header, e.g. `Cookie` or `Authorization`.
    #[schemars(with = "String")]
    pub(super) header: Text,
    /// Name of the environment variable that holds the header's value. Never the value itself.
    #[schemars(with = "String", regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$"))]
    pub(super) value_env: Text,
}

/// A page that only a signed-in visitor may see.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Private {
    /// Its path, with a leading slash.
    #[schemars(with = "String", regex(pattern = "^/"))]
    pub(super) path: Text,
    /// Texts that only the first session's page shows; more are found automatically.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) canaries: Vec<Text>,
}

/// An endpoint that a provider calls: its URL, its handler in the repository, or both.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Webhook {
    /// Where the provider sends events.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) url: Option<Text>,
    /// `stripe`, `paddle`, `resend`, …
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) provider: Option<Text>,
    /// Path of the handler's source, relative to this file.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) handler: Option<Text>,
    /// The environment it belongs to; `production` if absent.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) environment: Option<Text>,
    /// Name of the environment variable that holds its signing secret, with which `--active` sends inert
    /// signed events to endpoints outside production. Never the secret itself.
    #[serde(default)]
    #[schemars(with = "Option<String>", regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$"))]
    pub(super) secret_env: Option<Text>,
    /// A URL on the same host that answers GET with the number of events that have taken effect.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) effects: Option<Text>,
}

/// One environment.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Environment {
    /// Files that configure it, as paths or globs relative to this file.
    #[schemars(with = "Vec<String>")]
    pub(super) files: Vec<Text>,
    /// Hosts that belong to it alone.
    #[schemars(with = "Vec<String>")]
    pub(super) hosts: Vec<Text>,
}

/// A read-only connection to a provider.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    /// Name of the environment variable that holds a read-only key. Never the key itself.
    #[schemars(with = "String", regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$"))]
    pub(super) key_env: Text,
    /// Project, zone or account, where the provider needs one.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) id: Option<Text>,
}

/// Consent to active probes, which also need `--active`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Active {
    /// Hosts that may be sent inert, unsigned requests.
    #[schemars(with = "Vec<String>")]
    pub(super) hosts: Vec<Text>,
    /// A text of one's own choice (16 characters or more) that proves who owns the hosts: each serves it
    /// at `/.well-known/gonogo.txt` or as the TXT record `_gonogo.HOST`. Not asked of this machine.
    #[schemars(with = "Option<String>", length(min = 16))]
    pub(super) proof: Option<Text>,
}

/// When to say NO-GO or HOLD.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Gate {
    /// NO-GO at or above this severity; `high` if absent.
    #[schemars(with = "Option<Severity>")]
    pub(super) fail_on: Option<Text>,
    /// NO-GO under this overall score (0 to 100).
    #[schemars(with = "Option<u8>", range(max = 100))]
    pub(super) min_score: Option<Spanned<i64>>,
    /// Stations that must be decided; every station that has a subject if absent.
    #[schemars(with = "Vec<Station>")]
    pub(super) required: Vec<Text>,
}

/// A decision to live with a finding.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Waiver {
    /// Id of the check, e.g. `mail/dmarc-policy-none`.
    #[schemars(with = "String")]
    pub(super) check: Text,
    /// Only findings about this subject; all if absent.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) subject: Option<Text>,
    /// Only the finding with this fingerprint.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) fingerprint: Option<Text>,
    /// Why it is acceptable for now.
    #[schemars(with = "String", length(min = 1))]
    pub(super) reason: Text,
    /// The last day on which it holds, at most a year ahead: `2026-12-31`.
    #[schemars(with = "String", extend("format" = "date"))]
    pub(super) until: Spanned<toml::Value>,
}

/// The JSON Schema of `gonogo.toml`.
pub(super) fn schema() -> schemars::Schema {
    schemars::schema_for!(File)
}
