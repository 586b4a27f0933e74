//! What is known about one webhook endpoint without contacting it: declaration and handler.

use serde::{Deserialize, Serialize};

use super::{Miss, Seen};

/// One webhook endpoint, by its URL (or by its handler's path where no URL is known).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhook {
    pub url: Option<String>,
    /// Id in the provider table, declared or inferred.
    pub provider: Option<String>,
    /// The provider was declared, not inferred from names.
    pub provider_declared: bool,
    pub production: bool,
    /// The handler's source; missed when there is none to read. Boxed, because it is far larger than
    /// what other kinds of observation hold.
    pub handler: Seen<Box<Handler>>,
    /// The gateway before a Supabase function, if the handler is one.
    pub gateway: Option<Gateway>,
}

impl Default for Webhook {
    fn default() -> Self {
        Self {
            url: None,
            provider: None,
            provider_declared: false,
            production: false,
            handler: Seen::Missed(Miss::NotAsked),
            gateway: None,
        }
    }
}

/// Facts about a handler's source and the functions of the repository that it calls.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Handler {
    pub path: String,
    pub runtime: Runtime,
    /// Not every way through it was walked: what was not met there may still be there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unfinished: bool,
    /// Provider ids whose own verification or signature header occurs.
    pub providers: Vec<String>,
    /// Calls that verify a signature.
    pub verified: Vec<Spot>,
    /// Comparisons with a shared secret that end the request when they fail.
    pub compared: Vec<Spot>,
    /// Handlers that act on what they read and verify nothing, by name, beside others that may.
    pub unverified: Vec<Spot>,
    /// Calls of functions in other files whose name says that they verify.
    pub delegated: Vec<Spot>,
    /// Synchronous verification of an SDK that is asynchronous at this runtime.
    pub synchronous: Vec<Spot>,
    /// Ways around the verification.
    pub fail_open: Vec<Spot>,
    /// A body that is no longer the signed bytes when it is verified.
    pub reparsed: Vec<Spot>,
    /// Places that read the request's body.
    pub reads_body: Vec<Spot>,
    /// Database writes and other effects.
    pub writes: Vec<Spot>,
    /// Effects that add up when they are repeated.
    pub increments: Vec<Spot>,
    /// Uses of the event's own id, other than in logs.
    pub event_id: Vec<Spot>,
    /// Functions of other files that are given the event.
    pub hands_over: Vec<Spot>,
    /// Failed writes after which the request is still acknowledged.
    pub swallowed: Vec<Spot>,
    /// Error messages or stacks put into a response.
    pub leaked: Vec<Spot>,
    /// Comparisons with the type of an event: somebody's events arrive here.
    pub event_types: Vec<Spot>,
    /// Kinds of events, and what the session of a checkout says of payment, by the words in its files. Sorted.
    pub names: Vec<String>,
    /// Calls that ask for a signed-in user.
    pub authenticated: Vec<Spot>,
    /// Effects that add something each time: a row, a message.
    pub adds: Vec<Spot>,
    /// Effects that happen before the signature is verified.
    pub early: Vec<Spot>,
    /// Answers whose status tells the provider the wrong thing.
    pub wrong_status: Vec<Spot>,
    /// Log lines with secrets, signatures, headers or bodies in them.
    pub logged: Vec<Spot>,
    /// Records of the event's id that stay when the work after them fails.
    pub claimed_early: Vec<Spot>,
    /// Writes that nothing waits for.
    pub unawaited: Vec<Spot>,
    /// Writes whose returned error nobody looks at.
    pub unchecked: Vec<Spot>,
    /// Comparisons of secrets or signatures that stop at the first difference.
    pub timing_unsafe: Vec<Spot>,
    /// Secrets that come in the URL.
    pub query_secret: Vec<Spot>,
    /// Verifications that accept old signatures.
    pub no_tolerance: Vec<Spot>,
    /// The handler verifies and acknowledges, and does nothing else.
    pub idle: Vec<Spot>,
    /// Merge markers and broken syntax.
    pub broken: Vec<Spot>,
    /// Calls of `functions.config()`.
    pub removed_config: Vec<Spot>,
    /// Secrets in variables that frameworks give to browsers.
    pub public_secrets: Vec<Spot>,
    /// Browsers of any origin are let in.
    pub cors: Vec<Spot>,
    /// Signing secrets written into the source.
    pub hard_coded: Vec<Spot>,
}

/// A place in a source file.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spot {
    /// From 1.
    pub line: u32,
    /// From 1, in UTF-16 code units.
    pub column: u32,
    /// What is there, in a few words.
    pub what: String,
    /// The line without comments and without the contents of strings.
    pub snippet: String,
    /// The file, where it is not the handler's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Lines of the same file that belong to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<u32>,
    /// The line of the handler's own file that leads to it, where it is in another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub called: Option<u32>,
}

/// Where a handler runs.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runtime {
    #[default]
    Unknown,
    Node,
    Deno,
    /// Vercel Edge, Cloudflare Workers and the like: Web Crypto only.
    Edge,
    Bun,
}

/// The JWT check that Supabase puts before a function.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gateway {
    pub function: String,
    /// Path of `config.toml`, if there is one.
    pub config: Option<String>,
    /// Line of `verify_jwt`, or of the function's section.
    pub line: Option<u32>,
    pub verify_jwt: Option<bool>,
    /// A script that deploys with `--no-verify-jwt`.
    pub deployed_without: Option<String>,
}

impl std::fmt::Display for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unknown => "an unknown runtime",
            Self::Node => "Node.js",
            Self::Deno => "Deno",
            Self::Edge => "an edge runtime",
            Self::Bun => "Bun",
        })
    }
}
