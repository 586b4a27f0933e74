//! Name constraints (RFC 5280 section 4.2.1.10), stricter than the text where clients are: a wildcard
//! counts as every name it may stand for, and a constraint that cannot be understood forbids everything.

use x509_parser::{
    extensions::{GeneralName, GeneralSubtree, NameConstraints, ParsedExtension},
    prelude::FromDer,
    x509::X509Name,
};

use super::{der::sequence, link::Link};

/// Comparisons for one path; more is an attack, not a certificate (rustls-webpki stops there too).
pub(super) const COMPARISONS: usize = 250_000;

/// Checks the names of one certificate against the constraints of a CA above it. `left` counts
/// comparisons down.
pub(super) fn check(
    constraints: &NameConstraints<'_>,
    link: &Link<'_>,
    left: &mut usize,
) -> Result<(), String> {
    let permitted = constraints.permitted_subtrees.as_deref().unwrap_or_default();
    let excluded = constraints.excluded_subtrees.as_deref().unwrap_or_default();
    for subtree in permitted.iter().chain(excluded) {
        well_formed(&subtree.base)?;
    }
    let subject = GeneralName::DirectoryName(link.parsed.subject().clone());
    let named = !link.subject.is_empty();
    for name in alternative_names(link).chain(named.then_some(&subject)) {
        let cost = permitted.len() + excluded.len();
        *left = left.checked_sub(cost).ok_or("has more names and constraints than anyone compares")?;
        one(name, permitted, excluded)?;
    }
    Ok(())
}

/// The constraints of a trust anchor, which come without their SEQUENCE.
pub(super) fn check_bare(content: &[u8], link: &Link<'_>, left: &mut usize) -> Result<(), String> {
    let whole = sequence(content);
    let (_, constraints) = NameConstraints::from_der(&whole).map_err(|_| "has malformed name constraints")?;
    check(&constraints, link, left)
}

pub(super) fn alternative_names<'b>(link: &'b Link<'_>) -> impl Iterator<Item = &'b GeneralName<'b>> {
    link.parsed.extensions().iter().flat_map(|extension| match extension.parsed_extension() {
        ParsedExtension::SubjectAlternativeName(names) => names.general_names.as_slice(),
        _ => &[],
    })
}

