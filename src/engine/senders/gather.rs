//! Collects a domain's clues from its DNS answers.

use std::collections::BTreeSet;

use super::{Clues, FACTS, Ground};
use crate::{
    engine::{
        dkim, dmarc,
        name::is_within,
        spf::{self, Fetched, Mechanism, Node},
    },
    seen::{Answer, Answers, Miss, Rr},
};

/// The return path of transactional senders that is always looked for.
pub const SEND: &str = "send";

/// What a domain's answers say about its senders.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    pub mx: Vec<String>,
    /// What the domain's own records include, not what those include in turn.
    pub spf: Vec<String>,
    pub txt: Vec<String>,
    /// DKIM selectors with a key, each with the CNAME that leads to it, and those without.
    pub keys: Vec<(String, String)>,
    pub keyless: Vec<String>,
    /// Those without a key that are a CNAME: somebody began or forgot them.
    pub pending: Vec<String>,
    pub bounces: Vec<(String, String)>,
    pub no_keys: bool,
    pub spf_hides: bool,
    pub strict_spf: bool,
    /// The first answer that did not come; something may be missing above.
    pub missed: Option<Miss>,
}

/// Gathers; `selectors` are those that were asked.
pub fn gather(domain: &str, selectors: &[String], answers: &Answers) -> Gathered {
    let mut found = Gathered::default();
    let hosts = answers.get(domain, Rr::Mx).unwrap_or_default();
    found.mx = hosts.iter().filter_map(|mx| mx.split_once(' ')).map(|(_, host)| host.to_owned()).collect();
    found.txt = answers.get(domain, Rr::Txt).unwrap_or_default().to_vec();
    found.read_spf(domain, answers);
    found.read_keys(domain, selectors, answers);
    found.read_bounces(domain, answers);
    let walk = dmarc::walk(domain, answers);
    found.strict_spf = walk
        .applies
        .and_then(|applies| applies.record.tag("aspf").map(|tag| tag.value.eq_ignore_ascii_case("s")))
        .unwrap_or_default();
    let misses = [Rr::Mx, Rr::Txt].into_iter().find_map(|rr| answers.get(domain, rr).err());
    found.missed = found.missed.take().or_else(|| misses.cloned());
    found
}

/// The names where some known sender may have a return path, below the domain.
pub fn return_paths(domain: &str) -> BTreeSet<(String, Rr)> {
    let paths = FACTS.senders.iter().flat_map(super::Sender::return_paths);
    paths.map(|(label, rr)| (format!("{label}.{domain}"), rr)).collect()
}

impl Gathered {
    pub fn clues(&self) -> Clues<'_> {
        Clues { mx: &self.mx, spf: &self.spf, txt: &self.txt, keys: &self.keys, bounces: &self.bounces }
    }

    pub fn ground<'a>(&'a self, domain: &'a str) -> Ground<'a> {
        Ground {
            domain,
            strict_spf: self.strict_spf,
            no_keys: self.no_keys,
            keyless: &self.keyless,
            spf_hides: self.spf_hides,
        }
    }

    fn read_spf(&mut self, domain: &str, answers: &Answers) {
        let tree = spf::tree(domain, answers);
        own_includes(&tree.root, domain, &mut self.spf);
        self.spf_hides = match &tree.root.fetched {
            Fetched::Record(_, record) => {
                record.evaluated().any(|(_, _, mechanism)| hides(mechanism))
                    || tree.nodes().iter().any(|node| matches!(node.fetched, Fetched::Unknown))
            }
            // Several records or a broken one: nobody knows what was meant.
            Fetched::Multiple(_) | Fetched::Broken(..) => true,
            _ => false,
        };
        self.missed = tree.missed.first().cloned().or_else(|| tree.wanted.first().map(|_| Miss::NotAsked));
    }

    fn read_keys(&mut self, domain: &str, selectors: &[String], answers: &Answers) {
        for selector in selectors {
            let name = format!("{selector}._domainkey.{domain}");
            match answers.get(&name, Rr::Txt) {
                Ok(txt) if txt.iter().any(|text| dkim::is_key(text)) => {
                    let target = answers.get(&name, Rr::Cname).unwrap_or_default().first();
                    self.keys.push((selector.clone(), target.cloned().unwrap_or_default()));
                }
                Ok(_) => {
                    if answers.get(&name, Rr::Cname).is_ok_and(|targets| !targets.is_empty()) {
                        self.pending.push(selector.clone());
                    }
                    self.keyless.push(selector.clone());
                }
                Err(_) => {}
            }
        }
        self.keys.sort();
        self.keyless.sort();
        let below = answers.answer(&format!("_domainkey.{domain}"), Rr::Txt);
        self.no_keys = self.keys.is_empty() && matches!(below, Ok(Answer::NoName));
    }

    fn read_bounces(&mut self, domain: &str, answers: &Answers) {
        for (name, rr) in return_paths(domain) {
            for record in answers.get(&name, rr).unwrap_or_default().iter().take(10) {
                let target = record.split_once(' ').map_or(record.as_str(), |(_, host)| host);
                self.bounces.push((name.clone(), target.to_owned()));
            }
        }
    }
}

/// The includes of the record and of records of the domain's own that it includes.
fn own_includes(node: &Node, domain: &str, found: &mut Vec<String>) {
    for child in &node.children {
        if is_within(&child.domain, domain) {
            own_includes(child, domain, found);
        } else if !matches!(child.fetched, Fetched::Loop) && !found.contains(&child.domain) {
            found.push(child.domain.clone());
        }
    }
}

/// Addresses and macros can stand for a sender in ways that are not seen here.
fn hides(mechanism: &Mechanism) -> bool {
    matches!(mechanism, Mechanism::Ip4(..) | Mechanism::Ip6(..) | Mechanism::Exists(_) | Mechanism::Ptr(_))
}
