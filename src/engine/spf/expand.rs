//! Macro expansion (RFC 7208 section 7.3).

use std::net::IpAddr;

use super::{
    MAX_NAMES, MacroString, Resolve, Sender,
    macros::{Expand, Part},
};
use crate::seen::Rr;

/// What macros expand to.
pub(super) struct Values<'a> {
    pub(super) sender: &'a Sender,
    pub(super) domain: &'a str,
    pub(super) resolver: &'a dyn Resolve,
}

impl Values<'_> {
    pub(super) fn expand(&self, text: &MacroString) -> String {
        text.parts
            .iter()
            .map(|part| match part {
                Part::Literal(literal) => literal.clone(),
                Part::Expand(expand) => self.value(expand),
            })
            .collect()
    }

    /// A domain name: at most 253 characters, left labels dropped first.
    pub(super) fn expand_domain(&self, text: &MacroString) -> String {
        let full = self.expand(text);
        let mut name = full.strip_suffix('.').unwrap_or(&full);
        while name.len() > 253 {
            match name.split_once('.') {
                Some((_, rest)) => name = rest,
                None => break,
            }
        }
        name.to_ascii_lowercase()
    }

    fn value(&self, expand: &Expand) -> String {
        let sender = self.sender;
        let raw = match expand.letter {
            b's' => format!("{}@{}", sender.local, sender.domain),
            b'l' => sender.local.clone(),
            b'o' => sender.domain.clone(),
            b'd' => self.domain.to_owned(),
            b'i' => dotted(sender.ip),
            b'p' => self.validated_name(),
            b'v' => if sender.ip.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
            b'h' => sender.helo.clone(),
            b'c' => sender.ip.to_string(),
            b't' => sender.now.to_string(),
            _ => sender.receiver.clone(),
        };
        expand.transform(&raw)
    }

    /// `%{p}`: the domain itself if validated, else a name below it, else any, else `unknown`.
    fn validated_name(&self) -> String {
        let names = validated(self.resolver, self.sender.ip).unwrap_or_default();
        let below = |name: &&String| {
            name.strip_suffix(self.domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let exact = names.iter().find(|name| *name == self.domain);
        let best = exact.or_else(|| names.iter().find(below)).or_else(|| names.first());
        best.cloned().unwrap_or_else(|| "unknown".to_owned())
    }
}

/// The host names of an address that lead back to it (section 5.5); none where the lookup failed.
pub(super) fn validated(resolver: &dyn Resolve, ip: IpAddr) -> Option<Vec<String>> {
    let names = resolver.resolve(&reverse(ip), Rr::Ptr).ok()?;
    let rr = if ip.is_ipv4() { Rr::A } else { Rr::Aaaa };
    let leads_back = |name: &String| {
        let addresses = resolver.resolve(name, rr).unwrap_or_default();
        addresses.iter().any(|address| address.parse() == Ok(ip))
    };
    Some(names.into_iter().take(MAX_NAMES).map(|name| name.to_ascii_lowercase()).filter(leads_back).collect())
}

/// `4.3.2.1.in-addr.arpa`
pub fn reverse(ip: IpAddr) -> String {
    let dotted = dotted(ip);
    let reversed: Vec<&str> = dotted.rsplit('.').collect();
    let zone = if ip.is_ipv4() { "in-addr" } else { "ip6" };
    format!("{}.{zone}.arpa", reversed.join(".").to_ascii_lowercase())
}

/// IPv4 as usual; IPv6 as 32 nibbles with dots, in upper case as in section 7.4.
fn dotted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let digits = v6.octets().map(|byte| format!("{:X}.{:X}", byte >> 4, byte & 15));
            digits.join(".")
        }
    }
}
