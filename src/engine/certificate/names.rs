//! Does a certificate cover a host? (RFC 9525; the common name counts for nothing.)

use std::net::IpAddr;

use crate::seen::Certificate;

/// Does one of the subject alternative names cover `host`, a DNS name or a literal address?
pub fn covers(certificate: &Certificate, host: &str) -> bool {
    let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    if let Ok(address) = host.parse::<IpAddr>() {
        return certificate.ip_addresses.iter().any(|listed| listed.parse() == Ok(address));
    }
    certificate.dns_names.iter().any(|pattern| matches(pattern.trim_end_matches('.'), &host))
}

/// A wildcard stands for the whole leftmost label and for nothing else (RFC 9525 section 6.3).
fn matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(parent) => host
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent)),
        None => !pattern.contains('*') && pattern.eq_ignore_ascii_case(host),
    }
}

/// A wildcard over a whole public suffix, over several labels, or inside a label.
pub fn is_overbroad(pattern: &str) -> bool {
    let Some(parent) = pattern.strip_prefix("*.") else { return pattern.contains('*') };
    if parent.contains('*') || parent.is_empty() {
        return true;
    }
    // A platform's own suffix (`*.pages.dev`) is in the private section: there the wildcard is the product.
    psl::suffix(parent.as_bytes()).is_some_and(|suffix| {
        suffix.as_bytes() == parent.as_bytes() && suffix.typ() == Some(psl::Type::Icann)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Certificate {
        Certificate {
            dns_names: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Certificate::default()
        }
    }

    #[test]
    fn a_wildcard_is_one_whole_label() {
        let wildcard = named(&["*.example.com"]);
        assert!(covers(&wildcard, "www.Example.com"));
        assert!(!covers(&wildcard, "example.com"));
        assert!(!covers(&wildcard, "a.b.example.com"));
        assert!(!covers(&wildcard, ".example.com"));
        assert!(!covers(&named(&["w*.example.com"]), "www.example.com"));
    }

    #[test]
    fn an_address_needs_an_address_entry() {
        let mut certificate = named(&["127.0.0.1"]);
        assert!(!covers(&certificate, "127.0.0.1"));
        certificate.ip_addresses = vec!["::1".to_owned()];
        assert!(covers(&certificate, "[::1]"));
    }

    #[test]
    fn a_common_name_is_no_name() {
        let certificate =
            Certificate { common_name: Some("example.com".to_owned()), ..Certificate::default() };
        assert!(!covers(&certificate, "example.com"));
    }

    #[test]
    fn knows_a_public_suffix() {
        assert!(is_overbroad("*.com"));
        assert!(is_overbroad("*.co.uk"));
        assert!(is_overbroad("*.*.example.com"));
        assert!(is_overbroad("w*.example.com"));
        assert!(!is_overbroad("*.example.com"));
        assert!(!is_overbroad("*.vercel.app"));
        assert!(!is_overbroad("www.example.com"));
    }
}
