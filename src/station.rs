//! The stations of the poll: the areas a launch director would ask in turn.

use serde::{Deserialize, Serialize};

/// One area of the audit. The order is the order of the poll in every report.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Station {
    Domain,
    Mail,
    Tls,
    Web,
    Access,
    Webhook,
    Env,
    Firebase,
    Supabase,
    Secrets,
    Ops,
}

impl Station {
    pub const ALL: [Self; 11] = [
        Self::Domain,
        Self::Mail,
        Self::Tls,
        Self::Web,
        Self::Access,
        Self::Webhook,
        Self::Env,
        Self::Firebase,
        Self::Supabase,
        Self::Secrets,
        Self::Ops,
    ];

    /// The prefix of its check ids and the name of its folders.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Mail => "mail",
            Self::Tls => "tls",
            Self::Web => "web",
            Self::Access => "access",
            Self::Webhook => "webhook",
            Self::Env => "env",
            Self::Firebase => "firebase",
            Self::Supabase => "supabase",
            Self::Secrets => "secrets",
            Self::Ops => "ops",
        }
    }

    /// What the station looks after, in a few words.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Domain => "DNS records, delegation, CAA and dangling names",
            Self::Mail => "MX, SPF, DKIM and DMARC",
            Self::Tls => "certificate, chain and protocol",
            Self::Web => "redirects, headers, cookies and exposed files",
            Self::Access => "private routes, sessions and the CDN cache",
            Self::Webhook => "webhook endpoints and their handlers",
            Self::Env => "contradictions between environments and files",
            Self::Firebase => "Firestore rules and project configuration",
            Self::Supabase => "row level security, grants and migrations",
            Self::Secrets => "leaked credentials in tree, history and bundle",
            Self::Ops => "owners, review and hand-over",
        }
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|station| station.id() == id)
    }
}

impl std::fmt::Display for Station {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.id())
    }
}
