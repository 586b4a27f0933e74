//! What a check is.

use jiff::Timestamp;

use crate::{
    finding::{Confidence, Severity},
    seen::{
        Backend, Database, Delegation, Endpoint, Environments, FirestoreRules, Leaks, Mail, MailServers,
        Observations, Probe, RealtimeRules, Repository, Route, Site, Webhook, Zone,
    },
    station::Station,
    target::Target,
    verdict::Verdict,
};

/// One question about one kind of observation, and everything that is said about it.
#[derive(Debug)]
pub struct Check {
    /// `station/kebab-name`: SARIF rule id, configuration key, fixture folder, docs anchor.
    pub id: &'static str,
    /// The fault, as a short phrase in lower case: `more than one SPF record`.
    pub title: &'static str,
    pub station: Station,
    /// The usual severity; a finding may carry its own.
    pub severity: Severity,
    /// The usual confidence; a `Low` finding never gates, and an undecided check that is not
    /// `High` does not hold a launch by itself.
    pub confidence: Confidence,
    pub judge: Judge,
    /// Its own source file (`include_str!`), whose leading `//!` is the help page, or for a check
    /// made of data the help page itself.
    pub source: &'static str,
}

impl Check {
    /// The help page as Markdown: the `//!` lines at the head of its source.
    pub fn help(&self) -> String {
        if !self.source.starts_with("//!") {
            return self.source.trim().to_owned();
        }
        let lines = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        let page: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        page.join("\n").trim().to_owned()
    }
}

/// The function that decides, tagged with the one kind of observation it reads.
#[derive(Clone, Copy, Debug)]
pub enum Judge {
    Zone(fn(&Zone, &Context<'_>) -> Verdict),
    Delegation(fn(&Delegation, &Context<'_>) -> Verdict),
    Mail(fn(&Mail, &Context<'_>) -> Verdict),
    MailServers(fn(&MailServers, &Context<'_>) -> Verdict),
    Endpoint(fn(&Endpoint, &Context<'_>) -> Verdict),
    Site(fn(&Site, &Context<'_>) -> Verdict),
    Route(fn(&Route, &Context<'_>) -> Verdict),
    Webhook(fn(&Webhook, &Context<'_>) -> Verdict),
    Probe(fn(&Probe, &Context<'_>) -> Verdict),
    Backend(fn(&Backend, &Context<'_>) -> Verdict),
    Environments(fn(&Environments, &Context<'_>) -> Verdict),
    Firestore(fn(&FirestoreRules, &Context<'_>) -> Verdict),
    Realtime(fn(&RealtimeRules, &Context<'_>) -> Verdict),
    Database(fn(&Database, &Context<'_>) -> Verdict),
    /// A rule of the secrets engine: fails with the leaks that carry the check's own id.
    Leak,
    Leaks(fn(&Leaks, &Context<'_>) -> Verdict),
    Repository(fn(&Repository, &Context<'_>) -> Verdict),
    /// Reads several kinds at once and names its own subjects.
    Whole(&'static [Kind], fn(&Observations, &Context<'_>) -> Vec<(String, Verdict)>),
}

/// The kinds of observation, which are also the kinds of question.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    Zone,
    Delegation,
    Mail,
    MailServers,
    Endpoint,
    Site,
    Route,
    Webhook,
    Probe,
    /// What a provider's API tells.
    Account,
    Backend,
    Environments,
    Firestore,
    Realtime,
    Database,
    Leaks,
    Repository,
}

impl Judge {
    /// What must be observed for it.
    pub fn needs(&self) -> &'static [Kind] {
        match self {
            Self::Zone(_) => &[Kind::Zone],
            Self::Delegation(_) => &[Kind::Delegation],
            Self::Mail(_) => &[Kind::Mail],
            Self::MailServers(_) => &[Kind::MailServers],
            Self::Endpoint(_) => &[Kind::Endpoint],
            Self::Site(_) => &[Kind::Site],
            Self::Route(_) => &[Kind::Route],
            Self::Webhook(_) => &[Kind::Webhook],
            Self::Probe(_) => &[Kind::Probe],
            Self::Backend(_) => &[Kind::Backend],
            Self::Environments(_) => &[Kind::Environments],
            Self::Firestore(_) => &[Kind::Firestore],
            Self::Realtime(_) => &[Kind::Realtime],
            Self::Database(_) => &[Kind::Database],
            Self::Leak | Self::Leaks(_) => &[Kind::Leaks],
            Self::Repository(_) => &[Kind::Repository],
            Self::Whole(kinds, _) => kinds,
        }
    }
}

/// What a judge may know beside the observation before it.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The subject of the observation: a domain, `host:port`, a URL, a path.
    pub subject: &'a str,
    /// The moment of the audit.
    pub now: Timestamp,
    pub target: &'a Target,
    /// All observations, for evidence that another instrument gathered. A check that cannot
    /// decide without them must be a [`Judge::Whole`], or they may not have been asked for.
    pub seen: &'a Observations,
}
