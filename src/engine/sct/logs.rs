//! Logs and who operates them, `rules/tls/logs.txt`.

use std::{collections::BTreeMap, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

const TABLE: &str = include_str!("../../../rules/tls/logs.txt");

/// One log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Log {
    pub operator: &'static str,
    /// SubjectPublicKeyInfo, DER; none where it is not at hand.
    pub key: Option<Vec<u8>>,
}

static LOGS: LazyLock<BTreeMap<Vec<u8>, Log>> = LazyLock::new(|| parse(TABLE));

/// The log with this id; none: it is not in the list, which says nothing against it.
pub fn log(id: &[u8]) -> Option<&'static Log> {
    LOGS.get(id)
}

fn parse(table: &'static str) -> BTreeMap<Vec<u8>, Log> {
    let (mut logs, mut operator) = (BTreeMap::new(), "");
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            operator = name;
        } else if let Ok(bytes) = STANDARD.decode(line) {
            if bytes.len() == 32 {
                logs.insert(bytes, Log { operator, key: None });
            } else {
                logs.insert(Sha256::digest(&bytes).to_vec(), Log { operator, key: Some(bytes) });
            }
        }
    }
    logs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_log() {
        let lines =
            TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with('['));
        assert_eq!(lines.count(), LOGS.len());
        assert!(LOGS.values().all(|log| !log.operator.is_empty()));
        assert!(LOGS.values().filter(|log| log.key.is_some()).count() > 20);
        // Let's Encrypt's Sycamore2026h1 by its published id.
        let id = STANDARD.decode("pcl4kl1XRheChw3YiWYLXFVki30AQPLsB2hR0YhpGfc=").expect("base64");
        assert_eq!(log(&id).map(|log| log.operator), Some("Let's Encrypt"));
    }
}
