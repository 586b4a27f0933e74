//! The DNS records that mend what was found, for the three places where people publish records.
//!
//! Several findings may want the same record changed; their changes are merged into one record
//! set, with everything in it that nobody complained about. What a hostile zone holds is decoded
//! and written anew, so that no text of it can become a record of its own.

mod cloudflare;
mod merge;
mod route53;
mod value;
mod zone;

pub(super) use self::{cloudflare::cloudflare, route53::route53, value::quoted, zone::zone};

use std::collections::{BTreeMap, BTreeSet};

use self::value::Value;
use crate::{
    decide::{Assessment, Judged},
    engine::name::is_within,
    finding::{Confidence, Patch},
};

/// Seconds that a resolver may keep a new record; short, because a launch may want it undone.
const TTL: u32 = 300;

/// One record set that has to change.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Change {
    /// Lower case, no trailing dot.
    name: String,
    /// `TXT`, `MX`, …
    record: String,
    /// The whole set after the change.
    values: Vec<Value>,
    /// What of it is new.
    added: Vec<Value>,
    /// What of the present set has to go.
    removed: Vec<Value>,
    /// The set was seen: without that, replacing it whole could lose records.
    complete: bool,
    /// Ids of the checks that want it.
    because: BTreeSet<&'static str>,
}

/// What can be published in the audited zones, and what only others can publish.
struct Changes {
    own: Vec<Change>,
    foreign: Vec<Change>,
    /// Names whose records cannot be written down safely.
    unwritable: usize,
    /// Checks that are not sure enough for a record that is published unread.
    unsure: BTreeSet<&'static str>,
}

#[derive(Default)]
struct Wishes<'a> {
    /// Worst finding first.
    sets: Vec<&'a [String]>,
    because: BTreeSet<&'static str>,
}

fn changes(assessment: &Assessment) -> Changes {
    let mut wishes: BTreeMap<(String, String), Wishes<'_>> = BTreeMap::new();
    let (sure, unsure): (Vec<_>, Vec<_>) =
        assessment.findings.iter().partition(|judged| judged.confidence > Confidence::Low);
    for judged in sure {
        let (name, record, values): (_, _, &[String]) = match &judged.finding.remedy.patch {
            Some(Patch::Dns { name, record, values }) => (name, record, values),
            Some(Patch::DnsRemove { name, record }) => (name, record, &[]),
            _ => continue,
        };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let wish = wishes.entry((name, record.to_ascii_uppercase())).or_default();
        wish.sets.push(values);
        wish.because.insert(judged.check.id);
    }
    let mut changes =
        Changes { own: Vec::new(), foreign: Vec::new(), unwritable: 0, unsure: BTreeSet::new() };
    let has_patch = |judged: &&Judged| {
        matches!(judged.finding.remedy.patch, Some(Patch::Dns { .. } | Patch::DnsRemove { .. }))
    };
    changes.unsure = unsure.into_iter().filter(has_patch).map(|judged| judged.check.id).collect();
    for ((name, record), wish) in wishes {
        let removes = wish.sets.iter().all(|set| set.is_empty());
        let Some(change) = change(assessment, &name, record, wish) else {
            changes.unwritable += 1;
            continue;
        };
        // What was not seen cannot be shown, but it can be named.
        let unseen = removes && !change.complete;
        if change.added.is_empty() && change.removed.is_empty() && !unseen {
            continue;
        }
        let own = assessment.target.domains.iter().any(|domain| is_within(&name, &domain.name));
        if own { changes.own.push(change) } else { changes.foreign.push(change) }
    }
    changes
}

fn change(assessment: &Assessment, name: &str, record: String, wish: Wishes<'_>) -> Option<Change> {
    if !value::is_name(name) {
        return None;
    }
    let seen = assessment.published.iter().find(|((owner, rr), _)| owner == name && *rr == record);
    let present: &[String] = seen.map_or(&[], |(_, set)| set);
    let merged = merge::merge(&record, present, &wish.sets);
    let read = |text: &String| Value::read(&record, text);
    let before: Vec<Value> = present.iter().filter_map(read).collect();
    // What cannot be read can be left as it is, but not be written anew.
    let (legible, other): (Vec<&String>, Vec<&String>) = merged.iter().partition(|text| read(text).is_some());
    if other.iter().any(|text| !present.contains(text)) {
        return None;
    }
    let mut values: Vec<Value> = legible.into_iter().filter_map(read).collect();
    let mut met = Vec::new();
    values.retain(|value| {
        !met.contains(value) && {
            met.push(value.clone());
            true
        }
    });
    Some(Change {
        name: name.to_owned(),
        added: values.iter().filter(|value| !before.contains(value)).cloned().collect(),
        removed: before.iter().filter(|value| !values.contains(value)).cloned().collect(),
        // A present value that cannot be read cannot be kept either.
        complete: seen.is_some() && before.len() == present.len(),
        values,
        record,
        because: wish.because,
    })
}

impl Change {
    /// `mail/spf-multiple, mail/spf-ptr`
    fn reasons(&self) -> String {
        self.because.iter().copied().collect::<Vec<_>>().join(", ")
    }
}
