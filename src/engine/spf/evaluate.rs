//! `check_host()`: what a receiver concludes (RFC 7208 sections 4 to 6).

use std::net::IpAddr;

use super::{
    MAX_LOOKUPS, MAX_NAMES, MAX_VOID, MacroString, Mechanism, Qualifier, Record, Resolve,
    expand::{Values, validated},
    macros::Allowed,
    parse, select,
};
use crate::seen::{Rr, unescape};

/// Section 2.6.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    None,
    Neutral,
    Pass,
    Fail,
    Softfail,
    Temperror,
    Permerror,
}

/// A mail transaction.
#[derive(Clone, Debug)]
pub struct Sender {
    pub ip: IpAddr,
    pub helo: String,
    pub local: String,
    pub domain: String,
    /// Name of the host that asks, for `%{r}`.
    pub receiver: String,
    /// Seconds since 1970, for `%{t}`.
    pub now: i64,
}

impl Sender {
    /// From the arguments of an SMTP session; an empty `mail_from` means `postmaster@helo`.
    pub fn new(ip: IpAddr, helo: &str, mail_from: &str) -> Self {
        let (local, domain) = match mail_from.rsplit_once('@') {
            Some((local, domain)) => (local, domain),
            None if mail_from.is_empty() => ("", helo),
            None => ("", mail_from),
        };
        Self {
            ip: ip.to_canonical(),
            helo: helo.to_owned(),
            local: if local.is_empty() { "postmaster" } else { local }.to_owned(),
            domain: domain.to_owned(),
            receiver: "unknown".to_owned(),
            now: 0,
        }
    }
}

/// The result and, for `Fail`, the domain's own explanation if it has a good one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checked {
    pub outcome: Outcome,
    pub explanation: Option<String>,
}

/// Evaluates the policy of the sender's domain.
pub fn check_host(resolver: &dyn Resolve, sender: &Sender) -> Checked {
    let mut evaluation = Evaluation { resolver, sender, lookups: 0, voids: 0 };
    let (outcome, explanation) = match evaluation.check(&sender.domain.to_ascii_lowercase()) {
        Ok(done) => done,
        Err(Broken::Temporary) => (Outcome::Temperror, None),
        Err(Broken::Permanent) => (Outcome::Permerror, None),
    };
    Checked { outcome, explanation }
}

/// Nothing more can be concluded.
enum Broken {
    Temporary,
    Permanent,
}

struct Evaluation<'a> {
    resolver: &'a dyn Resolve,
    sender: &'a Sender,
    lookups: usize,
    voids: usize,
}

type Explained = (Outcome, Option<String>);

