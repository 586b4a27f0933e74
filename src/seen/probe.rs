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
    /// With a signature header that is not one.
    Malformed,
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
    /// Replies to POSTs, which alone a provider sends.
    pub fn posts(&self) -> impl Iterator<Item = (Sent, &Reply)> {
        let posts = self.answers.iter().filter(|answer| answer.sent != Sent::Get);
        posts.filter_map(|answer| Some((answer.sent, answer.reply.got()?)))
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
            Self::Malformed => "an event with a malformed signature",
        })
    }
}
