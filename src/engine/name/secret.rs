//! TXT records that look like secrets: they are masked before anything keeps them.

use std::sync::LazyLock;

use regex::Regex;
use sha2::{Digest, Sha256};

/// What a masked text begins with.
const MARK: &str = "masked: ";

/// Forms that nothing but a secret has.
static PATTERNS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let user_and_password =
        r"(?i)\b(postgres(ql)?|mysql|mongodb(\+srv)?|redis|amqp)://[^\s:@/]+:[^\s@/]{3,}@";
    [
        (r"\bAKIA[0-9A-Z]{16}\b", "an AWS access key"),
        (r"\b[sr]k_live_[0-9A-Za-z]{16,}", "a Stripe live key"),
        (r"\bgh[pousr]_[0-9A-Za-z]{36}\b", "a GitHub token"),
        (r"\bAIza[0-9A-Za-z_-]{35}\b", "a Google API key"),
        (r"\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}\b", "a SendGrid key"),
        (r"\bxox[abprs]-[0-9A-Za-z-]{20,}", "a Slack token"),
        (r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.", "a JSON Web Token"),
        (r"-----BEGIN [A-Z ]*PRIVATE KEY", "a private key"),
        (user_and_password, "a connection string with a password"),
        (r"(?i)\b(password|passwd|secret_key|api_?key|client_secret)\s*[:=]\s*\S{8,}", "a password or key"),
    ]
    .into_iter()
    .filter_map(|(pattern, what)| Some((Regex::new(pattern).ok()?, what)))
    .collect()
});

/// The text, or where it looks like a secret what it is, with its first characters, its length and
/// a hash: enough to find it, too little to use it.
pub fn mask(text: String) -> String {
    let Some((_, what)) = PATTERNS.iter().find(|(pattern, _)| pattern.is_match(&text)) else { return text };
    let start: String = text.chars().take(6).collect();
    let digest = Sha256::digest(text.as_bytes());
    let hash = digest.iter().take(4).fold(0_u32, |hash, byte| (hash << 8) | u32::from(*byte));
    format!("{MARK}{what}: {start}… ({} characters, sha256 {hash:08x}…)", text.chars().count())
}

/// What a masked text says it was; none for any other text.
pub fn masked(text: &str) -> Option<&str> {
    text.strip_prefix(MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_secrets_and_leaves_records_alone() {
        let secret = format!("token=sk_live_{}", "0123456789abcdefXYZ");
        let text = mask(secret.clone());
        assert!(masked(&text).is_some_and(|what| what.starts_with("a Stripe live key: token=…")));
        assert!(!text.contains(&secret));
        for record in [
            "v=spf1 include:_spf.google.com ~all",
            "google-site-verification=0123456789abcdefXYZ",
            "MS=ms12345678",
        ] {
            assert_eq!(mask(record.to_owned()), record);
        }
    }
}
