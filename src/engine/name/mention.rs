//! Domains that a text names.

use std::collections::BTreeSet;

use super::{ascii, is_within, purchasable};

/// Hosts of one record set that are looked at.
const MOST: usize = 4;

/// The hosts of URLs and mail addresses in TXT records, other than the domain's own and what SPF
/// names; sorted, a few at most.
pub fn mentioned(domain: &str, records: &[String]) -> Vec<String> {
    let others = records.iter().filter(|text| !is_policy(text));
    let hosts: BTreeSet<String> = others
        .flat_map(|text| urls(text).chain(mailboxes(text)))
        .filter_map(host)
        .filter(|host| !is_within(host, domain) && purchasable(host).is_some())
        .collect();
    hosts.into_iter().take(MOST).collect()
}

/// Records whose names other checks follow.
fn is_policy(text: &str) -> bool {
    let text = text.trim_start().to_ascii_lowercase();
    text.starts_with("v=") || text.starts_with("spf2.0")
}

fn urls(text: &str) -> impl Iterator<Item = &str> {
    ["https://", "http://"].into_iter().flat_map(move |scheme| text.split(scheme).skip(1).take(MOST))
}

/// What follows an `@` that stands behind a letter.
fn mailboxes(text: &str) -> impl Iterator<Item = &str> {
    let at = text.match_indices('@').filter(|(at, _)| {
        text.get(..*at)
            .and_then(|before| before.bytes().next_back())
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
    });
    at.take(MOST).filter_map(|(at, _)| text.get(at + 1..))
}

/// The host at the beginning of a text, if it has a letter in its last label.
fn host(text: &str) -> Option<String> {
    let is_host = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '.';
    let end = text.find(|letter: char| !is_host(letter)).unwrap_or(text.len());
    let host = ascii(text.get(..end)?.trim_end_matches('.'))?;
    let (_, last) = host.rsplit_once('.')?;
    (last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_others_are_mentioned() {
        let records = [
            "v=spf1 include:_spf.example.net ~all",
            "google-site-verification=abc.def",
            "owner=ops@gone.example, https://www.example.com/x and http://help.other.example:80/a",
            "a@b@c @d https://1.2.3.4/ https://localhost",
            "handle @someone.example",
        ]
        .map(str::to_owned);
        assert_eq!(mentioned("example.com", &records), ["gone.example", "help.other.example"]);
        assert!(mentioned("example.com", &["https://".repeat(50_000)]).is_empty());
    }
}
