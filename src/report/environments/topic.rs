//! Facts that a launch depends on, whatever a project calls them.

use crate::seen::{Fact, Value};

/// In the order of the table.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Topic {
    Supabase,
    Firebase,
    Bucket,
    Stripe,
    Payments,
    Address,
    Sender,
    Origins,
    Variable,
}

impl Topic {
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Supabase => "Supabase project",
            Self::Firebase => "Firebase project",
            Self::Bucket => "storage bucket",
            Self::Stripe => "Stripe mode",
            Self::Payments => "other providers' mode",
            Self::Address => "public address",
            Self::Sender => "mail sender's domain",
            Self::Origins => "allowed origins",
            Self::Variable => "variable",
        }
    }
}

pub(super) fn topic_of(fact: &Fact) -> Topic {
    match &fact.value {
        Value::SupabaseProject(_) | Value::SupabaseJwt { .. } => Topic::Supabase,
        Value::FirebaseProject(_) => Topic::Firebase,
        Value::Bucket(_) => Topic::Bucket,
        Value::Stripe { .. } => Topic::Stripe,
        Value::Mode { .. } | Value::Key { live: Some(_), .. } => Topic::Payments,
        Value::Mailbox(_) if fact.is_sender() => Topic::Sender,
        Value::Hosts(_) if fact.name == "deployed.sending_domains" => Topic::Sender,
        Value::Hosts(_) if fact.name.starts_with("deployed.") => Topic::Address,
        Value::Url { .. } | Value::Hosts(_) if fact.is_redirect() || fact.is_public_address() => {
            Topic::Address
        }
        Value::Hosts(_) => Topic::Origins,
        _ => Topic::Variable,
    }
}
