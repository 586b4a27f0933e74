//! Builds paths from what was sent to the roots: now, and at an instant when the leaf is valid.

use std::{sync::LazyLock, time::Duration};

use jiff::Timestamp;
use rustls::{
    CertificateError, Error, OtherError, RootCertStore,
    client::verify_server_cert_signed_by_trust_anchor,
    pki_types::{CertificateDer, UnixTime},
    server::ParsedCertificate,
};

use crate::{
    engine::certificate::path::{self, Anchors, Wanted},
    observe::Net,
    seen::{Breach, Certificate, Trust, Verification},
};

/// Mozilla's roots alone: the public web.
static PUBLIC: LazyLock<RootCertStore> =
    LazyLock::new(|| RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });

pub(super) fn judge(net: &Net, leaf: &Certificate, sent: &[CertificateDer<'_>]) -> Trust {
    let nearest = net.now.clamp(leaf.not_before, leaf.not_after.max(leaf.not_before));
    let (in_time, breaches) = twice(net, sent, nearest);
    Trust {
        now: if net.now == nearest { in_time.clone() } else { twice(net, sent, net.now).0 },
        in_time,
        public: verify(&PUBLIC, sent, nearest) == Verification::Trusted,
        breaches,
    }
}

/// The same for another purpose than a server's, or for a path of bounded length: rustls knows neither.
pub(super) fn judge_for(net: &Net, wanted: Wanted, leaf: &Certificate, sent: &[CertificateDer<'_>]) -> Trust {
    let trusted = || Verification::Trusted;
    let mut trust = if wanted.client {
        Trust { now: trusted(), in_time: trusted(), public: false, breaches: Vec::new() }
    } else {
        judge(net, leaf, sent)
    };
    let nearest = net.now.clamp(leaf.not_before, leaf.not_after.max(leaf.not_before));
    for (outcome, at) in [(&mut trust.now, net.now), (&mut trust.in_time, nearest)] {
        if *outcome == Verification::Trusted {
            match own_path(net, wanted, sent, at) {
                Ok(breaches) => trust.breaches = breaches,
                Err(why) => *outcome = Verification::Refused(why),
            }
        }
    }
    trust
}

fn own_path(
    net: &Net,
    wanted: Wanted,
    sent: &[CertificateDer<'_>],
    at: Timestamp,
) -> Result<Vec<Breach>, String> {
    let sent: Vec<&[u8]> = sent.iter().map(AsRef::as_ref).collect();
    let certificates: Vec<&[u8]> = net.own_roots.iter().map(AsRef::as_ref).collect();
    let anchors = Anchors { certificates: &certificates, bare: &net.roots.roots };
    path::verify_for(wanted, &sent, anchors, at, path::algorithms())
}

/// Builds the path with rustls and again with the rules that it leaves out. The second word counts
/// where rustls is content, and where it stops at what it cannot do: names of self-issued certificates
/// and of directories.
fn twice(net: &Net, sent: &[CertificateDer<'_>], at: Timestamp) -> (Verification, Vec<Breach>) {
    let first = verify(&net.roots, sent, at);
    let second_counts = match &first {
        Verification::Trusted | Verification::BadSignature => true,
        Verification::Refused(why) => why.contains("NameConstraint"),
        _ => false,
    };
    if !second_counts {
        return (first, Vec::new());
    }
    match own_path(net, Wanted::default(), sent, at) {
        Ok(breaches) => (Verification::Trusted, breaches),
        Err(_) if first == Verification::BadSignature => (first, Vec::new()),
        Err(why) => (Verification::Refused(why), Vec::new()),
    }
}

pub(super) fn verify(roots: &RootCertStore, sent: &[CertificateDer<'_>], at: Timestamp) -> Verification {
    let Some((leaf, intermediates)) = sent.split_first() else {
        return Verification::Refused("no certificate was sent".to_owned());
    };
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let algorithms = rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms;
    let verified = ParsedCertificate::try_from(leaf).and_then(|leaf| {
        verify_server_cert_signed_by_trust_anchor(&leaf, roots, intermediates, at, algorithms.all)
    });
    match verified {
        Ok(()) => Verification::Trusted,
        Err(Error::InvalidCertificate(why)) => outcome(&why),
        Err(other) => Verification::Refused(other.to_string()),
    }
}

fn outcome(why: &CertificateError) -> Verification {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Verification::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Verification::NotYetValid
        }
        CertificateError::UnknownIssuer => Verification::UnknownIssuer,
        CertificateError::BadSignature => Verification::BadSignature,
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            Verification::WeakAlgorithm
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            Verification::WrongPurpose
        }
        CertificateError::Other(OtherError(inner)) if format!("{inner:?}").contains("CaUsedAsEndEntity") => {
            Verification::LeafIsCa
        }
        other => Verification::Refused(other.to_string()),
    }
}
