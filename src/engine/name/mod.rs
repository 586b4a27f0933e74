//! Domain names: what can be registered, and what lies below what.

mod alias;
mod mention;
mod script;
mod secret;

use std::net::{IpAddr, Ipv4Addr};

pub use self::{
    alias::{Chain, End, chain},
    mention::mentioned,
    script::{Writing, writing},
    secret::{mask, masked},
};

/// The name under a public suffix that somebody registered: `a.b.example.co.uk` gives
/// `example.co.uk`. None for a public suffix itself, for an address and for an invalid name.
/// Suffixes that are not listed count as one label (publicsuffix.org, the algorithm's `*` rule).
pub fn registrable(name: &str) -> Option<String> {
    let name = ascii(name)?;
    let found = psl::domain_str(&name)?;
    Some(found.to_owned())
}

/// What somebody buys at a registrar: like [`registrable`], but without the suffixes that companies
/// run (`d1.cloudfront.net` gives `cloudfront.net`). Where it does not exist, anybody can buy it.
pub fn purchasable(name: &str) -> Option<String> {
    let name = ascii(name)?;
    let mut rest = name.as_str();
    loop {
        let suffix = psl::suffix(rest.as_bytes())?;
        let is_private = suffix.typ() == Some(psl::Type::Private);
        let suffix = std::str::from_utf8(suffix.as_bytes()).ok()?;
        if !is_private {
            return psl::domain_str(rest).map(str::to_owned);
        }
        // The company's own domain is the private suffix, or lies above it.
        let above = parent(suffix)?;
        let higher = psl::suffix(above.as_bytes())?;
        if higher.as_bytes() == above.as_bytes() && higher.typ() != Some(psl::Type::Private) {
            return Some(suffix.to_owned());
        }
        rest = above;
    }
}

/// Lower-case A-labels without the trailing dot; none for what cannot be a domain name.
pub fn ascii(name: &str) -> Option<String> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let name = if name.is_ascii() { name.to_ascii_lowercase() } else { idna::domain_to_ascii(name).ok()? };
    let valid = name.len() <= 253
        && name.parse::<IpAddr>().is_err()
        && name.split('.').all(|label| !label.is_empty() && label.len() <= 63);
    valid.then_some(name)
}

/// Is it `parent` itself or below it? Both in lower case.
pub fn is_within(name: &str, parent: &str) -> bool {
    name == parent || name.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'))
}

/// The name one label up; none for a single label.
pub fn parent(name: &str) -> Option<&str> {
    name.split_once('.').map(|(_, parent)| parent)
}

/// Does `name` match a pattern in which `*` stands for any characters and `[1-4]` for one of a range?
/// Both in lower case.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut read) = (0, 0);
    // Where to go on if what follows the last `*` does not fit.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(at) {
            Some(b'*') => {
                retry = Some((at + 1, read));
                at += 1;
                continue;
            }
            None if read == name.len() => return true,
            Some(_) if read < name.len() => one(&pattern[at..], name[read]),
            _ => None,
        };
        match (step, retry) {
            (Some(width), _) => {
                at += width;
                read += 1;
            }
            (None, Some((after, from))) if from < name.len() => {
                retry = Some((after, from + 1));
                (at, read) = (after, from + 1);
            }
            (None, _) => return false,
        }
    }
}

/// Width of the pattern's first item if it fits the letter.
fn one(pattern: &[u8], letter: u8) -> Option<usize> {
    match pattern {
        [b'[', low, b'-', high, b']', ..] => (*low..=*high).contains(&letter).then_some(5),
        [first, ..] => (*first == letter).then_some(1),
        [] => None,
    }
}

/// Why an address cannot be reached from the Internet (the IANA special-purpose registries,
/// RFC 6890), or none where it can.
pub fn unreachable(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => unreachable_v4(v4),
        IpAddr::V6(v6) => {
            if let Some(v4) = v6.to_ipv4_mapped() {
                return unreachable_v4(v4).or(Some("an IPv4-mapped address"));
            }
            let [first, second, ..] = v6.segments();
            match (first, second) {
                _ if v6.is_loopback() => Some("the loopback address"),
                _ if v6.is_unspecified() => Some("the unspecified address"),
                (0xfc00..=0xfdff, _) => Some("a unique local address"),
                (0xfe80..=0xfebf, _) => Some("a link-local address"),
                (0x2001, 0x0db8) | (0x3fff, 0..=0x0fff) => Some("a documentation address"),
                (0xff00..=0xffff, _) => Some("a multicast address"),
                _ => None,
            }
        }
    }
}

fn unreachable_v4(v4: Ipv4Addr) -> Option<&'static str> {
    let [a, b, c, _] = v4.octets();
    match (a, b, c) {
        (0, ..) => Some("an address of this network"),
        (127, ..) => Some("a loopback address"),
        (10, ..) | (192, 168, _) | (172, 16..=31, _) => Some("a private address"),
        (100, 64..=127, _) => Some("a carrier-grade NAT address"),
        (169, 254, _) => Some("a link-local address"),
        (192, 0, 2) | (198, 51, 100) | (203, 0, 113) => Some("a documentation address"),
        (198, 18..=19, _) => Some("a benchmarking address"),
        (224..=239, ..) => Some("a multicast address"),
        (240..=255, ..) => Some("a reserved address"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        assert!(matches("alt[1-4].aspmx.l.google.com", "alt3.aspmx.l.google.com"));
        assert!(!matches("alt[1-4].aspmx.l.google.com", "alt9.aspmx.l.google.com"));
        assert!(matches("*.mail.protection.outlook.com", "example-com.mail.protection.outlook.com"));
        assert!(!matches("mx.zoho.com", "mxxzoho.com"));
        assert!(
            matches("*.hs*.dkim.net", "a.hs1.hs2.dkim.net") && !matches("*.hs*.dkim.net", "hs1.dkim.net")
        );
        assert!(matches("*", "") && !matches("a", "") && !matches("*a", &"b".repeat(10_000)));
    }

    #[test]
    fn only_registries_sell_names() {
        for (name, sold) in [
            ("www.example.co.uk", "example.co.uk"),
            ("d111.cloudfront.net", "cloudfront.net"),
            ("portal.vercel.app", "vercel.app"),
            ("bucket.s3.eu-west-1.amazonaws.com", "amazonaws.com"),
            ("a.b.test", "b.test"),
        ] {
            assert_eq!(purchasable(name).as_deref(), Some(sold));
        }
        assert_eq!(purchasable("com"), None);
    }

    #[test]
    fn a_name_is_not_within_its_lookalike() {
        assert!(is_within("a.example.com", "example.com"));
        assert!(!is_within("badexample.com", "example.com"));
    }
}
