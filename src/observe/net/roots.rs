//! The roots to verify against: Mozilla's, the platform's, and the user's own.

use std::path::PathBuf;

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::ObserveError;

/// `--ca` files are added to what a browser on this machine would trust.
pub(super) fn load(extra: &[PathBuf]) -> Result<RootCertStore, ObserveError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    // A platform store that cannot be read is no worse than a container without one.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for path in extra {
        let unreadable = |why: String| ObserveError::Roots { path: path.clone(), why };
        let pem = CertificateDer::pem_file_iter(path).map_err(|err| unreadable(err.to_string()))?;
        let mut count = 0;
        for certificate in pem {
            let certificate = certificate.map_err(|err| unreadable(err.to_string()))?;
            roots.add(certificate).map_err(|err| unreadable(err.to_string()))?;
            count += 1;
        }
        if count == 0 {
            return Err(unreadable("no certificate in the file".to_owned()));
        }
    }
    Ok(roots)
}
