//! Mail leaves from a domain that the mail provider has not verified.
//!
//! Resend refuses mail from such a domain, so that receipts and password resets are never sent; or the domain
//! was verified and its records are gone.
//!
//! ## Fix
//!
//! Publish the records that Resend shows for the domain, or send from one that is verified.
//!
//! ## References
//!
//! - <https://resend.com/docs/dashboard/domains/introduction>

use super::{at, by_account, is_below, other_provider};
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Account, Environments, Fact, Observations, ResendAccount, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/sender-domain-unverified",
    title: "mail is sent from a domain that the provider does not send for",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Account, Kind::Environments], judge),
    source: include_str!("sender_domain_unverified.rs"),
};

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_account(seen, &["resend"], |account, environments| {
        let Account::Resend(account) = account else { return other_provider() };
        let senders = senders(environments);
        if senders.is_empty() && account.domains.is_empty() {
            return Verdict::not_applicable("no sender is known, and the account has no domain");
        }
        Verdict::from_findings(
            senders.iter().filter_map(|(fact, domain)| fault(fact, domain, account)).collect(),
        )
    })
}

/// One fact for each domain that production sends from.
fn senders(environments: &Environments) -> Vec<(&Fact, &str)> {
    let mut found: Vec<(&Fact, &str)> = Vec::new();
    for fact in environments
        .facts
        .iter()
        .filter(|fact| fact.is_sender() && matches!(fact.stage, Stage::Production | Stage::Any))
    {
        if let Value::Mailbox(domain) = &fact.value
            && !found.iter().any(|(_, known)| known == domain)
        {
            found.push((fact, domain));
        }
    }
    found
}

fn fault(fact: &Fact, domain: &str, account: &ResendAccount) -> Option<Finding> {
    // The provider's own domain for trials is another check's.
    if is_below(domain, "resend.dev") {
        return None;
    }
    let known = account.domains.iter().find(|known| is_below(domain, &known.name));
    let (what, severity) = match known {
        Some(known) if known.status == "verified" => return None,
        Some(known) => (format!("which Resend calls {}", known.status), Severity::High),
        None => ("which the account at Resend does not have".to_owned(), Severity::Medium),
    };
    Some(
        Finding::new(format!("{} in {} sends from {domain}, {what}", fact.name, fact.path))
            .at(at(fact))
            .at(Place::url("https://resend.com/domains"))
            .key(domain.to_owned())
            .severity(severity)
            .fix(format!("Verify {domain} at Resend, or send from a domain that is verified.")),
    )
}
