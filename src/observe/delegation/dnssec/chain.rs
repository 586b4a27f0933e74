//! Walks from a trust anchor down to the zone's DS records, verifying each step ourselves. The
//! resolver only carries the records: it is asked not to check them.

use hickory_resolver::proto::{
    dnssec::{
        Algorithm, DigestType, PublicKey as _, PublicKeyBuf,
        rdata::{DNSKEY, DNSSECRData, DS},
    },
    op::{Message, ResponseCode},
    rr::{Name, RData, RecordType},
};

use super::{
    denial,
    verify::{is_covered, keys_in, window},
};
use crate::{
    engine::dnssec::{Anchor, Held, root},
    observe::{
        Net,
        net::{Flags, all},
    },
    seen::{Chain, Denial, Miss, Standing},
};

/// Names between the anchor and the zone.
const DEPTH: usize = 8;

/// The anchors nearest above the zone, or of the zone itself.
pub(super) struct Anchors {
    pub(super) zone: String,
    held: Vec<Anchor>,
}

impl Anchors {
    /// Those that were given, else IANA's for the root.
    pub(super) fn above(net: &Net, zone: &str) -> Option<Self> {
        let given = &net.target.trust_anchors;
        let anchors = if given.is_empty() { root() } else { given.clone() };
        let reach =
            |anchor: &&Anchor| anchor.zone == "." || crate::engine::name::is_within(zone, &anchor.zone);
        let depth = |name: &str| if name == "." { 0 } else { name.split('.').count() };
        let nearest = anchors.iter().filter(reach).max_by_key(|anchor| depth(&anchor.zone))?.zone.clone();
        let held = anchors.into_iter().filter(|anchor| anchor.zone == nearest).collect();
        Some(Self { zone: nearest, held })
    }

    /// As DS records; a whole key becomes its own digest.
    pub(super) fn ds(&self) -> Vec<DS> {
        let Ok(zone) = fqdn(&self.zone) else { return Vec::new() };
        self.held.iter().filter_map(|anchor| as_ds(anchor, &zone)).collect()
    }
}

fn as_ds(anchor: &Anchor, zone: &Name) -> Option<DS> {
    let algorithm = Algorithm::from_u8(anchor.algorithm);
    match &anchor.held {
        Held::Digest { tag, kind, digest } => {
            Some(DS::new(*tag, algorithm, DigestType::from(*kind), digest.clone()))
        }
        Held::Key { flags, public } => {
            let key = DNSKEY::with_flags(*flags, PublicKeyBuf::new(public.clone(), algorithm));
            let digest = key.to_digest(zone, DigestType::SHA256).ok()?;
            let tag = key.calculate_key_tag().ok()?;
            Some(DS::new(tag, key.public_key().algorithm(), DigestType::SHA256, digest.as_ref().to_vec()))
        }
    }
}

/// Everything between the anchor and the zone, asked at once.
struct Step {
    name: String,
    /// None for the anchor's own zone.
    ds: Option<Message>,
    keys: Message,
}

/// Follows the chain. `at_parent` is the answer of the parent's own server for the zone's DS.
pub(super) async fn walk(net: &Net, zone: &str, at_parent: &Message) -> Result<Chain, Miss> {
    let anchors = Anchors::above(net, zone)
        .ok_or_else(|| Miss::Unsupported(format!("no trust anchor lies above {zone}")))?;
    let mut chain = Chain { anchor: anchors.zone.clone(), standing: Standing::Secure, ..Chain::default() };
    if anchors.zone == zone {
        return Ok(chain);
    }
    let steps = ask(net, &anchors.zone, zone).await?;
    let now = net.now.as_second();
    let mut current: Option<(Name, Vec<DNSKEY>)> = None;
    for step in &steps {
        let name = fqdn(&step.name)?;
        let trusted = match (&current, &step.ds) {
            (Some((above, keys)), Some(message)) => match delegation(&name, above, keys, message, now) {
                Cut::Signed(ds) => ds,
                Cut::Unsigned if is_apex(&name, &step.keys) => {
                    let (standing, why) = undelegated(&name, above, keys, message, now);
                    return Ok(ended(chain, standing, &step.name, why));
                }
                Cut::Unsigned => continue,
                Cut::Broken(why) => return Ok(ended(chain, Standing::Bogus, &step.name, why)),
            },
            _ => anchors.ds(),
        };
        match keys(&name, &trusted, &step.keys, now) {
            Ok(keys) => current = Some((name, keys)),
            // A world with a root of its own: nothing is known about it.
            Err(_) if current.is_none() => {
                let why =
                    format!("the keys that {} has here are not those of the trust anchor", shown(&step.name));
                return Err(Miss::Unsupported(why));
            }
            Err(why) => return Ok(ended(chain, Standing::Bogus, &step.name, why)),
        }
    }
    if let Some((above, keys)) = &current
        && let Cut::Broken(why) = delegation(&fqdn(zone)?, above, keys, at_parent, now)
    {
        chain = ended(chain, Standing::Bogus, zone, why);
    }
    Ok(chain)
}

fn ended(mut chain: Chain, standing: Standing, at: &str, why: &str) -> Chain {
    chain.standing = standing;
    at.clone_into(&mut chain.at);
    why.clone_into(&mut chain.why);
    chain
}

