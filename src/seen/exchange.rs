//! One HTTP request and what came back, without the body.

use serde::{Deserialize, Serialize};

use super::Miss;

/// An HTTP response. The body is never kept: what is needed of it is understood while it is read.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Exchange {
    pub method: String,
    pub url: String,
    pub status: u16,
    /// In the order received, names in lower case. Values of `set-cookie` are redacted.
    pub headers: Vec<(String, String)>,
    /// Bytes of body read, up to the limit.
    pub body_bytes: u64,
    /// The certificate did not verify; the exchange was made all the same, without credentials.
    pub untrusted: bool,
    /// Time to the first byte, rounded down to whole milliseconds.
    pub millis: u64,
}

impl Exchange {
    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308)
    }

    pub fn is_html(&self) -> bool {
        let kind = self.header("content-type").unwrap_or_default().trim_start().to_ascii_lowercase();
        kind.starts_with("text/html") || kind.starts_with("application/xhtml")
    }

    /// A bot challenge spoke in place of the site.
    pub fn is_challenge(&self) -> bool {
        ["cf-mitigated", "x-vercel-mitigated", "x-amzn-waf-action"]
            .iter()
            .any(|name| self.header(name).is_some())
    }

    /// Why the answer says nothing about the site: a gatekeeper (bot challenge, rate limit, firewall)
    /// or an error page spoke in its place.
    pub fn blocked(&self) -> Option<Miss> {
        let why = if self.is_challenge() { " (a bot challenge)" } else { "" };
        let blocked = self.is_challenge() || matches!(self.status, 403 | 429 | 500..);
        blocked.then(|| Miss::Denied(format!("{} answered {}{why}", self.url, self.status)))
    }
}
