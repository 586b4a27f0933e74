//! What a certificate may not say although its signatures verify: RFC 5280 sections 4.1 and 4.2, and
//! the profiles of the Baseline Requirements section 7.1.2.

use x509_parser::{
    extensions::{GeneralName, ParsedExtension},
    public_key::PublicKey,
    x509::X509Version,
};

use super::{constraints::alternative_names, link::Link};
use crate::seen::Breach;

const AUTHORITY_KEY_ID: &str = "2.5.29.35";
const SUBJECT_KEY_ID: &str = "2.5.29.14";
const ALTERNATIVE_NAME: &str = "2.5.29.17";
const BASIC_CONSTRAINTS: &str = "2.5.29.19";
const NAME_CONSTRAINTS: &str = "2.5.29.30";
const POLICY_CONSTRAINTS: &str = "2.5.29.36";
const PURPOSES: &str = "2.5.29.37";
const INFORMATION_ACCESS: &str = "1.3.6.1.5.5.7.1.1";
/// Longest serial number in bytes (RFC 5280 section 4.1.2.2).
const SERIAL: usize = 20;

/// Gathers what one certificate breaks.
struct Breaches<'a> {
    subject: String,
    found: &'a mut Vec<Breach>,
}

impl Breaches<'_> {
    fn add(&mut self, broken: bool, rule: &str) {
        self.push(broken, rule, false);
    }

    /// A rule that private CAs break all the time and no client holds them to.
    fn add_tolerated(&mut self, broken: bool, rule: &str) {
        self.push(broken, rule, true);
    }

    fn push(&mut self, broken: bool, rule: &str, tolerated: bool) {
        if broken {
            self.found.push(Breach { subject: self.subject.clone(), rule: rule.to_owned(), tolerated });
        }
    }
}

/// Of the server's own certificate.
pub(super) fn of_leaf(link: &Link<'_>, found: &mut Vec<Breach>) {
    let mut breaches = Breaches { subject: link.shown(), found };
    of_any(link, &mut breaches);
    of_issued(link, &mut breaches);
    breaches.add_tolerated(link.authority_key_id().is_none(), "has no authority key identifier");
    breaches.add(link.extension(NAME_CONSTRAINTS).is_some(), "has name constraints without being a CA");
    let signs = link.key_usage().is_some_and(|usage| usage.key_cert_sign());
    breaches.add(signs && !link.is_ca(), "may sign certificates by its key usage without being a CA");
    match link.purposes() {
        None => breaches.add_tolerated(true, "has no extended key usage"),
        Some(usage) => breaches.add(usage.any, "allows anyExtendedKeyUsage"),
    }
    breaches.add(is_critical(link, PURPOSES), "marks its extended key usage as critical");
    let critical = is_critical(link, ALTERNATIVE_NAME);
    let named = !link.subject.is_empty();
    breaches.add(critical && named, "marks its alternative names as critical although it has a subject");
    breaches.add(!critical && !named, "has no subject and does not mark its alternative names as critical");
    for name in alternative_names(link) {
        if let Some(rule) = misnamed(name) {
            breaches.add(true, &rule);
        }
    }
    common_name(link, &mut breaches);
}

/// Of a CA below the trust anchor.
pub(super) fn of_intermediate(link: &Link<'_>, found: &mut Vec<Breach>) {
    let mut breaches = Breaches { subject: link.shown(), found };
    of_any(link, &mut breaches);
    of_issued(link, &mut breaches);
    of_ca(link, &mut breaches);
    breaches.add_tolerated(link.authority_key_id().is_none(), "has no authority key identifier");
    breaches.add(link.key_id().is_none(), "has no subject key identifier");
}

/// Of the trust anchor.
pub(super) fn of_root(link: &Link<'_>, found: &mut Vec<Breach>) {
    let mut breaches = Breaches { subject: link.shown(), found };
    of_any(link, &mut breaches);
    of_ca(link, &mut breaches);
    breaches.add_tolerated(link.key_id().is_none(), "has no subject key identifier");
    // One that was cross-signed is trusted by somebody's choice and follows the rules of an intermediate.
    let crossed = !link.is_self_issued();
    breaches.add_tolerated(crossed && link.authority_key_id().is_none(), "has no authority key identifier");
    breaches.add(!crossed && link.purposes().is_some(), "is a root with an extended key usage");
    let authority = link.parsed.extensions().iter().find_map(|one| match one.parsed_extension() {
        ParsedExtension::AuthorityKeyIdentifier(id) => Some(id),
        _ => None,
    });
    if let Some(id) = authority.filter(|_| !crossed) {
        let named = id.authority_cert_issuer.is_some() || id.authority_cert_serial.is_some();
        breaches.add(named, "is a root that names its issuer in its authority key identifier");
        let own = id.key_identifier.as_ref().map(|id| id.0);
        breaches.add(own.is_none(), "is a root whose authority key identifier has no key identifier");
        breaches.add(
            own.is_some() && link.key_id().is_some_and(|key| Some(key) != own),
            "is a root whose authority key identifier is not its own",
        );
    }
}

fn of_any(link: &Link<'_>, breaches: &mut Breaches<'_>) {
    breaches.add(link.parsed.version() != X509Version::V3, "is not of version 3");
    breaches.add(link.issuer.is_empty(), "has an empty issuer");
    for (oid, rule) in [
        (AUTHORITY_KEY_ID, "marks its authority key identifier as critical"),
        (SUBJECT_KEY_ID, "marks its subject key identifier as critical"),
        (INFORMATION_ACCESS, "marks its authority information access as critical"),
    ] {
        breaches.add(is_critical(link, oid), rule);
    }
    if let Ok(PublicKey::RSA(rsa)) = link.parsed.public_key().parsed() {
        let leading = rsa.modulus.iter().find(|byte| **byte != 0).map_or(0, |byte| byte.leading_zeros());
        breaches.add(leading != 0, "has an RSA modulus whose length is not a multiple of 8 bits");
    }
}

