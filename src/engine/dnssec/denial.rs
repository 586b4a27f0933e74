//! Does a set of NSEC or NSEC3 records deny a name or a type (RFC 4035 section 5.4, RFC 5155
//! section 8)? The records are taken as genuine: their signatures are verified elsewhere.

use std::cmp::Ordering;

/// With more, a validator may call the answer insecure (RFC 9276 section 3.2), and hashing is work
/// that a hostile zone would have us do.
pub const MAX_ITERATIONS: u16 = 500;

/// The labels of a name in lower case, the leftmost first.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Labels(pub Vec<Vec<u8>>);

/// What is to be denied.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Claim {
    /// There is no such name, and no wildcard that would make one.
    NoName,
    /// The name has no records of this type.
    NoType(u16),
    /// A wildcard gave the answer: the name itself does not exist below the name with this many
    /// labels (RFC 4035 section 5.3.4).
    Expanded { labels: usize },
}

/// One NSEC record (RFC 4034 section 4).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Nsec {
    pub owner: Labels,
    pub next: Labels,
    pub types: Vec<u16>,
}

/// One NSEC3 record (RFC 5155 section 3), both hashes as bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Nsec3 {
    pub owner: Vec<u8>,
    pub next: Vec<u8>,
    pub types: Vec<u16>,
    /// Unsigned delegations may lie between the two hashes (section 6).
    pub opt_out: bool,
}

const CNAME: u16 = 5;
const NS: u16 = 2;
const SOA: u16 = 6;
const DS: u16 = 43;

impl Labels {
    /// From presentation form without escapes.
    pub fn of(name: &str) -> Self {
        let name = name.trim_end_matches('.');
        if name.is_empty() {
            return Self::default();
        }
        Self(name.split('.').map(|label| label.to_ascii_lowercase().into_bytes()).collect())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of the rightmost labels.
    #[must_use]
    pub fn last(&self, count: usize) -> Self {
        Self(self.0.iter().skip(self.0.len().saturating_sub(count)).cloned().collect())
    }

    pub fn is_within(&self, above: &Self) -> bool {
        self.len() >= above.len() && self.last(above.len()) == *above
    }

    /// `*` below this name.
    fn wildcard(&self) -> Self {
        Self([vec![b"*".to_vec()], self.0.clone()].concat())
    }

    /// Labels at the right that both have.
    fn shared(&self, other: &Self) -> usize {
        self.0.iter().rev().zip(other.0.iter().rev()).take_while(|(one, two)| one == two).count()
    }
}

/// The canonical order of names (RFC 4034 section 6.1): label by label from the right, as bytes.
impl Ord for Labels {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }
}

