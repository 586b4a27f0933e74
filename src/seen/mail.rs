//! What the DNS says about a domain's mail, and the files that it points to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Answers, Seen};

/// The mail records of one audited domain.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// MX, TXT and everything the SPF, DKIM and DMARC records lead to.
    pub answers: Answers,
    /// The DKIM selectors that were asked, sorted.
    pub selectors: Vec<String>,
    /// The MTA-STS policy; asked where there is a record or a host for it.
    pub policy: Seen<Fetched<StsPolicy>>,
    /// The BIMI logo; asked where a record names one.
    pub logo: Seen<Fetched<Logo>>,
    /// The certificate of the BIMI logo; asked where the record names one.
    pub mark: Seen<Fetched<MarkCertificate>>,
}

/// A file fetched over https, without following a redirect.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fetched<T> {
    pub url: String,
    pub status: u16,
    pub content_type: Option<String>,
    /// Where it redirects to.
    pub location: Option<String>,
    /// The file is larger than its kind may be.
    pub too_large: bool,
    /// What it says; of a file with status 200.
    pub file: T,
}

/// An MTA-STS policy (RFC 8461 section 3.2).
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StsPolicy {
    pub version: Option<String>,
    /// `enforce`, `testing` or `none`.
    pub mode: Option<String>,
    /// Seconds.
    pub max_age: Option<u64>,
    /// Patterns of mail hosts, lower case.
    pub mx: Vec<String>,
    /// What is wrong with it, each a phrase in lower case.
    pub faults: Vec<String>,
}

/// A BIMI logo.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logo {
    /// What keeps mailboxes from showing it, each a phrase in lower case.
    pub faults: Vec<String>,
}

/// A mark certificate: who vouches that a logo is the domain's own.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct MarkCertificate {
    pub issuer: String,
    /// Names it is for, lower case.
    pub names: Vec<String>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// What keeps mailboxes from taking it, its dates and names aside; each a phrase in lower case.
    pub faults: Vec<String>,
}
