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
    observe::Net,
    seen::{Certificate, Trust, Verification},
};

/// Mozilla's roots alone: the public web.
static PUBLIC: LazyLock<RootCertStore> =
    LazyLock::new(|| RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });

pub(super) fn judge(net: &Net, leaf: &Certificate, sent: &[CertificateDer<'_>]) -> Trust {
    let nearest = net.now.clamp(leaf.not_before, leaf.not_after.max(leaf.not_before));
    Trust {
        now: verify(&net.roots, sent, net.now),
        in_time: verify(&net.roots, sent, nearest),
        public: verify(&PUBLIC, sent, nearest) == Verification::Trusted,
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
