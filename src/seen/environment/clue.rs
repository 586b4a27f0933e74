//! What files say beside variables.

use serde::{Deserialize, Serialize};

use super::Stage;

/// One thing that a file says about where and how the app runs.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Clue {
    pub path: String,
    /// From 1.
    pub line: u32,
    pub stage: Stage,
    pub what: ClueKind,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClueKind {
    /// A file of variables that is packed into an app, relative to the repository.
    Shipped { asset: String },
    /// The app may speak without encryption: the setting that says so.
    Cleartext { setting: String },
    /// A job of a workflow that a pull request starts.
    #[serde(rename_all = "kebab-case")]
    PullRequest {
        job: String,
        /// By `pull_request_target`, which hands secrets to pull requests of strangers too.
        target: bool,
        /// The code of the pull request is checked out.
        checkout: bool,
        /// An environment of GitHub, whose rules may hold it back.
        environment: Option<String>,
        /// Names of the secrets that steps use without a condition about the event or the branch.
        secrets: Vec<String>,
        /// A command of such a step that changes what is deployed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deploys: Option<String>,
    },
    /// A secret of Cloud Functions, by its name in Secret Manager, is read.
    SecretRead { name: String, optional: bool },
    /// A function is given a secret by `secrets: […]`.
    SecretBound { name: String },
    /// `--dart-define=NAME=…`, or `--dart-define-from-file` where there is no name.
    DartDefine { name: Option<String> },
    /// The version of an API that an SDK is told to speak.
    ApiVersion { provider: String, version: String },
    /// An address of this machine or of a tunnel, written into code.
    #[serde(rename_all = "kebab-case")]
    LocalAddress {
        host: String,
        /// It is used where a variable is not set, as opposed to always.
        fallback: bool,
        /// The code runs at the customer's.
        client: bool,
    },
    /// Whether the gateway asks for a token before a function of Supabase is called.
    #[serde(rename_all = "kebab-case")]
    FunctionGate { function: String, verify: bool },
    /// The origin of a browser's request is searched for a part of a name, as opposed to compared.
    OriginPart { part: String },
}
