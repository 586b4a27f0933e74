//! From DER to facts.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use x509_parser::{
    certificate::X509Certificate,
    extensions::{
        AuthorityInfoAccess, DistributionPointName, ExtendedKeyUsage, GeneralName, KeyUsage, ParsedExtension,
    },
    oid_registry::Oid,
    prelude::FromDer,
    public_key::PublicKey as ParsedKey,
    signature_algorithm::SignatureAlgorithm,
    x509::AlgorithmIdentifier,
};

use super::factor::factorable;
use crate::seen::{Certificate, PublicKey};

/// Most names kept of one certificate; CAs stop at a hundred or so.
const NAMES: usize = 500;
/// Most characters kept of one name.
const NAME: usize = 300;
/// RFC 7633: the TLS feature extension, and the one feature in use, `status_request`.
const TLS_FEATURE: &str = "1.3.6.1.5.5.7.1.24";
const STATUS_REQUEST: &[u8] = &[0x30, 0x03, 0x02, 0x01, 0x05];

/// Extensions whose content is judged: names, constraints, usages, key identifiers, access, timestamps.
const JUDGED: [&str; 9] = [
    "2.5.29.14",
    "2.5.29.15",
    "2.5.29.17",
    "2.5.29.19",
    "2.5.29.31",
    "2.5.29.35",
    "2.5.29.37",
    "1.3.6.1.5.5.7.1.1",
    "1.3.6.1.4.1.11129.2.4.2",
];

/// Why a certificate could not be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a certificate cannot be parsed: {0}")]
pub struct Unparsable(String);

/// Reads one certificate.
pub fn parse(der: &[u8]) -> Result<Certificate, Unparsable> {
    let (rest, parsed) = X509Certificate::from_der(der).map_err(|err| Unparsable(err.to_string()))?;
    if !rest.is_empty() {
        return Err(Unparsable(format!("{} bytes after its end", rest.len())));
    }
    let instant = |time: x509_parser::time::ASN1Time| {
        Timestamp::from_second(time.timestamp()).map_err(|err| Unparsable(err.to_string()))
    };
    let mut certificate = Certificate {
        subject: shortened(&parsed.subject().to_string()),
        issuer: shortened(&parsed.issuer().to_string()),
        common_name: parsed
            .subject()
            .iter_common_name()
            .next()
            .and_then(|name| name.as_str().ok())
            .map(shortened),
        not_before: instant(parsed.validity().not_before)?,
        not_after: instant(parsed.validity().not_after)?,
        key: key(&parsed),
        signature: signature(&parsed.signature_algorithm),
        serial: hex(parsed.raw_serial()),
        sha256: hex(&Sha256::digest(der)),
        ..Certificate::default()
    };
    for extension in parsed.extensions() {
        if extension.oid.to_id_string() == TLS_FEATURE {
            certificate.must_staple = extension.value == STATUS_REQUEST;
        }
        if extension.critical && !is_defined(&extension.oid) {
            certificate.unknown_critical.push(extension.oid.to_id_string());
        }
        let parsed = extension.parsed_extension();
        // A malformed extension that nothing is concluded from is not our concern.
        if matches!(parsed, ParsedExtension::ParseError { .. })
            && JUDGED.contains(&extension.oid.to_id_string().as_str())
        {
            return Err(Unparsable(format!("its extension {} is malformed", extension.oid)));
        }
        read(parsed, &mut certificate);
    }
    let ids_agree = match (&certificate.key_id, &certificate.authority_key_id) {
        (Some(own), Some(authority)) => own == authority,
        _ => true,
    };
    certificate.self_issued = parsed.subject().as_raw() == parsed.issuer().as_raw() && ids_agree;
    Ok(certificate)
}

/// Extensions of RFC 5280 section 4.2 and of RFC 6962 section 3.1, which clients know.
fn is_defined(oid: &Oid<'_>) -> bool {
    let oid = oid.to_id_string();
    oid.starts_with("2.5.29.") || oid.starts_with("1.3.6.1.5.5.7.1.") || oid == "1.3.6.1.4.1.11129.2.4.3"
}