impl PartialOrd for Labels {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Do these NSEC records of the zone show the claim about the name?
pub fn by_nsec(claim: Claim, name: &Labels, zone: &Labels, records: &[Nsec]) -> bool {
    let inside: Vec<&Nsec> =
        records.iter().filter(|nsec| nsec.owner.is_within(zone) && nsec.next.is_within(zone)).collect();
    let covering = |name: &Labels| inside.iter().copied().find(|nsec| covers(nsec, name, zone));
    let matching = |name: &Labels| inside.iter().copied().find(|nsec| nsec.owner == *name);
    match claim {
        Claim::NoName => covering(name).is_some_and(|nsec| {
            let wildcard = encloser(nsec, name).wildcard();
            !nsec.next.is_within(name) && covering(&wildcard).is_some()
        }),
        Claim::NoType(kind) => match matching(name) {
            Some(nsec) => lacks(&nsec.types, kind),
            // The name is there only because something lies below it, or a wildcard stands for it.
            None => covering(name).is_some_and(|nsec| {
                nsec.next.is_within(name)
                    || matching(&encloser(nsec, name).wildcard()).is_some_and(|wild| lacks(&wild.types, kind))
            }),
        },
        Claim::Expanded { labels } => {
            labels < name.len() && covering(name).is_some_and(|nsec| encloser(nsec, name).len() <= labels)
        }
    }
}

/// The longest existing name above this one, as the record that covers it shows.
fn encloser(nsec: &Nsec, name: &Labels) -> Labels {
    name.last(name.shared(&nsec.owner).max(name.shared(&nsec.next)))
}

/// Does the name lie between the record's two names? The last record of a zone leads to its apex.
fn covers(nsec: &Nsec, name: &Labels, zone: &Labels) -> bool {
    // What lies below a delegation is not this zone's to deny (RFC 6840 section 4.1).
    let delegates = nsec.types.contains(&NS) && !nsec.types.contains(&SOA);
    if !name.is_within(zone) || (delegates && name.is_within(&nsec.owner)) || nsec.owner == *name {
        return false;
    }
    if nsec.next <= nsec.owner { *name > nsec.owner } else { *name > nsec.owner && *name < nsec.next }
}

fn lacks(types: &[u16], kind: u16) -> bool {
    // The parent's record at a delegation speaks of DS alone (RFC 6840 section 4.1).
    let of_parent = types.contains(&NS) && !types.contains(&SOA) && kind != DS;
    !types.contains(&kind) && !types.contains(&CNAME) && !of_parent
}

/// Do these NSEC3 records of the zone show the claim? `hash` gives the hash of a name with the
/// zone's parameters.
pub fn by_nsec3(
    claim: Claim,
    name: &Labels,
    zone: &Labels,
    records: &[Nsec3],
    hash: impl Fn(&Labels) -> Option<Vec<u8>>,
) -> bool {
    if !name.is_within(zone) {
        return false;
    }
    let matching = |name: &Labels| {
        let hashed = hash(name)?;
        records.iter().find(|record| record.owner == hashed)
    };
    let covering = |name: &Labels| {
        let hashed = hash(name)?;
        records.iter().find(|record| between(record, &hashed))
    };
    let covered = |name: &Labels| covering(name).is_some();
    // The longest existing name above, and the denied name one label below it.
    let closest = || {
        let existing = (zone.len()..name.len()).rev().find(|count| matching(&name.last(*count)).is_some())?;
        covered(&name.last(existing + 1)).then(|| name.last(existing))
    };
    match claim {
        Claim::NoName => {
            matching(name).is_none() && closest().is_some_and(|encloser| covered(&encloser.wildcard()))
        }
        Claim::NoType(kind) => match matching(name) {
            Some(record) => lacks(&record.types, kind),
            None => closest().is_some_and(|encloser| {
                // Section 8.6: a record that opts out says nothing of unsigned delegations.
                let next = name.last(encloser.len() + 1);
                kind == DS && covering(&next).is_some_and(|record| record.opt_out)
                    || matching(&encloser.wildcard()).is_some_and(|wild| lacks(&wild.types, kind))
            }),
        },
        Claim::Expanded { labels } => {
            labels >= zone.len() && labels < name.len() && covered(&name.last(labels + 1))
        }
    }
}

fn between(record: &Nsec3, hash: &[u8]) -> bool {
    let (owner, next) = (record.owner.as_slice(), record.next.as_slice());
    if next <= owner { hash > owner || hash < next } else { hash > owner && hash < next }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nsec(owner: &str, next: &str, types: &[u16]) -> Nsec {
        Nsec { owner: Labels::of(owner), next: Labels::of(next), types: types.to_vec() }
    }

    #[test]
    fn the_order_of_the_rfc() {
        // RFC 4034 section 6.1.
        let sorted =
            ["example", "a.example", "yljkjljk.a.example", "z.a.example", "zabc.a.example", "z.example"];
        for pair in sorted.windows(2) {
            assert!(Labels::of(pair[0]) < Labels::of(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn nsec_denies_what_it_spans() {
        let zone = Labels::of("example");
        let ask = |claim, name: &str, records: &[Nsec]| by_nsec(claim, &Labels::of(name), &zone, records);
        let span = nsec("b.example", "ns1.example", &[1]);
        let apex = nsec("example", "a.example", &[2, 6]);
        assert!(ask(Claim::NoName, "ml.example", &[span.clone(), apex.clone()]));
        assert!(!ask(Claim::NoName, "ml.example", std::slice::from_ref(&span)), "the wildcard is open");
        assert!(!ask(Claim::NoName, "zz.example", &[span.clone(), apex.clone()]));
        assert!(ask(Claim::NoName, "zz.example", &[nsec("xx.example", "example", &[1]), apex.clone()]));
        assert!(ask(Claim::NoType(28), "b.example", std::slice::from_ref(&span)));
        assert!(!ask(Claim::NoType(1), "b.example", std::slice::from_ref(&span)));
        assert!(!ask(Claim::NoType(28), "c.example", std::slice::from_ref(&span)));
        // An empty name between.
        let deep = nsec("b.example", "x.c.example", &[1]);
        assert!(ask(Claim::NoType(1), "c.example", std::slice::from_ref(&deep)));
        assert!(!ask(Claim::NoName, "c.example", &[deep, apex.clone()]));
        assert!(ask(Claim::Expanded { labels: 1 }, "ml.example", &[span]));
        // A delegation does not speak for what lies below it.
        let cut = nsec("b.example", "z.example", &[2]);
        assert!(!ask(Claim::NoName, "x.b.example", &[cut.clone(), apex]));
        assert!(ask(Claim::NoType(43), "b.example", &[cut]));
        // One record for the whole of a small zone.
        assert!(ask(Claim::NoName, "x.example", &[nsec("example", "example", &[2, 6])]));
    }

    #[test]
    fn nsec3_denies_by_hash() {
        // A hash that keeps the order readable: the first letter of the name.
        let hash = |name: &Labels| Some(vec![name.0.first().map_or(0, |label| label[0])]);
        let zone = Labels::of("e");
        let ask =
            |claim, name: &str, records: &[Nsec3]| by_nsec3(claim, &Labels::of(name), &zone, records, hash);
        let of = |owner: u8, next: u8, types: &[u16]| Nsec3 {
            owner: vec![owner],
            next: vec![next],
            types: types.to_vec(),
            opt_out: false,
        };
        let apex = of(b'e', b'k', &[2, 6]);
        let wild = of(b'!', b'e', &[]);
        assert!(ask(Claim::NoName, "h.e", &[apex.clone(), wild.clone()]));
        assert!(!ask(Claim::NoName, "h.e", std::slice::from_ref(&apex)), "the wildcard is open");
        assert!(!ask(Claim::NoName, "z.e", &[apex.clone(), wild.clone()]));
        assert!(ask(Claim::NoType(28), "e", std::slice::from_ref(&apex)));
        assert!(!ask(Claim::NoType(6), "e", std::slice::from_ref(&apex)));
        assert!(ask(Claim::Expanded { labels: 1 }, "h.e", std::slice::from_ref(&apex)));
        // The last record of the ring.
        assert!(ask(Claim::Expanded { labels: 1 }, "z.e", &[of(b'y', b'b', &[])]));
        // An unsigned delegation in a span that opts out, and in one that does not.
        let out = Nsec3 { opt_out: true, ..apex.clone() };
        assert!(
            ask(Claim::NoType(43), "h.e", std::slice::from_ref(&out))
                && !ask(Claim::NoType(1), "h.e", &[out])
        );
        assert!(!ask(Claim::NoType(43), "h.e", &[apex]));
    }
}
