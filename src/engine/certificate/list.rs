//! Certificate revocation lists: what makes one worthless although its signature verifies.

use x509_parser::{
    certificate::X509Certificate, extensions::ParsedExtension, prelude::FromDer,
    revocation_list::CertificateRevocationList,
};

/// Why a list in DER proves nothing (RFC 5280 sections 5.2.3 and 6.3.3 (f)), if that is so. `roots` are
/// certificates in DER among which its issuer may be.
pub fn list_fault(list: &[u8], roots: &[&[u8]]) -> Option<&'static str> {
    let Ok((_, list)) = CertificateRevocationList::from_der(list) else {
        return Some("the list cannot be parsed");
    };
    let number = list.extensions().iter().find(|one| one.oid.to_id_string() == "2.5.29.20");
    match number {
        None => return Some("the list has no number"),
        Some(number) if number.critical => return Some("the list marks its number as critical"),
        Some(_) => {}
    }
    let forbidden = roots.iter().filter_map(|der| X509Certificate::from_der(der).ok()).any(|(_, root)| {
        root.subject().as_raw() == list.issuer().as_raw()
            && root.extensions().iter().any(|one| match one.parsed_extension() {
                ParsedExtension::KeyUsage(usage) => !usage.crl_sign(),
                _ => false,
            })
    });
    forbidden.then_some("its issuer may not sign lists by its key usage")
}
