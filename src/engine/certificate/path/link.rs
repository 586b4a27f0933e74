//! One certificate as path building sees it.

use rustls::crypto::WebPkiSupportedAlgorithms;
use x509_parser::{
    certificate::X509Certificate,
    extensions::{BasicConstraints, ExtendedKeyUsage, KeyUsage, ParsedExtension, X509Extension},
    prelude::FromDer,
};

use super::der::{Der, INTEGER, SEQUENCE, VERSION};

/// A certificate and the parts of it that are compared or verified as they were written.
pub(super) struct Link<'a> {
    pub(super) der: &'a [u8],
    pub(super) parsed: X509Certificate<'a>,
    tbs: &'a [u8],
    /// Signature algorithm, outside and inside of what is signed.
    algorithms: [&'a [u8]; 2],
    signature: &'a [u8],
    /// Content of the SubjectPublicKeyInfo.
    pub(super) key: &'a [u8],
    /// Content of the names.
    pub(super) issuer: &'a [u8],
    pub(super) subject: &'a [u8],
}

impl<'a> Link<'a> {
    pub(super) fn read(der: &'a [u8]) -> Option<Self> {
        let (rest, parsed) = X509Certificate::from_der(der).ok()?;
        rest.is_empty().then_some(())?;
        let mut outer = Der(Der(der).take(SEQUENCE)?.content);
        let tbs = outer.take(SEQUENCE)?;
        let algorithm = outer.take(SEQUENCE)?.content;
        let signature = outer.bits()?;
        let mut inner = Der(tbs.content);
        if inner.peek() == Some(VERSION) {
            inner.take(VERSION)?;
        }
        inner.take(INTEGER)?;
        let signed_algorithm = inner.take(SEQUENCE)?.content;
        let issuer = inner.take(SEQUENCE)?.content;
        inner.take(SEQUENCE)?;
        let subject = inner.take(SEQUENCE)?.content;
        let key = inner.take(SEQUENCE)?.content;
        let algorithms = [algorithm, signed_algorithm];
        Some(Self { der, parsed, tbs: tbs.whole, algorithms, signature, key, issuer, subject })
    }

    pub(super) fn shown(&self) -> String {
        let name = self.parsed.subject().to_string();
        let end = name.floor_char_boundary(200);
        if name.is_empty() { "a certificate without a subject".to_owned() } else { name[..end].to_owned() }
    }

    pub(super) fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    pub(super) fn algorithms_agree(&self) -> bool {
        self.algorithms[0] == self.algorithms[1]
    }

    pub(super) fn extension(&self, oid: &str) -> Option<&X509Extension<'a>> {
        self.parsed.extensions().iter().find(|extension| extension.oid.to_id_string() == oid)
    }

    fn find<'b, T: 'b>(&'b self, wanted: impl Fn(&'b ParsedExtension<'a>) -> Option<T>) -> Option<T> {
        self.parsed.extensions().iter().find_map(|extension| wanted(extension.parsed_extension()))
    }

    pub(super) fn basic_constraints(&self) -> Option<&BasicConstraints> {
        self.find(|one| match one {
            ParsedExtension::BasicConstraints(constraints) => Some(constraints),
            _ => None,
        })
    }

    pub(super) fn is_ca(&self) -> bool {
        self.basic_constraints().is_some_and(|constraints| constraints.ca)
    }

    pub(super) fn key_usage(&self) -> Option<KeyUsage> {
        self.find(|one| match one {
            ParsedExtension::KeyUsage(usage) => Some(*usage),
            _ => None,
        })
    }

    pub(super) fn purposes(&self) -> Option<&ExtendedKeyUsage<'a>> {
        self.find(|one| match one {
            ParsedExtension::ExtendedKeyUsage(usage) => Some(usage),
            _ => None,
        })
    }

    pub(super) fn key_id(&self) -> Option<&'a [u8]> {
        self.find(|one| match one {
            ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0),
            _ => None,
        })
    }

    pub(super) fn authority_key_id(&self) -> Option<&'a [u8]> {
        self.find(|one| match one {
            ParsedExtension::AuthorityKeyIdentifier(id) => id.key_identifier.as_ref().map(|id| id.0),
            _ => None,
        })
    }

    /// Does the key with this SubjectPublicKeyInfo (its content) verify the signature?
    pub(super) fn is_signed_by(&self, key: &[u8], known: WebPkiSupportedAlgorithms) -> bool {
        let mut info = Der(key);
        let (Some(algorithm), Some(point)) = (info.take(SEQUENCE), info.bits()) else { return false };
        let [outer, _] = self.algorithms;
        known
            .all
            .iter()
            .filter(|one| one.signature_alg_id().as_ref() == outer)
            .filter(|one| one.public_key_alg_id().as_ref() == algorithm.content)
            .any(|one| one.verify_signature(point, self.tbs, self.signature).is_ok())
    }
}
