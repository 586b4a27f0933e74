//! What the API of a provider told, read with a key that can only read.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CloudflareAccount, DeliveryAccount, ResendAccount, Seen, SupabaseAccount};

/// The account that a key opens, by provider.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Account {
    Stripe(Box<Stripe>),
    Firebase(Box<Firebase>),
    Supabase(Box<SupabaseAccount>),
    Cloudflare(Box<CloudflareAccount>),
    Resend(ResendAccount),
    /// PayPal and HubSpot.
    Delivery(DeliveryAccount),
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stripe {
    /// Is it a live key? A test key shows what belongs to test mode, and nothing else.
    pub live: bool,
    /// Where events of the key's mode are delivered.
    pub endpoints: Seen<Vec<StripeEndpoint>>,
    pub account: Seen<StripeAccount>,
    /// Events of the last 30 days that were not delivered to every endpoint, by kind.
    pub undelivered: Seen<Vec<Undelivered>>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StripeEndpoint {
    pub id: String,
    /// Without query and password.
    pub url: String,
    pub enabled: bool,
    pub live: bool,
    /// The version in which events are written; absent: the account's.
    pub api_version: Option<String>,
    /// Kinds of events, or `*`.
    pub events: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StripeAccount {
    pub charges: bool,
    pub payouts: bool,
    /// Why something is disabled, in Stripe's words.
    pub disabled: Option<String>,
    /// What Stripe still wants to know, and waits for no longer.
    pub past_due: Vec<String>,
}

/// Events of one kind that were not delivered.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Undelivered {
    pub kind: String,
    pub count: u32,
    pub newest: Timestamp,
    pub oldest: Timestamp,
}

/// A Firebase project as it is live.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Firebase {
    pub project: String,
    /// Rules of documents and files.
    pub rules: Seen<Vec<LiveRules>>,
    /// Rules of the Realtime Databases, released under their hosts.
    pub databases: Seen<Vec<LiveRules>>,
    pub sign_in: Seen<SignIn>,
    /// Services that refuse what comes without App Check, such as `firestore.googleapis.com`.
    pub enforced: Seen<BTreeSet<String>>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LiveRules {
    /// `cloud.firestore`, with a database of its own `cloud.firestore/NAME`, `firebase.storage/BUCKET`.
    pub release: String,
    pub text: String,
}

/// How accounts come about.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignIn {
    /// Without any proof of who it is.
    pub anonymous: bool,
    /// With an address and a password.
    pub password: bool,
    /// Whether an address has an account is not told.
    pub addresses_hidden: bool,
    /// Nobody can make an account for himself.
    pub sign_up_off: bool,
    /// To which a provider may send an account back.
    pub domains: Vec<String>,
}