fn read(extension: &ParsedExtension<'_>, into: &mut Certificate) {
    match extension {
        ParsedExtension::SubjectAlternativeName(names) => {
            for name in names.general_names.iter().take(NAMES) {
                match name {
                    GeneralName::DNSName(name) => into.dns_names.push(shortened(&name.to_ascii_lowercase())),
                    GeneralName::IPAddress(bytes) => into.ip_addresses.extend(address(bytes)),
                    _ => {}
                }
            }
        }
        ParsedExtension::BasicConstraints(constraints) => into.ca = Some(constraints.ca),
        ParsedExtension::KeyUsage(usage) => into.key_usage = Some(key_usages(*usage)),
        ParsedExtension::ExtendedKeyUsage(usage) => into.extended_key_usage = Some(purposes(usage)),
        ParsedExtension::SubjectKeyIdentifier(id) => into.key_id = Some(hex(id.0)),
        ParsedExtension::AuthorityKeyIdentifier(id) => {
            into.authority_key_id = id.key_identifier.as_ref().map(|id| hex(id.0));
        }
        ParsedExtension::AuthorityInfoAccess(access) => information(access, into),
        ParsedExtension::CRLDistributionPoints(points) => {
            into.crl = points
                .points
                .iter()
                .any(|point| matches!(point.distribution_point, Some(DistributionPointName::FullName(_))));
            into.crl_url = points.points.iter().find_map(|point| match &point.distribution_point {
                Some(DistributionPointName::FullName(names)) => names.iter().find_map(fetchable),
                _ => None,
            });
        }
        ParsedExtension::SCT(list) => into.scts = u32::try_from(list.len()).unwrap_or(u32::MAX),
        _ => {}
    }
}

fn fetchable(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::URI(url)
            if url.len() <= NAME && (url.starts_with("http://") || url.starts_with("https://")) =>
        {
            Some((*url).to_owned())
        }
        _ => None,
    }
}

fn key(parsed: &X509Certificate<'_>) -> PublicKey {
    let info = parsed.public_key();
    let oid = info.algorithm.algorithm.to_id_string();
    match info.parsed() {
        Ok(ParsedKey::RSA(rsa)) => PublicKey {
            algorithm: "RSA".to_owned(),
            bits: bits(rsa.modulus),
            exponent: rsa.try_exponent().ok(),
            curve: None,
            factorable: factorable(rsa.modulus),
        },
        Ok(ParsedKey::EC(point)) => {
            let curve = info.algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok());
            let (name, known) = curve.map_or((None, None), |oid| curve_of(&oid));
            let size = known.unwrap_or_else(|| u32::try_from(point.key_size()).unwrap_or(0));
            PublicKey { algorithm: "ECDSA".to_owned(), bits: size, curve: name, ..PublicKey::default() }
        }
        Ok(ParsedKey::DSA(y)) => {
            PublicKey { algorithm: "DSA".to_owned(), bits: bits(y), ..PublicKey::default() }
        }
        _ => {
            let (algorithm, bits) = match oid.as_str() {
                "1.3.101.112" => ("Ed25519".to_owned(), 256),
                "1.3.101.113" => ("Ed448".to_owned(), 456),
                _ => (oid, 0),
            };
            PublicKey { algorithm, bits, ..PublicKey::default() }
        }
    }
}

/// Significant bits of a big-endian number.
fn bits(number: &[u8]) -> u32 {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    let digits = &number[start..];
    let leading = digits.first().map_or(0, |byte| byte.leading_zeros());
    (u32::try_from(digits.len()).unwrap_or(u32::MAX / 8) * 8).saturating_sub(leading)
}

fn curve_of(oid: &Oid<'_>) -> (Option<String>, Option<u32>) {
    let oid = oid.to_id_string();
    let (name, bits) = match oid.as_str() {
        "1.2.840.10045.3.1.7" => ("P-256", 256),
        "1.3.132.0.34" => ("P-384", 384),
        "1.3.132.0.35" => ("P-521", 521),
        "1.3.132.0.33" => ("P-224", 224),
        "1.2.840.10045.3.1.1" => ("P-192", 192),
        "1.3.132.0.10" => ("secp256k1", 256),
        _ => return (Some(oid), None),
    };
    (Some(name.to_owned()), Some(bits))
}

fn signature(algorithm: &AlgorithmIdentifier<'_>) -> String {
    let oid = algorithm.algorithm.to_id_string();
    let name = match oid.as_str() {
        "1.2.840.113549.1.1.2" => "md2WithRSAEncryption",
        "1.2.840.113549.1.1.3" => "md4WithRSAEncryption",
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.113549.1.1.14" => "sha224WithRSAEncryption",
        "1.2.840.10040.4.3" => "dsa-with-SHA1",
        "2.16.840.1.101.3.4.3.2" => "dsa-with-SHA256",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.1" => "ecdsa-with-SHA224",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "1.2.840.113549.1.1.10" => return pss(algorithm),
        _ => return oid,
    };
    name.to_owned()
}

