//! Certification Authority Authorization (RFC 8659): who may issue, and who an issuer is.

use std::{collections::BTreeSet, sync::LazyLock};

use serde::Deserialize;

use crate::engine::name::ascii;

/// `flags tag "value"`, understood.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Property {
    pub critical: bool,
    /// Lower case.
    pub tag: String,
    pub value: String,
}

/// What a set of CAA records says about one kind of certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Policy {
    /// No record speaks of it, so everybody may issue.
    Anybody,
    /// Only these, by domain in lower case; none: nobody.
    Only(Vec<String>),
}

/// One authority, `rules/caa/issuers.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// What the organisation in its certificates begins with.
    pub organisation: Vec<String>,
    /// What a CAA record may call it.
    pub domains: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Issuers {
    issuer: Vec<Issuer>,
}

static ISSUERS: LazyLock<Issuers> =
    LazyLock::new(|| toml::from_str(include_str!("../../../rules/caa/issuers.toml")).unwrap_or_default());

/// Reads a record in presentation form.
pub fn parse(record: &str) -> Option<Property> {
    let mut parts = record.splitn(3, ' ');
    let flags: u8 = parts.next()?.parse().ok()?;
    let tag = parts.next()?.to_ascii_lowercase();
    let value = parts.next()?.trim_matches('"').to_owned();
    Some(Property { critical: flags & 0x80 != 0, tag, value })
}

/// Who may issue; `wildcard` certificates follow `issuewild` where there is one (section 4.3).
pub fn policy(records: &[String], wildcard: bool) -> Policy {
    let properties: Vec<Property> = records.iter().filter_map(|record| parse(record)).collect();
    let of = |tag: &str| -> Vec<String> {
        let named = properties.iter().filter(|property| property.tag == tag);
        named.map(|property| issuer_domain(&property.value)).collect()
    };
    let wild = of("issuewild");
    let values = if wildcard && !wild.is_empty() { wild } else { of("issue") };
    if values.is_empty() {
        return Policy::Anybody;
    }
    Policy::Only(values.into_iter().filter(|domain| !domain.is_empty()).collect())
}

/// The hosts of the mailboxes that `iodef` and `contactemail` name, lower case, sorted, each once.
pub fn mailboxes(records: &[String]) -> Vec<String> {
    let hosts = records.iter().filter_map(|record| parse(record)).filter_map(|property| {
        let mailbox = match property.tag.as_str() {
            "iodef" => property.value.strip_prefix("mailto:")?.split('?').next()?,
            "contactemail" => property.value.as_str(),
            _ => return None,
        };
        ascii(mailbox.rsplit_once('@')?.1)
    });
    hosts.filter(|host| host.contains('.')).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What follows the issuer's domain in an `issue` or `issuewild` value: names in lower case, and
/// values (RFC 8659 section 4.2). None where it is not `name=value` throughout.
pub fn parameters(value: &str) -> Option<Vec<(String, String)>> {
    let parts = value.split(';').skip(1).map(str::trim).filter(|part| !part.is_empty());
    let read = |part: &str| {
        let (name, value) = part.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let plain = value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';');
        (named && plain).then(|| (name.to_ascii_lowercase(), value.to_owned()))
    };
    parts.take(16).map(read).collect()
}

/// The authority that an organisation belongs to.
pub fn issuer(organisation: &str) -> Option<&'static Issuer> {
    ISSUERS.issuer.iter().find(|issuer| {
        issuer.organisation.iter().any(|start| {
            let head = organisation.get(..start.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(start))
        })
    })
}

/// The organisation in a distinguished name such as `C=US, O=Let's Encrypt, CN=R11`.
pub fn organisation(name: &str) -> Option<&str> {
    let start = if name.starts_with("O=") { 2 } else { name.find(", O=")? + 4 };
    let rest = name.get(start..)?;
    // A comma may belong to the organisation; the next attribute begins with letters and `=`.
    let is_next = |at: usize| {
        let key = rest.get(at + 2..).and_then(|tail| tail.split_once('=')).map(|(key, _)| key);
        key.is_some_and(|key| {
            !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        })
    };
    let end = rest.match_indices(", ").map(|(at, _)| at).find(|at| is_next(*at)).unwrap_or(rest.len());
    rest.get(..end).map(|text| text.trim_matches('"'))
}

/// The issuer's domain before the parameters (RFC 8657 adds `accounturi` and `validationmethods`).
fn issuer_domain(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn wildcards_follow_issuewild_where_there_is_one() {
        let set = records(&["0 issue \"letsencrypt.org; accounturi=https://a/1\"", "0 issuewild \";\""]);
        assert_eq!(policy(&set, false), Policy::Only(vec!["letsencrypt.org".to_owned()]));
        assert_eq!(policy(&set, true), Policy::Only(Vec::new()));
        let only = records(&["0 issue \"pki.goog\""]);
        assert_eq!(policy(&only, true), Policy::Only(vec!["pki.goog".to_owned()]));
        let silent = records(&["0 iodef \"mailto:a@example.com\"", "nonsense"]);
        assert_eq!(policy(&silent, false), Policy::Anybody);
    }

    #[test]
    fn issuers_are_known_by_their_organisation() {
        assert_eq!(organisation("C=US, O=Let's Encrypt, CN=R11"), Some("Let's Encrypt"));
        assert_eq!(organisation("C=US, O=GoDaddy.com, Inc., CN=Go Daddy"), Some("GoDaddy.com, Inc."));
        assert_eq!(organisation("CN=x"), None);
        let found = issuer("GoDaddy.com, Inc.").expect("an issuer");
        assert!(found.domains.iter().any(|domain| domain == "godaddy.com"));
        assert!(issuer("Demo CA").is_none());
        let parsed: Result<Issuers, _> = toml::from_str(include_str!("../../../rules/caa/issuers.toml"));
        assert!(parsed.expect("issuers.toml").issuer.len() > 15);
    }
}
