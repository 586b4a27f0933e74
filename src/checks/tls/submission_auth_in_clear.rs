//! A submission server offers AUTH on a connection that is not encrypted.
//!
//! A mail program that is set to "TLS if available" sends its password in the clear as soon as somebody in the middle takes STARTTLS out of the list. The server must offer AUTH inside TLS only.
//!
//! ## Fix
//!
//! ```text
//! smtpd_tls_auth_only = yes
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8314#section-4.1>
//! - <https://www.postfix.org/postconf.5.html#smtpd_tls_auth_only>

use super::{conclude, each};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::MailServers,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "tls/submission-auth-in-clear",
    title: "passwords are taken before TLS",
    station: Station::Tls,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::MailServers], |seen, context| each(seen, context, judge)),
    source: include_str!("submission_auth_in_clear.rs"),
};

fn judge(servers: &MailServers, context: &Context<'_>) -> Verdict {
    let in_clear = || servers.submission.iter().filter(|server| server.port != 465);
    if in_clear().next().is_none() {
        return Verdict::not_applicable(format!(
            "no submission server of {} begins in the clear",
            context.subject
        ));
    }
    let (mut findings, mut missed) = (Vec::new(), None);
    for server in in_clear() {
        let dialogue = match server.dialogue.as_ref() {
            Ok(dialogue) => dialogue,
            Err(miss) => {
                missed = missed.or(Some(miss.clone()));
                continue;
            }
        };
        let offered = dialogue.capabilities.iter().find(|one| one.split(' ').next() == Some("AUTH"));
        let Some(offered) = offered else { continue };
        let never = !dialogue.offers("STARTTLS");
        let worse = if never { " and no STARTTLS at all" } else { "" };
        findings.push(
            Finding::new(format!(
                "the submission server {} offers `{offered}` before TLS{worse}",
                server.name()
            ))
            .severity(if never { Severity::High } else { Severity::Medium })
            .key(server.name())
            .at(Place::endpoint(server.name()))
            .evidence("capabilities", dialogue.capabilities.join(", "))
            .fix("offer AUTH inside TLS only")
            .patch(Patch::Snippet {
                language: "postfix".to_owned(),
                text: "smtpd_tls_auth_only = yes\n".to_owned(),
            }),
        );
    }
    conclude(findings, missed)
}
