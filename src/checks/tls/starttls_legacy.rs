//! A mail server of the domain offers SSL 3.0, TLS 1.0 or TLS 1.1.
//!
//! Between servers an old version is better than none, so this is of little weight on port 25; on submission ports only mail programs of before 2013 need it. Auditors and customers' questionnaires ask for it all the same.
//!
//! ## Fix
//!
//! ```text
//! smtpd_tls_protocols = >=TLSv1.2
//! smtpd_tls_mandatory_protocols = >=TLSv1.2
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8996>
//! - <https://www.postfix.org/postconf.5.html#smtpd_tls_protocols>

use super::{conclude, each, unreached};
use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::hello::Version,
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::MailServers,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/starttls-legacy",
    title: "a mail server still offers old TLS versions",
    station: Station::Tls,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::MailServers], |seen, context| each(seen, context, judge)),
    source: include_str!("starttls_legacy.rs"),
};

fn judge(servers: &MailServers, context: &Context<'_>) -> Verdict {
    if let Some(early) = unreached(servers, context) {
        return early;
    }
    let (mut findings, mut missed, mut looked) = (Vec::new(), None, false);
    for server in servers.exchangers.iter().chain(&servers.submission) {
        let mut old = Vec::new();
        for (version, offered) in server.versions.iter().filter(|(version, _)| **version < Version::Tls12) {
            looked = true;
            match offered.as_ref() {
                Ok(true) => old.push(version.name()),
                Ok(false) => {}
                Err(miss) => missed = missed.or(Some(miss.clone())),
            }
        }
        if old.is_empty() {
            continue;
        }
        findings.push(
            Finding::new(format!("the mail server {} offers {}", server.name(), old.join(", ")))
                .severity(if old.contains(&Version::Ssl3.name()) { Severity::Medium } else { Severity::Low })
                .key(server.name())
                .at(Place::endpoint(server.name()))
                .fix("allow TLS 1.2 and later only")
                .patch(Patch::Snippet {
                    language: "postfix".to_owned(),
                    text: "smtpd_tls_protocols = >=TLSv1.2\n".to_owned(),
                }),
        );
    }
    if !looked && missed.is_none() {
        return Verdict::not_applicable("no mail server of the domain's own offers TLS");
    }
    conclude(findings, missed)
}
