//! Which obsolete versions the enumeration found.

use std::collections::BTreeMap;

use crate::{
    engine::hello::Version,
    seen::{Miss, Offers, Seen},
};

/// Is each obsolete version accepted? By its name.
pub(super) fn versions(offers: &Offers) -> BTreeMap<String, Seen<bool>> {
    let old = [Version::Ssl2, Version::Ssl3, Version::Tls10, Version::Tls11];
    let answer = |version: Version| match offers.versions.get(&version) {
        Some(Seen::Got(offered)) => Seen::Got(offered.is_some()),
        Some(Seen::Missed(miss)) => Seen::Missed(miss.clone()),
        None => Seen::Missed(Miss::NotAsked),
    };
    old.into_iter().map(|version| (version.name().to_owned(), answer(version))).collect()
}
