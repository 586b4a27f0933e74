//! The tags of a DMARC record.

/// A policy for mail that does not pass.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Policy {
    None,
    Quarantine,
    Reject,
}

impl Policy {
    pub const fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        [Self::None, Self::Quarantine, Self::Reject]
            .into_iter()
            .find(|policy| policy.id().eq_ignore_ascii_case(text))
    }
}

/// One `name=value` as it is written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tag {
    pub name: String,
    pub value: String,
    /// Of the name, from 1.
    pub column: usize,
}

/// A record that begins well. What is wrong with its other tags is in `errors`: receivers ignore
/// such tags (section 4.7), so the record still counts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Record {
    pub tags: Vec<Tag>,
    /// `p`; a missing or broken one counts as none where there are reports to send.
    pub policy: Option<Policy>,
    pub subdomains: Option<Policy>,
    pub nonexistent: Option<Policy>,
    pub testing: bool,
    /// `psd`: `y`, `n` or `u`.
    pub psd: Option<char>,
    /// The report addresses as written.
    pub rua: Vec<String>,
    pub ruf: Vec<String>,
    pub errors: Vec<SyntaxError>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SyntaxError {
    /// From 1.
    pub column: usize,
    pub why: String,
}

impl Record {
    pub fn tag(&self, name: &str) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.name == name)
    }
}

/// Far more than there are; a record is at most 64 KiB of anything.
const MAX_TAGS: usize = 100;
/// Errors of one record that are kept.
const MAX_ERRORS: usize = 20;

/// Parses a record for which [`super::is_dmarc`] holds.
pub fn parse(txt: &str) -> Record {
    let mut record = Record::default();
    let mut at = 0;
    for part in txt.split(';') {
        let column = at + 1 + (part.len() - part.trim_start().len());
        at += part.len() + 1;
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let Some((name, value)) = part.split_once('=') else {
            record.error(column, format!("`{part}` is not `name=value`"));
            continue;
        };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().to_owned());
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            record.error(column, format!("`{name}` is not a tag name"));
            continue;
        }
        if record.tags.len() == MAX_TAGS {
            record.error(column, format!("more than {MAX_TAGS} tags"));
            break;
        }
        if record.tag(&name).is_some() {
            record.error(column, format!("the tag `{name}` appears twice"));
            continue;
        }
        record.read(&name, &value, column);
        record.tags.push(Tag { name, value, column });
    }
    record
}

impl Record {
    fn error(&mut self, column: usize, why: String) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError { column, why });
        }
    }

    fn read(&mut self, name: &str, value: &str, column: usize) {
        match name {
            "p" => self.policy = self.policy_of(name, value, column),
            "sp" => self.subdomains = self.policy_of(name, value, column),
            "np" => self.nonexistent = self.policy_of(name, value, column),
            "t" => {
                self.testing = value.eq_ignore_ascii_case("y");
                self.one_of(name, value, column, &["y", "n"]);
            }
            "psd" => {
                self.psd = value.chars().next().map(|letter| letter.to_ascii_lowercase());
                self.one_of(name, value, column, &["y", "n", "u"]);
            }
            "adkim" | "aspf" => self.one_of(name, value, column, &["r", "s"]),
            "rua" => self.rua = self.addresses(name, value, column),
            "ruf" => self.ruf = self.addresses(name, value, column),
            _ => {}
        }
    }

    fn policy_of(&mut self, name: &str, value: &str, column: usize) -> Option<Policy> {
        let policy = Policy::from_text(value);
        if policy.is_none() {
            self.error(column, format!("`{name}={value}` is none of none, quarantine, reject"));
        }
        policy
    }

    fn one_of(&mut self, name: &str, value: &str, column: usize, allowed: &[&str]) {
        if !allowed.iter().any(|one| one.eq_ignore_ascii_case(value)) {
            self.error(column, format!("`{name}={value}` is none of {}", allowed.join(", ")));
        }
    }

    fn addresses(&mut self, name: &str, value: &str, column: usize) -> Vec<String> {
        let uris: Vec<String> = value.split(',').map(|uri| uri.trim().to_owned()).collect();
        for uri in &uris {
            if host_of(uri).is_none() {
                self.error(column, format!("`{uri}` in `{name}` is not a mailto: address"));
            }
        }
        uris
    }
}

/// The domains that reports go to, sorted and unique.
pub fn reporting_hosts(uris: &[String]) -> Vec<String> {
    let mut hosts: Vec<String> = uris.iter().filter_map(|uri| host_of(uri)).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// The domain of `mailto:local@domain`, without the old `!10m` size limit.
fn host_of(uri: &str) -> Option<String> {
    let (scheme, address) = uri.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("mailto") {
        return None;
    }
    let address = address.split(['!', '?']).next()?;
    let (local, domain) = address.rsplit_once('@')?;
    let name = crate::engine::name::ascii(domain).filter(|name| name.contains('.'))?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    (!local.is_empty() && plain).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tags_in_any_case_and_keeps_columns() {
        let record = parse("v=DMARC1; P=Reject; rua=mailto:a@example.com!10m,mailto:b@r.example.net; pct=50");
        assert_eq!(record.policy, Some(Policy::Reject));
        assert_eq!(reporting_hosts(&record.rua), ["example.com", "r.example.net"]);
        assert_eq!(record.tag("pct").map(|tag| tag.column), Some(74));
        assert!(record.errors.is_empty());
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let record = parse("v=DMARC1; p=rejct; rua=a@example.com; oops");
        let columns: Vec<usize> = record.errors.iter().map(|error| error.column).collect();
        assert_eq!(columns, [11, 20, 39]);
        assert_eq!(record.policy, None);
    }
}
