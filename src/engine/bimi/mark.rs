//! Mark certificates (Verified and Common Mark Certificates of BIMI): one PEM file, the leaf first.

use x509_parser::pem::Pem;

use crate::{engine::certificate, seen::MarkCertificate};

/// Bytes of a file with the certificate of a logo; they hold the logo itself.
pub const LARGEST_EVIDENCE: usize = 256 * 1024;
/// The purpose that makes a certificate one for marks (RFC 3709's successor work,
/// `id-kp-BrandIndicatorforMessageIdentification`).
const PURPOSE: &str = "1.3.6.1.5.5.7.3.31";

/// Where a record says that the certificate is (`a=`), if over https.
pub fn evidence(record: &str) -> Option<&str> {
    if !record.to_ascii_lowercase().starts_with("v=bimi") {
        return None;
    }
    let url = record.split(';').find_map(|part| part.trim().strip_prefix("a="))?.trim();
    url.starts_with("https://").then_some(url)
}

/// Reads the file; what cannot be read is a fault.
pub fn mark(file: &[u8]) -> MarkCertificate {
    let broken = |why: &str| MarkCertificate { faults: vec![why.to_owned()], ..MarkCertificate::default() };
    let Some(Ok(first)) = Pem::iter_from_buffer(file).next() else {
        return broken("it is not a PEM file");
    };
    if first.label != "CERTIFICATE" {
        return broken("its PEM file does not begin with a certificate");
    }
    let Ok(leaf) = certificate::parse(&first.contents) else {
        return broken("its certificate cannot be read");
    };
    let mut faults = Vec::new();
    let purposes = leaf.extended_key_usage.as_deref().unwrap_or_default();
    if !purposes.iter().any(|purpose| purpose == PURPOSE) {
        faults.push("it is not a certificate for marks".to_owned());
    }
    if leaf.self_issued {
        faults.push("nobody but its owner vouches for it".to_owned());
    }
    let names = leaf.dns_names.into_iter().take(50).collect();
    MarkCertificate {
        issuer: leaf.issuer,
        names,
        not_before: leaf.not_before,
        not_after: leaf.not_after,
        faults,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_the_certificate_is_read() {
        let record = "v=BIMI1; l=https://example.com/l.svg; a=https://example.com/m.pem";
        assert_eq!(evidence(record), Some("https://example.com/m.pem"));
        assert_eq!(evidence("v=BIMI1; l=https://example.com/l.svg; a="), None);
        assert_eq!(evidence("v=BIMI1; a=http://example.com/m.pem"), None);
    }

    #[test]
    fn what_is_no_certificate_is_named() {
        assert_eq!(mark(b"").faults, ["it is not a PEM file"]);
        let other = "-----BEGIN X-----\nAAAA\n-----END X-----\n";
        assert_eq!(mark(other.as_bytes()).faults, ["its PEM file does not begin with a certificate"]);
        let cut = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(mark(cut.as_bytes()).faults, ["its certificate cannot be read"]);
    }
}
