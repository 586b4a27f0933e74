//! One question put to the world, and everything it may touch.

use crate::checks::Kind;

/// A question for one instrument. Ordered, so that a plan is a set.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Question {
    Zone {
        domain: String,
    },
    /// The parent's and the zone's own name servers, asked directly.
    Delegation {
        domain: String,
    },
    Mail {
        domain: String,
        selectors: Vec<String>,
    },
    /// The mail servers of a domain. Over SMTP all of them, or only those with TLSA records, of which
    /// the station mail wants to know whether they fit.
    MailServers {
        domain: String,
        all: bool,
    },
    Endpoint {
        host: String,
        port: u16,
    },
    Site {
        url: String,
    },
    Route {
        site: String,
        path: String,
    },
    /// The declaration and the handler's source.
    Webhook {
        subject: String,
    },
    /// Inert, unsigned requests to a webhook endpoint.
    Probe {
        url: String,
    },
    /// The API of a provider, with a key that only reads.
    Provider {
        id: String,
    },
    /// A source that deals with payments or with an administrator's key, or the settings of functions.
    Backend {
        path: String,
    },
    Environments,
    /// Rules of Firestore or Storage.
    Firestore {
        path: String,
    },
    /// Rules of a Realtime Database.
    Realtime {
        path: String,
    },
    Database {
        path: String,
    },
    Leaks {
        history: bool,
        part: Option<super::Part>,
    },
    /// What a site hands to every visitor, searched for credentials.
    Bundle {
        url: String,
    },
    Repository,
}

/// Something a question reads or contacts, for `gonogo plan`.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Touch {
    /// A DNS question through the resolver.
    Dns { name: String, record: String },
    /// A TCP connection.
    Tcp { host: String, port: u16, why: String },
    /// An HTTP request.
    Http { method: String, url: String, why: String },
    /// Files read, as a path or glob relative to the repository.
    File { path: String, why: String },
    /// Follow-ups that depend on an answer, in words, with their bound.
    Then { what: String },
}

impl Question {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Zone { .. } => Kind::Zone,
            Self::Delegation { .. } => Kind::Delegation,
            Self::Mail { .. } => Kind::Mail,
            Self::MailServers { .. } => Kind::MailServers,
            Self::Endpoint { .. } => Kind::Endpoint,
            Self::Site { .. } => Kind::Site,
            Self::Route { .. } => Kind::Route,
            Self::Webhook { .. } => Kind::Webhook,
            Self::Probe { .. } => Kind::Probe,
            Self::Provider { .. } => Kind::Account,
            Self::Backend { .. } => Kind::Backend,
            Self::Environments => Kind::Environments,
            Self::Firestore { .. } => Kind::Firestore,
            Self::Realtime { .. } => Kind::Realtime,
            Self::Database { .. } => Kind::Database,
            Self::Leaks { .. } | Self::Bundle { .. } => Kind::Leaks,
            Self::Repository => Kind::Repository,
        }
    }

    /// Does it leave this machine?
    pub fn is_remote(&self) -> bool {
        match self {
            Self::Zone { .. }
            | Self::Delegation { .. }
            | Self::Mail { .. }
            | Self::MailServers { .. }
            | Self::Endpoint { .. }
            | Self::Site { .. }
            | Self::Route { .. }
            | Self::Bundle { .. }
            | Self::Provider { .. }
            | Self::Probe { .. } => true,
            Self::Webhook { .. }
            | Self::Backend { .. }
            | Self::Environments
            | Self::Firestore { .. }
            | Self::Realtime { .. }
            | Self::Database { .. }
            | Self::Leaks { .. }
            | Self::Repository => false,
        }
    }

    /// Everything it may touch. Kept next to the instrument, so that the two stay equal.
    pub fn touches(&self) -> Vec<Touch> {
        crate::observe::touches(self)
    }
}
