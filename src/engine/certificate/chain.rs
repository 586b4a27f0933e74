//! What is amiss with a chain as it was sent, told by names, key identifiers and path building.

use jiff::Timestamp;

use crate::seen::{Certificate, Trust, Verification};

/// The one thing to say about trust in a chain, dates and host name aside.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Diagnosis {
    Trusted,
    /// The leaf vouches for itself.
    SelfSigned,
    /// The leaf's issuer, named here, is known neither from the chain nor as a root.
    MissingIntermediate(String),
    /// The chain ends at an issuer, named here, that no root store knows.
    UnknownRoot(String),
    /// A certificate above the leaf is expired or not yet valid.
    IssuerOutOfTime,
    /// Path building stopped at something that is not about trust.
    Stopped(Verification),
}

/// Why a chain is (not) trusted. `chain` is as sent, the leaf first.
pub fn diagnose(chain: &[Certificate], trust: &Trust, now: Timestamp) -> Diagnosis {
    let Some(leaf) = chain.first() else { return Diagnosis::UnknownRoot(String::new()) };
    let leaf_valid = leaf.not_before <= now && now <= leaf.not_after;
    match &trust.in_time {
        // Out of time although the leaf's own dates are kept: then it is an issuer's doing. A leaf
        // out of time is judged by itself and says nothing about its issuers.
        Verification::Trusted if !leaf_valid && trust.now != Verification::Trusted => Diagnosis::Trusted,
        Verification::Trusted if trust.now != Verification::Trusted => Diagnosis::IssuerOutOfTime,
        Verification::Trusted => Diagnosis::Trusted,
        Verification::Expired | Verification::NotYetValid => Diagnosis::IssuerOutOfTime,
        // A private root is often its own server's certificate, with CA:TRUE.
        Verification::UnknownIssuer | Verification::LeafIsCa if leaf.self_issued => Diagnosis::SelfSigned,
        Verification::UnknownIssuer => unknown(chain, leaf),
        other => Diagnosis::Stopped(other.clone()),
    }
}

/// A public CA's leaf points at its issuer or carries timestamps: sent alone, its intermediate
/// was forgotten. Without those marks it comes from a private CA.
fn unknown(chain: &[Certificate], leaf: &Certificate) -> Diagnosis {
    let path = path(chain);
    let last = path.last().map_or(leaf, |index| &chain[*index]);
    let from_public_ca = leaf.ca_issuers || leaf.scts > 0;
    if path.len() == 1 && from_public_ca {
        Diagnosis::MissingIntermediate(leaf.issuer.clone())
    } else {
        Diagnosis::UnknownRoot(last.issuer.clone())
    }
}

/// How the certificates follow each other.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Order {
    /// The certificates of the path are all there, but not each after the one it vouches for.
    pub wrong: bool,
    /// Positions (from 0) of certificates that are not on the path from the leaf.
    pub surplus: Vec<usize>,
    /// Position of a self-signed root above the leaf.
    pub root: Option<usize>,
}

/// RFC 5246 section 7.4.2 wants each certificate to certify the one before it and allows the root to
/// be left out; RFC 8446 section 4.4.2 asks for the same.
pub fn order(chain: &[Certificate]) -> Order {
    let path = path(chain);
    let surplus = (0..chain.len()).filter(|index| !path.contains(index)).collect();
    let root = path.iter().copied().find(|index| *index > 0 && chain[*index].self_issued);
    Order { wrong: path.windows(2).any(|pair| pair[1] < pair[0]), surplus, root }
}

/// Positions from the leaf upwards, each issuer looked for among those not yet used; an issuer that
/// stands right behind its certificate is preferred to a cross-signed twin further on.
fn path(chain: &[Certificate]) -> Vec<usize> {
    let mut path = Vec::with_capacity(chain.len());
    let mut current = 0;
    if chain.is_empty() {
        return path;
    }
    path.push(current);
    while !chain[current].self_issued {
        let candidates = (current + 1..chain.len()).chain(1..current);
        let next = candidates
            .filter(|index| !path.contains(index))
            .find(|index| issued(&chain[*index], &chain[current]));
        let Some(next) = next else { break };
        path.push(next);
        current = next;
    }
    path
}

fn issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    let ids_agree = match (&issuer.key_id, &certificate.authority_key_id) {
        (Some(own), Some(wanted)) => own == wanted,
        _ => true,
    };
    issuer.subject == certificate.issuer && ids_agree
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(subject: &str, issuer: &str) -> Certificate {
        Certificate {
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
            self_issued: subject == issuer,
            ..Certificate::default()
        }
    }

    fn unknown_issuer() -> Trust {
        Trust {
            now: Verification::UnknownIssuer,
            in_time: Verification::UnknownIssuer,
            public: false,
            breaches: Vec::new(),
        }
    }

    #[test]
    fn a_chain_in_order_has_nothing_amiss() {
        let chain = [certificate("leaf", "one"), certificate("one", "two"), certificate("two", "root")];
        assert_eq!(order(&chain), Order::default());
    }

    #[test]
    fn sees_a_swapped_pair_and_a_root() {
        let chain = [certificate("leaf", "one"), certificate("root", "root"), certificate("one", "root")];
        assert_eq!(order(&chain), Order { wrong: true, surplus: vec![], root: Some(1) });
    }

    #[test]
    fn sees_what_does_not_belong() {
        let chain = [certificate("leaf", "one"), certificate("other", "root"), certificate("one", "root")];
        assert_eq!(order(&chain).surplus, [1]);
        let twice = [certificate("leaf", "one"), certificate("leaf", "one")];
        assert_eq!(order(&twice).surplus, [1]);
    }

    #[test]
    fn a_cycle_ends() {
        let chain = [certificate("a", "b"), certificate("b", "a"), certificate("a", "b")];
        assert_eq!(order(&chain).surplus, Vec::<usize>::new());
    }

    #[test]
    fn tells_a_forgotten_intermediate_from_a_private_root() {
        let mut leaf = certificate("leaf", "one");
        assert_eq!(
            diagnose(&[leaf.clone()], &unknown_issuer(), Timestamp::UNIX_EPOCH),
            Diagnosis::UnknownRoot("one".to_owned())
        );
        leaf.ca_issuers = true;
        assert_eq!(
            diagnose(&[leaf.clone()], &unknown_issuer(), Timestamp::UNIX_EPOCH),
            Diagnosis::MissingIntermediate("one".to_owned())
        );
        let chain = [leaf, certificate("one", "root")];
        assert_eq!(
            diagnose(&chain, &unknown_issuer(), Timestamp::UNIX_EPOCH),
            Diagnosis::UnknownRoot("root".to_owned())
        );
    }
}