fn one(
    name: &GeneralName<'_>,
    permitted: &[GeneralSubtree<'_>],
    excluded: &[GeneralSubtree<'_>],
) -> Result<(), String> {
    let (mut constrained, mut allowed) = (false, false);
    for subtree in permitted {
        match within(name, &subtree.base) {
            Fit::OtherKind => {}
            Fit::Yes => (constrained, allowed) = (true, true),
            Fit::No | Fit::Partly => constrained = true,
            Fit::Unknown => return Err(format!("constrains {} in a way nobody understands", kind(name))),
        }
    }
    if constrained && !allowed {
        return Err(format!("does not permit {}", kind(name)));
    }
    for subtree in excluded {
        match within(name, &subtree.base) {
            Fit::OtherKind | Fit::No => {}
            Fit::Yes | Fit::Partly => return Err(format!("excludes {}", kind(name))),
            Fit::Unknown => return Err(format!("constrains {} in a way nobody understands", kind(name))),
        }
    }
    Ok(())
}

/// How a name lies to a subtree.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fit {
    OtherKind,
    Yes,
    No,
    /// A wildcard of which some names lie within.
    Partly,
    Unknown,
}

impl From<bool> for Fit {
    fn from(inside: bool) -> Self {
        if inside { Self::Yes } else { Self::No }
    }
}

fn within(name: &GeneralName<'_>, base: &GeneralName<'_>) -> Fit {
    match (name, base) {
        (GeneralName::DNSName(name), GeneralName::DNSName(base)) => dns(name, base),
        (GeneralName::IPAddress(name), GeneralName::IPAddress(base)) => address(name, base),
        (GeneralName::RFC822Name(name), GeneralName::RFC822Name(base)) => mailbox(name, base),
        (GeneralName::DirectoryName(name), GeneralName::DirectoryName(base)) => directory(name, base),
        (GeneralName::URI(name), GeneralName::URI(base)) => match host_of(name) {
            Some(host) => host_fits(host, base).into(),
            None => Fit::Unknown,
        },
        (GeneralName::OtherName(..), GeneralName::OtherName(..))
        | (GeneralName::X400Address(_), GeneralName::X400Address(_))
        | (GeneralName::EDIPartyName(_), GeneralName::EDIPartyName(_))
        | (GeneralName::RegisteredID(_), GeneralName::RegisteredID(_))
        | (GeneralName::Invalid(..), _) => Fit::Unknown,
        _ => Fit::OtherKind,
    }
}

/// The empty constraint is every name; one with a leading dot, which the RFC does not have but CAs
/// write, is what lies below it.
fn dns(name: &str, base: &str) -> Fit {
    let (name, base) = (name.to_ascii_lowercase(), base.to_ascii_lowercase());
    if name.is_empty() || name.starts_with('.') {
        return Fit::No;
    }
    if base.is_empty() {
        return Fit::Yes;
    }
    let Some(parent) = name.strip_prefix("*.") else { return below(&name, &base).into() };
    if below(parent, &base) || base.strip_prefix('.').is_some_and(|base| parent == base) {
        return Fit::Yes;
    }
    let base = base.strip_prefix('.').unwrap_or(&base);
    let covered = base.split_once('.').is_some_and(|(_, rest)| rest == parent);
    if covered { Fit::Partly } else { Fit::No }
}

/// Does `name` equal `base` or lie below it (only below it, where `base` begins with a dot)?
fn below(name: &str, base: &str) -> bool {
    match base.strip_prefix('.') {
        Some(_) => name.ends_with(base),
        None => name == base || name.strip_suffix(base).is_some_and(|rest| rest.ends_with('.')),
    }
}

fn address(name: &[u8], base: &[u8]) -> Fit {
    let (network, mask) = base.split_at(base.len() / 2);
    if name.len() != 4 && name.len() != 16 {
        return Fit::No;
    }
    if network.len() != name.len() {
        return Fit::OtherKind;
    }
    let mut bytes = name.iter().zip(network).zip(mask);
    bytes.all(|((name, network), mask)| name & mask == network & mask).into()
}

fn mailbox(name: &str, base: &str) -> Fit {
    let Some((local, host)) = split_mailbox(name) else { return Fit::No };
    match base.split_once('@') {
        Some((base_local, base_host)) => (local == base_local && host.eq_ignore_ascii_case(base_host)).into(),
        None => host_fits(host, base).into(),
    }
}

fn split_mailbox(name: &str) -> Option<(&str, &str)> {
    let (local, host) = name.split_once('@')?;
    (!local.is_empty() && !host.is_empty() && !host.contains('@')).then_some((local, host))
}

/// One host, or with a leading dot every host below it.
fn host_fits(host: &str, base: &str) -> bool {
    if base.is_empty() {
        return true;
    }
    let (host, base) = (host.to_ascii_lowercase(), base.to_ascii_lowercase());
    if base.starts_with('.') { host.ends_with(&base) } else { host == base }
}

fn host_of(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    (!host.is_empty() && !host.starts_with('[')).then_some(host)
}

/// A subtree is every name that begins with its parts.
fn directory(name: &X509Name<'_>, base: &X509Name<'_>) -> Fit {
    let parts = |name: &X509Name<'_>| -> Vec<String> {
        name.iter_rdn()
            .map(|part| {
                let mut attributes: Vec<String> = part
                    .iter()
                    .map(|one| {
                        let value = one.as_str().map_or_else(|_| format!("{:02x?}", one.as_slice()), folded);
                        format!("{}={value}", one.attr_type().to_id_string())
                    })
                    .collect();
                attributes.sort();
                attributes.join("+")
            })
            .collect()
    };
    parts(name).starts_with(&parts(base)).into()
}

