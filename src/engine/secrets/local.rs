//! Constants that tools print on every machine and that open nothing anywhere else.

use super::redact::fingerprint;

/// Fingerprints, so that other scanners need no exception for this file.
const KNOWN: &[&str] = &[
    "a1c5c7a55e931d1e", // the Supabase CLI's secret key
    "0e7cd1c6da2e6058", // its publishable key
    "5a779d8876e4f61f", // its JWT secret
    "4673ecdd5f3a9d15", // the account key of Azurite
    "6acaf2be0f7a3125", // the key of the Cosmos DB emulator
    "644e5041665b6833", // the Supabase CLI's S3 access key
    "dda511641ef8926d", // and its secret
];

pub(super) fn is_known(value: &[u8]) -> bool {
    value.len() <= 300 && KNOWN.contains(&fingerprint(value).as_str())
}

/// Is the host one that only this machine, or nobody, has?
pub(super) fn is_local_host(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    let name = host.split(':').next().unwrap_or_default();
    matches!(
        name,
        "localhost" | "127.0.0.1" | "0.0.0.0" | "host.docker.internal" | "host" | "hostname" | "server"
    ) || host.starts_with("::1")
        || !name.contains('.')
        || name.split('.').any(|label| label.starts_with("example") || label == "localhost")
        || [".local", ".test", ".invalid", ".internal", ".svc"].iter().any(|tail| name.ends_with(tail))
        || ["127.", "10.", "192.168.", "172."].iter().any(|head| name.starts_with(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_this_machine_are_local() {
        for host in ["localhost:5432", "127.0.0.1:54322", "db", "db.example.com", "[::1]:5432", "192.168.1.4"]
        {
            assert!(is_local_host(host), "{host}");
        }
        for host in ["db.abcdefghij.supabase.co:5432", "eu.pooler.neon.tech", "52.1.2.3"] {
            assert!(!is_local_host(host), "{host}");
        }
    }
}