impl Evaluation<'_> {
    fn check(&mut self, domain: &str) -> Result<Explained, Broken> {
        if !is_full_name(domain) {
            return Ok((Outcome::None, None));
        }
        let Some(record) = self.record(domain)? else { return Ok((Outcome::None, None)) };
        for (_, qualifier, mechanism) in record.evaluated() {
            if self.is_match(mechanism, domain)? {
                return Ok(self.concluded(qualifier, &record, domain));
            }
        }
        let Some((_, target)) = record.redirect().filter(|_| record.all().is_none()) else {
            return Ok((Outcome::Neutral, None));
        };
        self.count()?;
        let target = self.values(domain).expand_domain(target);
        match self.check(&target)? {
            (Outcome::None, _) => Err(Broken::Permanent),
            done => Ok(done),
        }
    }

    fn record(&self, domain: &str) -> Result<Option<Record>, Broken> {
        let txt = self.resolver.resolve(domain, Rr::Txt).map_err(|_| Broken::Temporary)?;
        match select(&txt).as_slice() {
            [] => Ok(None),
            [one] => parse(&unescape(one)).map(Some).map_err(|_| Broken::Permanent),
            _ => Err(Broken::Permanent),
        }
    }

    fn concluded(&self, qualifier: Qualifier, record: &Record, domain: &str) -> Explained {
        match qualifier {
            Qualifier::Pass => (Outcome::Pass, None),
            Qualifier::Softfail => (Outcome::Softfail, None),
            Qualifier::Neutral => (Outcome::Neutral, None),
            Qualifier::Fail => {
                let explanation = record.explanation().and_then(|target| self.explain(target, domain));
                (Outcome::Fail, explanation)
            }
        }
    }

    /// Every mistake on the way means: no explanation (section 6.2).
    fn explain(&self, target: &MacroString, domain: &str) -> Option<String> {
        let values = self.values(domain);
        let name = values.expand_domain(target);
        let txt = self.resolver.resolve(&name, Rr::Txt).ok()?;
        let [one] = txt.as_slice() else { return None };
        let bytes = unescape(one);
        let text = std::str::from_utf8(&bytes).ok().filter(|text| text.is_ascii())?;
        MacroString::parse(text, Allowed::Explanation).ok().map(|text| values.expand(&text))
    }

    fn is_match(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Broken> {
        if mechanism.looks_up() {
            self.count()?;
        }
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip4(network, prefix) => Ok(self.is_in(IpAddr::V4(*network), *prefix, 0)),
            Mechanism::Ip6(network, prefix) => Ok(self.is_in(IpAddr::V6(*network), 0, *prefix)),
            Mechanism::Include(target) => self.includes(&self.values(domain).expand_domain(target)),
            Mechanism::Exists(target) => {
                let name = self.values(domain).expand_domain(target);
                Ok(!self.ask(&name, Rr::A)?.is_empty())
            }
            Mechanism::A { domain: target, v4, v6 } => {
                let name = self.target(target.as_ref(), domain);
                let addresses = self.ask(&name, self.address_type())?;
                Ok(self.any_in(&addresses, *v4, *v6))
            }
            Mechanism::Mx { domain: target, v4, v6 } => {
                let name = self.target(target.as_ref(), domain);
                self.matches_mx(&name, *v4, *v6)
            }
            Mechanism::Ptr(target) => {
                let wanted = self.target(target.as_ref(), domain);
                let names = validated(self.resolver, self.sender.ip).unwrap_or_default();
                Ok(names.iter().any(|name| crate::engine::name::is_within(name, &wanted)))
            }
        }
    }

    fn includes(&mut self, target: &str) -> Result<bool, Broken> {
        match self.check(target)? {
            (Outcome::Pass, _) => Ok(true),
            (Outcome::None, _) => Err(Broken::Permanent),
            _ => Ok(false),
        }
    }

    fn matches_mx(&mut self, name: &str, v4: u8, v6: u8) -> Result<bool, Broken> {
        let hosts = self.ask(name, Rr::Mx)?;
        if hosts.len() > MAX_NAMES {
            return Err(Broken::Permanent);
        }
        for host in &hosts {
            let host = host.split_once(' ').map_or(host.as_str(), |(_, host)| host);
            let found = self.resolver.resolve(host, self.address_type()).map_err(|_| Broken::Temporary)?;
            if self.any_in(&found, v4, v6) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A lookup that counts as void where nothing is found.
    fn ask(&mut self, name: &str, rr: Rr) -> Result<Vec<String>, Broken> {
        let found = if is_name(name) {
            self.resolver.resolve(name, rr).map_err(|_| Broken::Temporary)?
        } else {
            Vec::new()
        };
        if found.is_empty() {
            self.voids += 1;
            if self.voids > MAX_VOID {
                return Err(Broken::Permanent);
            }
        }
        Ok(found)
    }

    fn count(&mut self) -> Result<(), Broken> {
        self.lookups += 1;
        if self.lookups > MAX_LOOKUPS { Err(Broken::Permanent) } else { Ok(()) }
    }

    fn values<'a>(&'a self, domain: &'a str) -> Values<'a> {
        Values { sender: self.sender, domain, resolver: self.resolver }
    }

    fn target(&self, target: Option<&MacroString>, domain: &str) -> String {
        target.map_or_else(|| domain.to_owned(), |target| self.values(domain).expand_domain(target))
    }

    fn address_type(&self) -> Rr {
        if self.sender.ip.is_ipv4() { Rr::A } else { Rr::Aaaa }
    }

    fn any_in(&self, addresses: &[String], v4: u8, v6: u8) -> bool {
        addresses.iter().filter_map(|text| text.parse().ok()).any(|network| self.is_in(network, v4, v6))
    }

    /// Is the sender's address in the network? Of the prefixes, that of its family counts.
    fn is_in(&self, network: IpAddr, v4: u8, v6: u8) -> bool {
        match (self.sender.ip, network) {
            (IpAddr::V4(ip), IpAddr::V4(network)) => {
                let shift = 32 - u32::from(v4.min(32));
                (u64::from(ip.to_bits() ^ network.to_bits()) >> shift) == 0
            }
            (IpAddr::V6(ip), IpAddr::V6(network)) => {
                let differ = ip.to_bits() ^ network.to_bits();
                v6 == 0 || differ >> (128 - u32::from(v6.min(128))) == 0
            }
            _ => false,
        }
    }
}

/// Section 4.3: a name without a dot or with a bad label has no policy.
fn is_full_name(name: &str) -> bool {
    name.contains('.') && is_name(name) && !name.starts_with('[')
}

fn is_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.len() <= 253 && name.split('.').all(|label| !label.is_empty() && label.len() <= 63)
}
