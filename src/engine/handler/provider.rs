//! The provider table, from `rules/webhooks/`: who signs how, and which calls verify it.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::engine::signature::{Scheme, Vector};

const FILES: &[&str] = &[
    include_str!("../../../rules/webhooks/calendly.toml"),
    include_str!("../../../rules/webhooks/github.toml"),
    include_str!("../../../rules/webhooks/hubspot.toml"),
    include_str!("../../../rules/webhooks/lemon-squeezy.toml"),
    include_str!("../../../rules/webhooks/line.toml"),
    include_str!("../../../rules/webhooks/linear.toml"),
    include_str!("../../../rules/webhooks/mailgun.toml"),
    include_str!("../../../rules/webhooks/paddle.toml"),
    include_str!("../../../rules/webhooks/paypal.toml"),
    include_str!("../../../rules/webhooks/postmark.toml"),
    include_str!("../../../rules/webhooks/razorpay.toml"),
    include_str!("../../../rules/webhooks/revenuecat.toml"),
    include_str!("../../../rules/webhooks/sendgrid.toml"),
    include_str!("../../../rules/webhooks/shopify.toml"),
    include_str!("../../../rules/webhooks/slack.toml"),
    include_str!("../../../rules/webhooks/square.toml"),
    include_str!("../../../rules/webhooks/standard-webhooks.toml"),
    include_str!("../../../rules/webhooks/stripe.toml"),
    include_str!("../../../rules/webhooks/supabase.toml"),
    include_str!("../../../rules/webhooks/twilio.toml"),
    include_str!("../../../rules/webhooks/zendesk.toml"),
    include_str!("../../../rules/webhooks/zoom.toml"),
];

/// One provider of webhooks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    pub id: String,
    pub name: String,
    /// Request headers that carry the signature, in lower case.
    pub headers: Vec<String>,
    /// What is signed and how, in words.
    pub algorithm: String,
    /// Seconds by which a timestamp may differ from now.
    #[serde(default)]
    pub tolerance: Option<u32>,
    /// Words that name it in a URL or a path.
    pub words: Vec<String>,
    /// Modules whose import names it.
    pub imports: Vec<String>,
    /// Calls that verify; `a.b` is a call of `b` on `a`.
    pub verify: Vec<String>,
    /// What names an event once and for all.
    pub event_id: String,
    /// A well-formed signature that no key made: `{now}` and `{zeros}` are filled in.
    #[serde(default)]
    pub bad_signature: Option<String>,
    pub docs: String,
    #[serde(default)]
    pub examples: Examples,
    /// How it signs, where a key alone can verify that.
    #[serde(default)]
    pub signature: Option<Scheme>,
    /// Signed requests that must hold.
    #[serde(default)]
    pub vectors: Vec<Vector>,
}

/// Code that must and must not be recognised as a verification.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    #[serde(rename = "match")]
    pub matching: Vec<String>,
    pub miss: Vec<String>,
}

static TABLE: LazyLock<Vec<Provider>> =
    LazyLock::new(|| FILES.iter().filter_map(|file| toml::from_str(file).ok()).collect());

/// Every known provider, by id.
pub fn providers() -> &'static [Provider] {
    &TABLE
}

pub fn provider(id: &str) -> Option<&'static Provider> {
    providers().iter().find(|provider| provider.id == canonical(id))
}

/// The provider that a URL's path or a file's path names.
pub fn provider_named(text: &str) -> Option<&'static Provider> {
    let lower = text.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    providers().iter().find(|provider| {
        provider.words.iter().any(|word| {
            if word.contains('-') { lower.contains(word.as_str()) } else { parts.contains(&word.as_str()) }
        })
    })
}

/// Those who use one scheme under names of their own.
fn canonical(id: &str) -> &str {
    match id {
        "svix" | "resend" | "clerk" | "polar" | "dodo" | "replicate" | "standardwebhooks" => {
            "standard-webhooks"
        }
        "lemonsqueezy" | "lemon_squeezy" => "lemon-squeezy",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_named_after_its_id() {
        assert_eq!(providers().len(), FILES.len());
        for file in FILES {
            let read: Result<Provider, _> = toml::from_str(file);
            let provider = read.expect("a valid entry");
            assert!(provider.docs.starts_with("https://"), "{}", provider.id);
            assert!(provider.headers.iter().all(|name| *name == name.to_ascii_lowercase()));
            assert_eq!(provider.verify.is_empty(), provider.examples.matching.is_empty(), "{}", provider.id);
        }
    }

    #[test]
    fn recognises_its_own_examples() {
        for provider in providers() {
            let verifies = |code: &str| !crate::engine::handler::read("webhook.ts", code).verified.is_empty();
            for code in &provider.examples.matching {
                assert!(verifies(code), "{}: {code}", provider.id);
            }
            for code in &provider.examples.miss {
                assert!(!verifies(code), "{}: {code}", provider.id);
            }
        }
    }

    #[test]
    fn names_come_from_whole_words() {
        assert_eq!(provider_named("/api/webhooks/stripe").map(|known| known.id.as_str()), Some("stripe"));
        assert_eq!(
            provider_named("functions/stripe-webhook/index.ts").map(|known| known.id.as_str()),
            Some("stripe")
        );
        assert!(provider_named("/hooks/linearization").is_none());
        assert_eq!(provider("svix").map(|known| known.id.as_str()), Some("standard-webhooks"));
    }
}