/// Not of roots, whose number nobody looks up and some of which have none.
fn of_issued(link: &Link<'_>, breaches: &mut Breaches<'_>) {
    let serial = link.parsed.raw_serial();
    let digits = &serial[serial.iter().position(|byte| *byte != 0).unwrap_or(serial.len())..];
    breaches.add(digits.is_empty(), "has the serial number zero");
    breaches.add(serial.first().is_some_and(|first| *first >= 0x80), "has a negative serial number");
    breaches.add(serial.len() > SERIAL, "has a serial number of more than 20 bytes");
}

fn of_ca(link: &Link<'_>, breaches: &mut Breaches<'_>) {
    breaches.add(link.basic_constraints().is_none(), "is a CA without basic constraints");
    let denied = link.basic_constraints().is_some_and(|constraints| !constraints.ca);
    breaches.add(denied, "signs although its basic constraints say that it is no CA");
    let present = link.extension(BASIC_CONSTRAINTS).is_some();
    breaches.add(
        present && !is_critical(link, BASIC_CONSTRAINTS),
        "is a CA whose basic constraints are not critical",
    );
    let forbidden = link.key_usage().is_some_and(|usage| !usage.key_cert_sign());
    breaches.add(forbidden, "is a CA whose key usage does not allow it to sign certificates");
    breaches.add(link.subject.is_empty(), "is a CA with an empty subject");
    let lax = link.extension(POLICY_CONSTRAINTS).is_some() && !is_critical(link, POLICY_CONSTRAINTS);
    breaches.add(lax, "is a CA whose policy constraints are not critical");
    let constraints = link.parsed.extensions().iter().find_map(|one| match one.parsed_extension() {
        ParsedExtension::NameConstraints(constraints) => Some(constraints),
        _ => None,
    });
    if let Some(constraints) = constraints {
        let subtrees =
            [&constraints.permitted_subtrees, &constraints.excluded_subtrees].into_iter().flatten().flatten();
        let dotted =
            subtrees.into_iter().any(|one| matches!(one.base, GeneralName::DNSName(n) if n.starts_with('.')));
        breaches.add(dotted, "constrains DNS names with a leading dot");
    }
}

fn is_critical(link: &Link<'_>, oid: &str) -> bool {
    link.extension(oid).is_some_and(|extension| extension.critical)
}

fn misnamed(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => {
            let why = misspelt(name)?;
            Some(format!("lists the DNS name `{}`, {why}", &name[..name.floor_char_boundary(100)]))
        }
        GeneralName::IPAddress(bytes) if !matches!(bytes.len(), 4 | 16) => {
            Some(format!("lists an address of {} bytes", bytes.len()))
        }
        GeneralName::Invalid(..) => Some("lists an alternative name that cannot be read".to_owned()),
        _ => None,
    }
}

/// RFC 5280 section 4.2.1.6 wants the preferred name syntax of RFC 1034 section 3.5.
fn misspelt(name: &str) -> Option<&'static str> {
    let bare = name.strip_prefix("*.").unwrap_or(name);
    let label_is_sound = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !name.is_ascii() {
        Some("which is not in ASCII")
    } else if name.parse::<std::net::IpAddr>().is_ok() {
        Some("which is an address")
    } else if bare.contains('*') {
        Some("whose wildcard is not the whole leftmost label")
    } else if bare.contains('_') {
        Some("which has an underscore")
    } else if bare.len() > 253 || !bare.split('.').all(label_is_sound) {
        Some("which is no host name")
    } else {
        None
    }
}

/// Baseline Requirements section 7.1.4.3: a common name repeats an alternative name, letter by letter.
/// A name that is none of a host is a label that somebody gave it.
fn common_name(link: &Link<'_>, breaches: &mut Breaches<'_>) {
    let Some(name) = link.parsed.subject().iter_common_name().next().and_then(|name| name.as_str().ok())
    else {
        return;
    };
    let repeated = alternative_names(link).any(|one| match one {
        GeneralName::DNSName(listed) | GeneralName::RFC822Name(listed) => *listed == name,
        GeneralName::IPAddress(bytes) => address(bytes).is_some_and(|address| address == name),
        _ => false,
    });
    let rule = "has a common name that is not among its alternative names";
    breaches.push(!repeated, rule, !is_misleading(link, name));
}

/// Is an unlisted common name one that somebody may take for listed? A label is not, nor is the domain
/// above what is listed.
fn is_misleading(link: &Link<'_>, name: &str) -> bool {
    let like_an_address = name.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:x".contains(&byte));
    let listed: Vec<&str> = alternative_names(link)
        .filter_map(|one| match one {
            GeneralName::DNSName(listed) => Some(*listed),
            _ => None,
        })
        .collect();
    if name.contains(' ') {
        false
    } else if like_an_address {
        name.contains(['.', ':', 'x'])
    } else {
        let above = |listed: &str| listed.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
        name.contains('.') && !listed.is_empty() && !listed.into_iter().any(above)
    }
}

/// As RFC 3986 and RFC 5952 write it.
fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(four).to_string());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|sixteen| std::net::Ipv6Addr::from(sixteen).to_string())
}
