//! A wildcard answers for every DKIM selector.
//!
//! Every selector then seems to have a key, so nobody sees which ones are really used, and a sender that asks whether its records are there is told yes. A wildcard with an empty key is the exception: it says that a domain signs nothing.
//!
//! ## Fix
//!
//! Remove the wildcard below `_domainkey` and publish each selector:
//! ```text
//! resend._domainkey.example.com. TXT "p=..."
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc6376#section-3.6>

use super::selectors;
use crate::{
    checks::{Check, Context, Judge},
    engine::dkim,
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Mail, NO_SUCH_LABEL, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dkim-wildcard",
    title: "a wildcard below _domainkey",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dkim_wildcard.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    let name = format!("{NO_SUCH_LABEL}._domainkey.{}", context.subject);
    if selectors(mail, context).0.is_empty() {
        return Verdict::not_applicable("no DKIM key was found");
    }
    let answer = match mail.answers.get(&name, Rr::Txt) {
        Ok(answer) => answer,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let keys: Vec<&String> = answer.iter().filter(|text| dkim::is_key(text)).collect();
    if keys.iter().all(|text| dkim::parse(text).key == dkim::Key::Revoked) {
        return Verdict::Pass;
    }
    let wildcard = format!("*._domainkey.{}", context.subject);
    Verdict::fail(
        Finding::new(format!(
            "every DKIM selector of {} has a key, also one that nobody uses",
            context.subject
        ))
        .at(Place::dns(&name, "TXT"))
        .evidence("record", keys.first().map_or("", |text| text.as_str()))
        .fix(format!("Remove the wildcard {wildcard} and publish each selector by its name."))
        .patch(Patch::DnsRemove { name: wildcard, record: "TXT".to_owned() }),
    )
}
