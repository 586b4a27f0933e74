//! What each sender left in the DNS, as evidence.

use std::collections::BTreeSet;

use super::{Clues, FACTS, Sender};
use crate::engine::name::{is_within, matches};

/// A sender and what shows that it is used.
#[derive(Clone, Debug)]
pub struct Used {
    pub sender: &'static Sender,
    pub traces: Vec<Trace>,
}

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Trace {
    /// One of its hosts receives the mail.
    Mx(String),
    /// The domain's SPF record includes this name of it.
    Spf(String),
    /// A key stands at this selector, which nobody else uses.
    Key(String),
    /// This name is a return path of it.
    Bounce(String),
    /// A record proves the domain to it, which outlives the use.
    Verification(String),
}

impl std::fmt::Display for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mx(host) => write!(f, "mail host {host}"),
            Self::Spf(name) => write!(f, "`include:{name}`"),
            Self::Key(selector) => write!(f, "DKIM key at {selector}"),
            Self::Bounce(name) => write!(f, "return path {name}"),
            Self::Verification(start) => write!(f, "TXT record `{start}…`"),
        }
    }
}

/// The senders that are used, each with its traces, in the order of the facts. Servers that two
/// products share are their owner's, unless something of the other's own is there too.
pub fn used(clues: &Clues<'_>) -> Vec<Used> {
    let found: Vec<Used> = FACTS
        .senders
        .iter()
        .filter_map(|sender| traces(sender, clues).map(|traces| Used { sender, traces }))
        .collect();
    let hidden: BTreeSet<&str> = found.iter().filter_map(|used| used.sender.through.as_deref()).collect();
    let is_own = |used: &&Used| {
        let other =
            FACTS.senders.iter().find(|other| used.sender.through.as_deref() == Some(other.id.as_str()));
        used.traces.iter().any(|trace| match (trace, other) {
            (Trace::Spf(name), Some(other)) => !other.is_allowed(std::slice::from_ref(name)),
            (Trace::Mx(host), Some(other)) => !other.owns_mx(host),
            _ => true,
        })
    };
    let own: Vec<Used> = found.iter().filter(is_own).cloned().collect();
    // Its owner stays where a trace of the owner's own is there, or nobody else explains it.
    let explains = |used: &Used| {
        own.iter().any(|other| {
            other.sender.through.as_deref() == Some(used.sender.id.as_str())
                && used
                    .traces
                    .iter()
                    .all(|trace| other.traces.contains(trace) || matches!(trace, Trace::Spf(_)))
        })
    };
    own.iter().filter(|used| !hidden.contains(used.sender.id.as_str()) || !explains(used)).cloned().collect()
}

fn traces(sender: &Sender, clues: &Clues<'_>) -> Option<Vec<Trace>> {
    let mut traces: BTreeSet<Trace> = BTreeSet::new();
    traces.extend(clues.mx.iter().filter(|host| sender.owns_mx(host)).cloned().map(Trace::Mx));
    traces.extend(
        clues
            .spf
            .iter()
            .filter(|name| sender.is_allowed(std::slice::from_ref(name)))
            .cloned()
            .map(Trace::Spf),
    );
    traces.extend(
        clues
            .keys
            .iter()
            .filter(|key| sender.owns_key(key))
            .map(|(selector, _)| Trace::Key(selector.clone())),
    );
    let bounces = clues.bounces.iter().filter(|bounce| sender.owns_bounce(bounce));
    traces.extend(bounces.map(|(name, _)| Trace::Bounce(name.clone())));
    let proofs =
        sender.txt.iter().filter(|start| clues.txt.iter().any(|txt| txt.starts_with(start.as_str())));
    traces.extend(proofs.cloned().map(Trace::Verification));
    (!traces.is_empty()).then(|| traces.into_iter().collect())
}

/// Selectors that so many products or administrators use that they prove nothing.
const ANYBODYS: [&str; 12] =
    ["default", "mail", "email", "mx", "smtp", "s1", "s2", "m1", "m2", "dk", "fs", "ml"];

impl Sender {
    /// Is the selector this sender's and nobody else's?
    pub(super) fn owns_key(&self, (selector, target): &(String, String)) -> bool {
        if !target.is_empty() {
            let fits = |fact: &String| matches(&fact.replace("DOMAIN", "*"), target);
            if self.dkim_targets.iter().any(fits) {
                return true;
            }
        }
        let has = |sender: &Sender| sender.selectors.iter().any(|own| own == selector);
        has(self)
            && !ANYBODYS.contains(&selector.as_str())
            && FACTS.senders.iter().all(|other| other.id == self.id || !has(other))
    }

    /// Is the record at a name its return path?
    pub(super) fn owns_bounce(&self, (name, record): &(String, String)) -> bool {
        self.return_path.iter().any(|fact| {
            let mut words = fact.split(' ');
            let label = words.next().and_then(|name| name.strip_suffix(".DOMAIN"));
            let target = words.nth(1).map(|target| target.replace("REGION", "*"));
            let (Some(label), Some(target)) = (label, target) else { return false };
            let fits = |pattern: &str| matches(pattern, record) || is_within(record, pattern);
            matches(&format!("{label}.*"), name) && fits(&target)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(clues: &Clues<'_>) -> Vec<&'static str> {
        used(clues).iter().map(|used| used.sender.id.as_str()).collect()
    }

    #[test]
    fn shared_servers_belong_to_their_owner_unless_the_other_shows_itself() {
        let ses = ["amazonses.com".to_owned()];
        assert_eq!(ids(&Clues { spf: &ses, ..Clues::default() }), ["amazon-ses"]);
        let bounce = [("send.example.com".to_owned(), "feedback-smtp.eu-west-1.amazonses.com".to_owned())];
        assert_eq!(ids(&Clues { bounces: &bounce, ..Clues::default() }), ["resend"]);
        let key = [("resend".to_owned(), String::new())];
        assert_eq!(ids(&Clues { spf: &ses, keys: &key, ..Clues::default() }), ["resend"]);
    }

    #[test]
    fn a_key_or_a_return_path_shows_a_sender_that_spf_does_not() {
        let keys = ["pm", "default", "intercom"].map(|selector| (selector.to_owned(), String::new()));
        let bounces = [("pm-bounces.example.com".to_owned(), "pm.mtasv.net".to_owned())];
        let found = used(&Clues { keys: &keys, bounces: &bounces, ..Clues::default() });
        let shown: Vec<(&str, usize)> =
            found.iter().map(|used| (used.sender.id.as_str(), used.traces.len())).collect();
        assert_eq!(shown, [("postmark", 2), ("intercom", 1)]);
    }
}
