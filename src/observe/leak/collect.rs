//! Many hits become one leak a value.

use std::collections::BTreeMap;

use crate::{
    engine::secrets::{Hit, Rule},
    seen::{Leak, LeakAccepted, LeakPast, LeakSite},
};

/// Places kept of one value.
const MOST: usize = 20;

/// Values by the hash that names them.
#[derive(Default)]
pub(super) struct Collector {
    values: BTreeMap<String, Value>,
}

struct Value {
    rule: &'static Rule,
    redacted: String,
    length: usize,
    note: Option<String>,
    expires: Option<i64>,
    sites: Vec<LeakSite>,
    /// By path: the version that was seen first speaks for all of them.
    past: BTreeMap<String, LeakPast>,
    accepted: Vec<LeakAccepted>,
}

impl Collector {
    pub(super) fn site(&mut self, hit: &Hit, site: LeakSite) {
        let value = self.value(hit);
        match &hit.accepted {
            Some(reason) => {
                let reason = reason.clone();
                value.accepted.push(LeakAccepted { path: site.path, line: site.line, reason });
            }
            None => value.sites.push(site),
        }
    }

    pub(super) fn past(&mut self, hit: &Hit, past: LeakPast) {
        let value = self.value(hit);
        if let Some(reason) = &hit.accepted {
            let reason = reason.clone();
            value.accepted.push(LeakAccepted { path: past.path, line: past.line, reason });
            return;
        }
        match value.past.entry(past.path.clone()) {
            std::collections::btree_map::Entry::Vacant(place) => drop(place.insert(past)),
            std::collections::btree_map::Entry::Occupied(mut known) => {
                known.get_mut().in_head |= past.in_head;
            }
        }
    }

    /// The rule that ranks highest names the value, wherever it was seen.
    fn value(&mut self, hit: &Hit) -> &mut Value {
        let value = self.values.entry(hit.fingerprint.clone()).or_insert_with(|| Value {
            rule: hit.rule,
            redacted: hit.redacted.clone(),
            length: hit.length,
            note: hit.facts.note.clone(),
            expires: hit.facts.expires,
            sites: Vec::new(),
            past: BTreeMap::new(),
            accepted: Vec::new(),
        });
        if (hit.rule.rank, hit.rule.id) > (value.rule.rank, value.rule.id) {
            value.rule = hit.rule;
            value.redacted.clone_from(&hit.redacted);
            value.note.clone_from(&hit.facts.note);
        }
        value
    }

    pub(super) fn finish(self) -> Vec<Leak> {
        let mut leaks: Vec<Leak> = self.values.into_iter().map(|(print, value)| value.leak(print)).collect();
        leaks.sort_by(|a, b| (&a.rule, &a.fingerprint).cmp(&(&b.rule, &b.fingerprint)));
        leaks
    }
}

impl Value {
    fn leak(mut self, fingerprint: String) -> Leak {
        self.sites.sort();
        self.sites.dedup();
        let site_count = self.sites.len() as u64;
        self.sites.truncate(MOST);
        self.accepted.sort();
        self.accepted.dedup_by(|a, b| a.path == b.path);
        // A comment that accepts the value in a file accepts it in the versions before the comment.
        let accepted = |past: &LeakPast| self.accepted.iter().any(|known| known.path == past.path);
        let mut past: Vec<LeakPast> = self.past.into_values().filter(|past| !accepted(past)).collect();
        // A version that no reference leads to adds nothing where one does.
        let best = past.iter().map(|past| past.loose).min();
        past.retain(|past| Some(past.loose) == best);
        past.sort_by(|a, b| (!a.in_head, &a.path).cmp(&(!b.in_head, &b.path)));
        past.truncate(MOST);
        self.accepted.truncate(MOST);
        Leak {
            rule: self.rule.id.to_owned(),
            fingerprint,
            redacted: self.redacted,
            length: self.length as u64,
            note: self.note,
            expires: self.expires,
            sites: self.sites,
            site_count,
            past,
            accepted: self.accepted,
        }
    }
}