/// Case and runs of blanks do not count (RFC 5280 section 7.1).
fn folded(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn well_formed(base: &GeneralName<'_>) -> Result<(), String> {
    let sound = match base {
        GeneralName::DNSName(base) => base.is_ascii() && !base.contains(['*', '@', ' ', '/']),
        GeneralName::IPAddress(base) => {
            let (_, mask) = base.split_at(base.len() / 2);
            let bits = mask.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
            matches!(base.len(), 8 | 32) && bits.is_sorted_by(|one, next| one >= next)
        }
        GeneralName::RFC822Name(base) => !base.contains('@') || split_mailbox(base).is_some(),
        GeneralName::Invalid(..) => false,
        _ => true,
    };
    if sound { Ok(()) } else { Err(format!("has a malformed constraint on {}", kind(base))) }
}

fn kind(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(name) => format!("the DNS name `{}`", cut(name)),
        GeneralName::IPAddress(bytes) => format!("the address {}", shown(bytes)),
        GeneralName::RFC822Name(name) => format!("the mailbox `{}`", cut(name)),
        GeneralName::URI(name) => format!("the URI `{}`", cut(name)),
        GeneralName::DirectoryName(name) => format!("the name `{}`", cut(&name.to_string())),
        GeneralName::OtherName(oid, _) => format!("a name of the kind {oid}"),
        _ => "a name of a rare kind".to_owned(),
    }
}

fn cut(name: &str) -> String {
    name[..name.floor_char_boundary(100)].to_owned()
}

fn shown(bytes: &[u8]) -> String {
    match (<[u8; 4]>::try_from(bytes), <[u8; 16]>::try_from(bytes)) {
        (Ok(four), _) => std::net::Ipv4Addr::from(four).to_string(),
        (_, Ok(sixteen)) => std::net::Ipv6Addr::from(sixteen).to_string(),
        _ => format!("of {} bytes", bytes.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dns_names_lie_below_their_constraint() {
        assert_eq!(dns("example.com", "example.com"), Fit::Yes);
        assert_eq!(dns("a.b.Example.com", "eXample.com"), Fit::Yes);
        assert_eq!(dns("notexample.com", "example.com"), Fit::No);
        assert_eq!(dns("example.com", ".example.com"), Fit::No);
        assert_eq!(dns("a.example.com", ".example.com"), Fit::Yes);
        assert_eq!(dns("anything", ""), Fit::Yes);
    }

    #[test]
    fn a_wildcard_is_all_it_stands_for() {
        assert_eq!(dns("*.example.com", "bar.example.com"), Fit::Partly);
        assert_eq!(dns("*.example.com", "a.bar.example.com"), Fit::No);
        assert_eq!(dns("*.example.com", "example.com"), Fit::Yes);
        assert_eq!(dns("*.example.com", ".example.com"), Fit::Yes);
        assert_eq!(dns("*.other.com", "example.com"), Fit::No);
    }

    #[test]
    fn an_asterisk_in_a_mailbox_is_an_asterisk() {
        assert_eq!(mailbox("user@example.com", "*@example.com"), Fit::No);
        assert_eq!(mailbox("*@Example.com", "*@example.com"), Fit::Yes);
        assert_eq!(mailbox("a@example.com", "example.com"), Fit::Yes);
        assert_eq!(mailbox("a@b.example.com", "example.com"), Fit::No);
        assert_eq!(mailbox("a@b.example.com", ".example.com"), Fit::Yes);
        assert_eq!(mailbox("a@b@example.com", "example.com"), Fit::No);
    }

    #[test]
    fn addresses_are_compared_under_the_mask() {
        assert_eq!(address(&[192, 0, 2, 9], &[192, 0, 2, 0, 255, 255, 255, 0]), Fit::Yes);
        assert_eq!(address(&[192, 0, 3, 9], &[192, 0, 2, 0, 255, 255, 255, 0]), Fit::No);
        assert_eq!(address(&[0; 16], &[0; 8]), Fit::OtherKind);
        assert!(well_formed(&GeneralName::IPAddress(&[127, 0, 0, 1])).is_err());
        assert!(well_formed(&GeneralName::IPAddress(&[10, 0, 0, 0, 255, 0, 255, 0])).is_err());
    }

    #[test]
    fn a_uri_is_its_host() {
        assert_eq!(host_of("https://user@example.com:8443/path"), Some("example.com"));
        assert_eq!(host_of("urn:example"), None);
    }
}