fn pss(algorithm: &AlgorithmIdentifier<'_>) -> String {
    let hash = match SignatureAlgorithm::try_from(algorithm) {
        Ok(SignatureAlgorithm::RSASSA_PSS(params)) => params.hash_algorithm_oid().to_id_string(),
        _ => String::new(),
    };
    let hash = match hash.as_str() {
        "1.3.14.3.2.26" => "SHA1",
        "2.16.840.1.101.3.4.2.1" => "SHA256",
        "2.16.840.1.101.3.4.2.2" => "SHA384",
        "2.16.840.1.101.3.4.2.3" => "SHA512",
        _ => "an unknown hash",
    };
    format!("RSASSA-PSS with {hash}")
}

fn key_usages(usage: KeyUsage) -> Vec<String> {
    let all = [
        (usage.digital_signature(), "digitalSignature"),
        (usage.non_repudiation(), "nonRepudiation"),
        (usage.key_encipherment(), "keyEncipherment"),
        (usage.data_encipherment(), "dataEncipherment"),
        (usage.key_agreement(), "keyAgreement"),
        (usage.key_cert_sign(), "keyCertSign"),
        (usage.crl_sign(), "cRLSign"),
    ];
    all.iter().filter(|(set, _)| *set).map(|(_, name)| (*name).to_owned()).collect()
}

fn purposes(usage: &ExtendedKeyUsage<'_>) -> Vec<String> {
    let all = [
        (usage.any, "anyExtendedKeyUsage"),
        (usage.server_auth, "serverAuth"),
        (usage.client_auth, "clientAuth"),
        (usage.code_signing, "codeSigning"),
        (usage.email_protection, "emailProtection"),
        (usage.time_stamping, "timeStamping"),
        (usage.ocsp_signing, "OCSPSigning"),
    ];
    let named = all.iter().filter(|(set, _)| *set).map(|(_, name)| (*name).to_owned());
    named.chain(usage.other.iter().take(NAMES).map(Oid::to_id_string)).collect()
}

/// RFC 5280 section 4.2.2.1.
fn information(access: &AuthorityInfoAccess<'_>, into: &mut Certificate) {
    for description in &access.accessdescs {
        match description.access_method.to_id_string().as_str() {
            "1.3.6.1.5.5.7.48.1" => into.ocsp = true,
            "1.3.6.1.5.5.7.48.2" => into.ca_issuers = true,
            _ => {}
        }
    }
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(v4).to_string());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|v6| std::net::Ipv6Addr::from(v6).to_string())
}

fn shortened(text: &str) -> String {
    let end = text.floor_char_boundary(NAME);
    text[..end].to_owned()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().take(64).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> Vec<u8> {
        let mut params =
            rcgen::CertificateParams::new(vec!["Example.com".into(), "192.0.2.1".into()]).expect("names");
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        params.is_ca = rcgen::IsCa::ExplicitNoCa;
        let key = rcgen::KeyPair::generate().expect("a key");
        params.self_signed(&key).expect("a certificate").der().to_vec()
    }

    #[test]
    fn reads_the_facts() {
        let certificate = parse(&made()).expect("a certificate");
        assert_eq!(certificate.dns_names, ["example.com"]);
        assert_eq!(certificate.ip_addresses, ["192.0.2.1"]);
        assert_eq!(certificate.extended_key_usage.as_deref(), Some(&["serverAuth".to_owned()][..]));
        assert_eq!((certificate.ca, certificate.self_issued), (Some(false), true));
        assert_eq!((certificate.key.bits, certificate.key.curve.as_deref()), (256, Some("P-256")));
        assert_eq!(certificate.signature, "ecdsa-with-SHA256");
        assert_eq!(certificate.sha256.len(), 64);
    }

    #[test]
    fn damaged_certificates_do_not_panic() {
        let der = made();
        for at in 0..der.len() {
            assert!(parse(&der[..at]).is_err(), "cut at {at}");
            for flip in [0x01, 0x80, 0xff] {
                let mut damaged = der.clone();
                damaged[at] ^= flip;
                let _ = parse(&damaged);
            }
        }
        assert!(parse(&[der, vec![0]].concat()).is_err());
    }

    #[test]
    fn counts_bits() {
        assert_eq!((bits(&[0, 0x80]), bits(&[1, 0]), bits(&[])), (8, 9, 0));
    }
}
