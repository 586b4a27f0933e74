//! What a webhook endpoint answers to requests that no provider signed.

use serde::{Deserialize, Serialize};

use super::{Miss, Seen};

/// The answers of one endpoint, by its URL, in the order in which they were asked for.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Probe {
    pub url: String,
    pub answers: Vec<ProbeAnswer>,
    /// Why the probe ended early.
    pub stopped: Option<Miss>,
    /// Why no signed event was sent.
    pub unsigned: Option<Miss>,
    /// The endpoint's own count of events that took effect.
    pub effects: Option<Effects>,
}

/// How many events had taken effect before a signed event, after it, and after its repetition.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Effects {
    pub before: u64,
    pub once: u64,
    pub twice: u64,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProbeAnswer {
    pub sent: Sent,
    pub reply: Seen<Reply>,
}

/// One inert request.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sent {
    /// No method a provider uses.
    Get,
    /// An event without a signature.
    Unsigned,
    /// With a well-formed signature that no key made.
    BadlySigned,
    /// Signed as the provider does, with a key that nobody has.
    OtherKey,
    /// With a signature header that is not one.
    Malformed,
    /// Plain text without a signature.
    NotJson,
    /// Signed with the endpoint's own secret.
    Signed,
    /// The same, more than an hour ago.
    Stale,
    /// The first signed event once more.
    Repeated,
}

/// What came back, without the body.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reply {
    pub status: u16,
    /// A gateway before the handler answered; whose, e.g. `Supabase`.
    pub gateway: Option<String>,
    /// What the body gives away, e.g. `stack trace`. Sorted.
    pub leaks: Vec<String>,
    /// Where a redirect leads, without query.
    pub location: Option<String>,
}

impl Probe {
    /// Replies to events that nobody signed.
    pub fn posts(&self) -> impl Iterator<Item = (Sent, &Reply)> {
        let unsigned = [Sent::Unsigned, Sent::BadlySigned, Sent::OtherKey, Sent::Malformed];
        let posts = self.answers.iter().filter(move |answer| unsigned.contains(&answer.sent));
        posts.filter_map(|answer| Some((answer.sent, answer.reply.got()?)))
    }

    /// Was an event refused that the endpoint's own secret signed? With which status.
    pub fn refuses_signed(&self) -> Option<u16> {
        let status = self.reply(Sent::Signed)?.status;
        (!(200..300).contains(&status)).then_some(status)
    }

    /// What a signature of more than an hour ago was answered, where a fresh one is accepted.
    pub fn stale(&self) -> Option<u16> {
        // Where anything is acknowledged, age is the least of it.
        let verifies = self.posts().all(|(_, reply)| !(200..300).contains(&reply.status));
        (verifies && self.reply(Sent::Signed).is_some() && self.refuses_signed().is_none())
            .then(|| Some(self.reply(Sent::Stale)?.status))?
    }

    /// The reply to one request.
    pub fn reply(&self, sent: Sent) -> Option<&Reply> {
        self.answers.iter().find(|answer| answer.sent == sent)?.reply.got()
    }
}

impl std::fmt::Display for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Get => "a GET",
            Self::Unsigned => "an unsigned event",
            Self::BadlySigned => "a badly signed event",
            Self::OtherKey => "an event signed with another key",
            Self::Malformed => "an event with a malformed signature",
            Self::NotJson => "plain text",
            Self::Signed => "a signed event",
            Self::Stale => "an event signed an hour ago",
            Self::Repeated => "a signed event again",
        })
    }
}
