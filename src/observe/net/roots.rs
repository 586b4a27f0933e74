//! The roots to verify against: Mozilla's, the platform's, and the user's own.

use std::path::PathBuf;

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::ObserveError;

/// `--ca` files are added to what a browser on this machine would trust. They are handed back too: what
/// is odd about them is judged.
pub(super) fn load(extra: &[PathBuf]) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), ObserveError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    // A platform store that cannot be read is no worse than a container without one.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let mut own = Vec::new();
    for path in extra {
        let unreadable = |why: String| ObserveError::Roots { path: path.clone(), why };
        let pem = CertificateDer::pem_file_iter(path).map_err(|err| unreadable(err.to_string()))?;
        let before = own.len();
        for certificate in pem {
            let certificate = certificate.map_err(|err| unreadable(err.to_string()))?;
            // What rustls takes for no anchor may still be a certificate: then no path ends there.
            if let Err(err) = roots.add(certificate.clone()) {
                crate::engine::certificate::parse(&certificate).map_err(|_| unreadable(err.to_string()))?;
            }
            own.push(certificate);
        }
        if own.len() == before {
            return Err(unreadable("no certificate in the file".to_owned()));
        }
    }
    Ok((roots, own))
}