/// The DNSKEY and DS of every name from the anchor to the one above the zone.
async fn ask(net: &Net, anchor: &str, zone: &str) -> Result<Vec<Step>, Miss> {
    let mut names = vec![anchor.to_owned()];
    let labels: Vec<&str> = zone.split('.').collect();
    let from = if anchor == "." { 0 } else { anchor.split('.').count() };
    names.extend((from + 1..labels.len()).map(|count| labels[labels.len() - count..].join(".")));
    if names.len() > DEPTH {
        return Err(Miss::Unsupported(format!("more than {DEPTH} names between {anchor} and {zone}")));
    }
    let steps = all(names.into_iter().enumerate().map(async |(index, name)| {
        let keys = net.ask_recursive(&name, RecordType::DNSKEY, Flags::UNCHECKED);
        if index == 0 {
            return Ok(Step { keys: answered(keys.await, &name)?, ds: None, name });
        }
        let ds = net.ask_recursive(&name, RecordType::DS, Flags::UNCHECKED);
        let (keys, ds) = tokio::join!(keys, ds);
        Ok(Step { keys: answered(keys, &name)?, ds: Some(answered(ds, &name)?), name })
    }))
    .await;
    steps.into_iter().collect()
}

fn answered(message: Result<Message, Miss>, name: &str) -> Result<Message, Miss> {
    let message = message?;
    match message.metadata.response_code {
        ResponseCode::NoError | ResponseCode::NXDomain => Ok(message),
        code => {
            let code = super::super::shown(code);
            Err(Miss::Denied(format!("the resolver for the keys of {}: {code}", shown(name))))
        }
    }
}

enum Cut {
    Signed(Vec<DS>),
    /// No DS: not signed, or not a zone of its own.
    Unsigned,
    Broken(&'static str),
}

fn delegation(name: &Name, above: &Name, keys: &[DNSKEY], message: &Message, now: i64) -> Cut {
    let ds = ds_in(message, name);
    if ds.is_empty() {
        return Cut::Unsigned;
    }
    let keys: Vec<&DNSKEY> = keys.iter().collect();
    match window(name, above, &message.answers, RecordType::DS, &keys, now) {
        None => Cut::Broken("has a DS whose signature does not verify"),
        Some(window) if !window.holds(now) => Cut::Broken("has a DS whose signature has expired"),
        Some(_) => Cut::Signed(ds),
    }
}

/// A zone without a DS below a signed one: insecure only where the signed zone says so (RFC 4035
/// section 5.2), for anybody on the way could leave the DS out.
fn undelegated(
    name: &Name,
    above: &Name,
    keys: &[DNSKEY],
    message: &Message,
    now: i64,
) -> (Standing, &'static str) {
    let keys: Vec<&DNSKEY> = keys.iter().collect();
    match denial::judge(message, name, RecordType::DS, above, &keys, now) {
        Some(Denial::Proven) | None => (Standing::Insecure, "has no DS at its parent"),
        Some(Denial::Exists) => (Standing::Bogus, "is an alias and a zone at once"),
        Some(Denial::NoRecords) => {
            (Standing::Bogus, "has no DS at its signed parent, and no proof comes with it")
        }
        Some(Denial::BadSignature) => {
            (Standing::Bogus, "has no DS at its signed parent, and the proof's signature does not verify")
        }
        Some(Denial::Incomplete) => {
            (Standing::Bogus, "has no DS at its signed parent, and the proof speaks of something else")
        }
    }
}

/// The keys of a zone, if one that is trusted signs them.
fn keys(name: &Name, trusted: &[DS], message: &Message, now: i64) -> Result<Vec<DNSKEY>, &'static str> {
    let all = keys_in(message, name);
    let entries: Vec<&DNSKEY> = all.iter().copied().filter(|key| is_covered(name, trusted, key)).collect();
    if entries.is_empty() {
        return Err("has no key that its DS names");
    }
    match window(name, name, &message.answers, RecordType::DNSKEY, &entries, now) {
        None => Err("has keys whose signature does not verify"),
        Some(window) if !window.holds(now) => Err("has keys whose signature has expired"),
        Some(_) => Ok(all.into_iter().cloned().collect()),
    }
}

pub(super) fn ds_in(message: &Message, name: &Name) -> Vec<DS> {
    let of_name = message.answers.iter().filter(|record| record.name == *name);
    let ds = of_name.filter_map(|record| match &record.data {
        RData::DNSSEC(DNSSECRData::DS(ds)) => Some(ds.clone()),
        _ => None,
    });
    ds.collect()
}

/// Is the name a zone, as its answer for DNSKEY shows?
fn is_apex(name: &Name, keys: &Message) -> bool {
    let soa = keys.authorities.iter().filter(|record| record.record_type() == RecordType::SOA);
    soa.into_iter().any(|record| record.name == *name) || !keys_in(keys, name).is_empty()
}

pub(super) fn fqdn(name: &str) -> Result<Name, Miss> {
    let name = name.trim_end_matches('.');
    Name::from_ascii(format!("{name}.")).map_err(|_| Miss::Malformed(format!("{name} is not a domain name")))
}

fn shown(name: &str) -> &str {
    if name == "." { "the root" } else { name }
}

#[cfg(test)]
mod tests {
    use hickory_resolver::proto::dnssec::TrustAnchors;

    use super::*;

    #[test]
    fn the_anchors_of_the_root_are_those_that_the_resolver_library_carries() {
        let root = Name::root();
        let ours: Vec<DS> = root_ds();
        let theirs = TrustAnchors::default();
        assert_eq!((ours.len(), theirs.len()), (2, 2));
        for index in 0..theirs.len() {
            let key = DNSKEY::with_flags(257, theirs.get(index).expect("counted").clone());
            assert!(is_covered(&root, &ours, &key), "anchor {index}");
        }
    }

    fn root_ds() -> Vec<DS> {
        crate::engine::dnssec::root().iter().filter_map(|anchor| as_ds(anchor, &Name::root())).collect()
    }
}
