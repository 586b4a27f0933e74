//! A verifier that keeps what was sent and lets the handshake go on, so that a chain that does not
//! verify can be described. Nothing is ever sent over such a connection.

use std::sync::{Arc, Mutex};

use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use crate::engine::certificate;

#[derive(Debug)]
pub(super) struct Capture {
    pub(super) provider: Arc<CryptoProvider>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    sent: Vec<CertificateDer<'static>>,
    staple: Vec<u8>,
}

impl Default for Capture {
    fn default() -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        Self { provider, kept: Mutex::default() }
    }
}

impl Capture {
    /// The chain as sent, the leaf first, and the OCSP response that came along; may be empty.
    pub(super) fn parts(&self) -> (Vec<CertificateDer<'static>>, Vec<u8>) {
        self.kept.lock().map(|kept| (kept.sent.clone(), kept.staple.clone())).unwrap_or_default()
    }

    pub(super) fn stapled(&self) -> bool {
        self.kept.lock().is_ok_and(|kept| !kept.staple.is_empty())
    }
}

impl ServerCertVerifier for Capture {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Ok(mut kept) = self.kept.lock() {
            let chain = std::iter::once(end_entity).chain(intermediates);
            kept.sent = chain.map(|der| der.clone().into_owned()).collect();
            kept.staple = ocsp_response.to_vec();
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        tolerated(cert, verify_tls12_signature(message, cert, dss, algorithms))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        tolerated(cert, verify_tls13_signature(message, cert, dss, algorithms))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The provider refuses weak keys and odd certificates, which are what we came to see. A wrong
/// signature by a sound key is another matter: the server does not hold the key, so the chain is
/// not its own.
fn tolerated(
    cert: &CertificateDer<'_>,
    verified: Result<HandshakeSignatureValid, Error>,
) -> Result<HandshakeSignatureValid, Error> {
    match verified {
        Err(Error::InvalidCertificate(CertificateError::BadSignature)) if is_sound(cert) => verified,
        _ => Ok(HandshakeSignatureValid::assertion()),
    }
}

fn is_sound(cert: &CertificateDer<'_>) -> bool {
    certificate::parse(cert).is_ok_and(|parsed| certificate::key_fault(&parsed.key).is_none())
}
