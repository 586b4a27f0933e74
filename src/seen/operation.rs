//! What a repository shows of its operation: calls to others, retries, limits, inboxes, and the results
//! of other tools.

use serde::{Deserialize, Serialize};

use super::Seen;

/// All of one repository. Lists are sorted and bounded.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Operation {
    /// Sources of functions and request handlers that were understood.
    pub sources: u32,
    /// Such sources that were not: what is absent may be in them.
    pub unread: Vec<String>,
    /// Requests to other companies' servers.
    pub calls: Vec<OutsideCall>,
    /// Rate limits that are counted in the memory of one instance.
    pub memory_limits: Vec<Noted>,
    /// Endpoints that open a ticket or send a message.
    pub intakes: Vec<Intake>,
    /// Functions that an event starts.
    pub triggers: Vec<Trigger>,
    /// Private inboxes that support mail goes to.
    pub inboxes: Vec<Noted>,
    /// Calls of language models that have tools and read what customers write.
    pub models: Vec<Noted>,
    /// Lines that put a `credential …` or `personal …` value into the logs.
    pub logs: Vec<Noted>,
    /// Answers that tell strangers an error's stack or the environment.
    pub answers: Vec<Noted>,
    /// Stores that are given a request's body as it came.
    pub unvalidated: Vec<Noted>,
    /// Endpoints for administrators by their paths; `limited` says that they ask for a role.
    pub admins: Vec<Intake>,
    /// Where errors are reported to.
    pub reporters: Vec<Noted>,
    /// Fields that jobs write, for jobs that keep two systems equal.
    pub writes: Vec<FieldWrite>,
    /// LCOV tracefiles, by the path of each.
    pub coverage: std::collections::BTreeMap<String, Seen<Coverage>>,
    /// Lighthouse results, by the path of each.
    pub lighthouse: std::collections::BTreeMap<String, Seen<Lighthouse>>,
    /// axe results, by the path of each.
    pub axe: std::collections::BTreeMap<String, Seen<Axe>>,
}

/// Something at a line of a file.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Noted {
    pub path: String,
    /// From 1.
    pub line: u32,
    pub what: String,
}

/// A request to somebody else's server.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutsideCall {
    pub path: String,
    pub line: u32,
    pub host: String,
    /// The customer system that is called, e.g. `HubSpot`.
    pub crm: Option<String>,
    /// It changes something there.
    pub writes: bool,
    /// Something ends it when no answer comes.
    pub bounded: bool,
    /// Whether it worked is looked at, or left to the caller.
    pub checked: bool,
}

/// An endpoint that opens a ticket or sends a message.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Intake {
    pub path: String,
    pub line: u32,
    /// It asks for a signed-in user.
    pub signed_in: bool,
    /// A limit or a captcha was recognised.
    pub limited: bool,
}

/// A function that an event starts.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Trigger {
    pub path: String,
    pub line: u32,
    /// As written, e.g. `onDocumentCreated`.
    pub event: String,
    /// The platform starts it again when it fails; `None`: its options are not written out.
    pub retry: Option<bool>,
    /// It calls somebody else's server.
    pub calls_outside: bool,
}

/// A field that a job writes.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldWrite {
    /// A table, a collection or a customer system.
    pub store: String,
    pub field: String,
    pub path: String,
    pub line: u32,
}

/// How much of each file tests ran.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Coverage {
    /// Only files that matter here: handlers.
    pub files: Vec<CoveredFile>,
    /// Files in it altogether.
    pub total: u32,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct CoveredFile {
    pub path: String,
    /// Lines that could be run, and lines that were.
    pub lines: u32,
    pub hit: u32,
}

/// One Lighthouse result.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lighthouse {
    /// Without its query.
    pub url: String,
    /// `mobile` or `desktop`, as the result says.
    pub device: String,
    /// The day of the run as the result says, e.g. `2026-11-01`.
    pub date: String,
    /// In percent; `None` where it was not measured.
    pub performance: Option<u8>,
    pub accessibility: Option<u8>,
}

/// One result of axe.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Axe {
    /// The pages, without their queries.
    pub urls: Vec<String>,
    pub violations: Vec<Violation>,
}

#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Violation {
    /// Id of axe's rule, e.g. `label`.
    pub rule: String,
    /// `critical`, `serious`, `moderate`, `minor`.
    pub impact: String,
    pub nodes: u32,
}
