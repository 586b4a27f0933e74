//! Which mail senders a domain uses, inferred from its DNS.

mod alignment;
mod gather;
mod traces;

use std::{collections::BTreeSet, sync::LazyLock};

use serde::Deserialize;

pub use self::{
    alignment::{Alignment, Ground, alignment},
    gather::{Gathered, SEND, gather, return_paths},
    traces::{Trace, Used, used},
};
use super::name::{is_within, matches};
use crate::seen::Rr;

/// The facts about senders, `rules/senders/senders.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Selectors that many set-ups use.
    pub generic_selectors: Vec<String>,
    #[serde(rename = "sender")]
    pub senders: Vec<Sender>,
}

/// One provider that sends or receives mail for its customers' domains.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    pub id: String,
    pub name: String,
    pub kind: SenderKind,
    /// Names that its customers include in SPF.
    #[serde(default)]
    pub spf: Vec<String>,
    /// Patterns of its MX hosts.
    #[serde(default)]
    pub mx: Vec<String>,
    /// Its DKIM selectors, where they can be known.
    #[serde(default)]
    pub selectors: Vec<String>,
    /// Regular expressions of selectors that cannot be guessed.
    #[serde(default)]
    pub selector_patterns: Vec<String>,
    #[serde(default)]
    pub dkim_targets: Vec<String>,
    #[serde(default)]
    pub return_path: Vec<String>,
    /// Beginnings of its verification TXT records.
    #[serde(default)]
    pub txt: Vec<String>,
    /// Whose address it puts into the envelope; by its kind where it is not said.
    pub envelope: Option<Envelope>,
    /// It relies on its include in the domain's own record; mailbox providers always do.
    #[serde(default)]
    pub needs_include: bool,
    /// Customers cannot choose other selectors.
    #[serde(default)]
    pub fixed_selectors: bool,
    /// Id of the sender whose servers it uses: their traces alone do not tell the two apart.
    pub through: Option<String>,
    #[serde(default)]
    pub notes: String,
}

/// The domain of the envelope sender, which SPF is about.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Envelope {
    /// The domain that people see in `From:`.
    From,
    /// A subdomain of it once that is set up, until then the provider's own.
    Subdomain,
    /// Always the provider's own.
    Provider,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum SenderKind {
    /// People's mailboxes.
    Mailbox,
    Transactional,
    Marketing,
    Support,
    Auth,
    Billing,
    Forwarding,
}

/// The embedded facts; a test holds that they parse.
pub static FACTS: LazyLock<Facts> =
    LazyLock::new(|| toml::from_str(include_str!("../../../rules/senders/senders.toml")).unwrap_or_default());

/// What the DNS shows of a domain's senders.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clues<'a> {
    /// MX host names.
    pub mx: &'a [String],
    /// Every domain in the SPF tree.
    pub spf: &'a [String],
    /// TXT records of the domain.
    pub txt: &'a [String],
    /// DKIM selectors that have a key, each with the CNAME that leads to it or an empty text.
    pub keys: &'a [(String, String)],
    /// Return paths that exist: the name below the domain, and the record there.
    pub bounces: &'a [(String, String)],
}

/// The senders that left a trace, in the order of the facts.
pub fn infer(clues: &Clues<'_>) -> Vec<&'static Sender> {
    FACTS.senders.iter().filter(|sender| sender.left(clues)).collect()
}

/// The provider whose mail hosts an MX name belongs to. Mailboxes come before senders, because
/// several products share one provider's hosts.
pub fn by_mx(host: &str) -> Option<&'static Sender> {
    let mut owners = FACTS.senders.iter().filter(|sender| sender.owns_mx(host));
    let first = owners.next();
    first.filter(|sender| sender.kind == SenderKind::Mailbox).or_else(|| owners.next()).or(first)
}

/// Selectors that the senders use, sorted.
pub fn selectors(senders: &[&'static Sender]) -> BTreeSet<String> {
    senders.iter().flat_map(|sender| sender.selectors.iter().cloned()).collect()
}

impl Sender {
    pub fn envelope(&self) -> Envelope {
        self.envelope.unwrap_or(match self.kind {
            SenderKind::Mailbox => Envelope::From,
            SenderKind::Forwarding => Envelope::Provider,
            _ => Envelope::Subdomain,
        })
    }

    /// Does its mail fail SPF unless the domain's own record includes it?
    pub fn needs_include(&self) -> bool {
        !self.spf.is_empty() && (self.needs_include || self.kind == SenderKind::Mailbox)
    }

    /// Where its return path is, for names that can be known: the label and the type of record.
    pub fn return_paths(&self) -> impl Iterator<Item = (&str, Rr)> {
        self.return_path.iter().filter_map(|fact| {
            let mut words = fact.split(' ');
            let label = words.next()?.strip_suffix(".DOMAIN").filter(|label| !label.contains(['*', '.']))?;
            let rr = match words.next()? {
                "CNAME" => Rr::Cname,
                "MX" => Rr::Mx,
                _ => return None,
            };
            Some((label, rr))
        })
    }

    fn left(&self, clues: &Clues<'_>) -> bool {
        clues.mx.iter().any(|host| self.owns_mx(host))
            || self.is_allowed(clues.spf)
            || clues.bounces.iter().any(|bounce| self.owns_bounce(bounce))
            || clues.txt.iter().any(|txt| self.txt.iter().any(|start| txt.starts_with(start.as_str())))
    }

    /// Is one of its includes among the names of an SPF tree?
    pub fn is_allowed(&self, names: &[String]) -> bool {
        names.iter().any(|name| self.spf.iter().any(|own| own_include(own, name)))
    }

    fn owns_mx(&self, host: &str) -> bool {
        self.mx.iter().any(|pattern| matches(pattern, host))
    }
}

fn own_include(own: &str, name: &str) -> bool {
    if own.contains('*') { matches(own, name) } else { is_within(name, own) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_parse_and_are_complete() {
        let parsed: Result<Facts, _> = toml::from_str(include_str!("../../../rules/senders/senders.toml"));
        let facts = parsed.expect("rules/senders/senders.toml");
        assert!(facts.senders.len() >= 38 && facts.generic_selectors.len() >= 30);
        for sender in &facts.senders {
            for pattern in &sender.selector_patterns {
                assert!(regex::Regex::new(pattern).is_ok(), "{}: {pattern}", sender.id);
            }
        }
    }

    #[test]
    fn infers_from_mx_spf_and_txt() {
        let mx = ["example-com.mail.protection.outlook.com".to_owned()];
        let spf = ["_spf.google.com".to_owned()];
        let txt = ["brevo-code:0123".to_owned()];
        let found = infer(&Clues { mx: &mx, spf: &spf, txt: &txt, ..Clues::default() });
        let ids: Vec<&str> = found.iter().map(|sender| sender.id.as_str()).collect();
        assert_eq!(ids, ["google-workspace", "microsoft-365", "brevo"]);
    }
}
