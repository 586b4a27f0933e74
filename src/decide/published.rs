//! What the zone held where a finding wants other records: a whole record set can only be replaced
//! by one that knows what else was in it.

use std::collections::BTreeMap;

use super::Judged;
use crate::{
    finding::Patch,
    seen::{Answers, Observations, Rr, Seen},
};

/// Record sets by name (lower case, no trailing dot) and type, in presentation form. What was not
/// asked or not answered is absent; a set that does not exist is empty.
pub type Published = BTreeMap<(String, &'static str), Vec<String>>;

const TYPES: [Rr; 7] = [Rr::A, Rr::Aaaa, Rr::Caa, Rr::Cname, Rr::Mx, Rr::Ns, Rr::Txt];

/// The record sets that the findings' patches name, as they were seen.
pub(super) fn published(seen: &Observations, findings: &[Judged]) -> Published {
    let mut published = Published::new();
    for judged in findings {
        let Some(Patch::Dns { name, record, .. } | Patch::DnsRemove { name, record }) =
            &judged.finding.remedy.patch
        else {
            continue;
        };
        let Some(rr) = TYPES.into_iter().find(|rr| rr.id() == record) else { continue };
        if let Some(set) = all_answers(seen).find_map(|answers| answers.get(name, rr).ok()) {
            published.insert((name.trim_end_matches('.').to_ascii_lowercase(), rr.id()), set.to_vec());
        }
    }
    published
}

fn all_answers(seen: &Observations) -> impl Iterator<Item = &Answers> {
    let mail = seen.mail.values().filter_map(Seen::got).map(|mail| &mail.answers);
    let zones = seen.zones.values().filter_map(Seen::got).map(|zone| &zone.answers);
    mail.chain(zones)
}
