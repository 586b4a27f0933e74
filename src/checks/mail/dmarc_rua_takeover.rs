//! DMARC reports go to a domain that nobody has registered.
//!
//! Whoever registers it reads who sends mail in your name, from where and how much, and nobody here gets the reports.
//!
//! ## Fix
//!
//! Replace the address by one that you own:
//! ```text
//! _dmarc.example.com. TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9990>

use super::{Early, conclude, dmarc_record, drop_tags, is_free, report_address, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        dmarc::{Found, reporting_hosts},
        name::{purchasable, registrable},
    },
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-rua-takeover",
    title: "DMARC reports go to a domain that anybody can register",
    station: Station::Mail,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_rua_takeover.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let found = dmarc_record(mail, context)?;
    let uris: Vec<String> = found.record.rua.iter().chain(&found.record.ruf).cloned().collect();
    let hosts =
        reporting_hosts(&uris).into_iter().filter(|host| registrable(host) != registrable(&found.domain));
    let (mut free, mut missed, mut judged) = (Vec::new(), None, 0);
    for host in hosts {
        judged += 1;
        let Some(owner) = purchasable(&host) else { continue };
        let consent = format!("{}._report._dmarc.{host}", found.domain);
        match (mail.answers.get(&consent, Rr::Txt), mail.answers.get(&owner, Rr::Soa)) {
            (Err(miss), _) | (Ok([]), Err(miss)) => missed = missed.or(Some(miss.clone())),
            (Ok([]), Ok(_)) if is_free(mail, &owner) => free.push((host, owner)),
            // A receiver that consents exists.
            _ => {}
        }
    }
    if judged == 0 {
        return Ok(Verdict::not_applicable("the reports stay in the domain, or there are none"));
    }
    // One record without all of them: what one finding has published is not undone by the next.
    let hosts: Vec<&str> = free.iter().map(|(host, _)| host.as_str()).collect();
    let fixed = replaced(mail, &found, &hosts);
    let findings = free.iter().map(|(host, owner)| finding(&found, host, owner, fixed.as_deref()));
    Ok(conclude(findings.collect(), missed))
}

fn finding(found: &Found, host: &str, owner: &str, fixed: Option<&str>) -> Finding {
    let name = format!("_dmarc.{}", found.domain);
    let finding = Finding::new(format!(
        "DMARC reports of {} go to {host}, and nobody has registered {owner}",
        found.domain
    ))
    .at(Place::dns(&name, "TXT"))
    .key(host)
    .root("dmarc-rua")
    .evidence("record", found.text.as_str());
    match fixed {
        Some(fixed) => finding.fix(format!("Publish \"{fixed}\" at {name}.")).patch(txt(name, fixed)),
        None => finding.fix(format!("Replace the address at {host} by one of your own.")),
    }
}

/// The record without the addresses at these hosts: with the others, or with one of the domain's own where mail arrives there.
fn replaced(mail: &Mail, found: &Found, hosts: &[&str]) -> Option<String> {
    let goes_there = |uri: &String| {
        reporting_hosts(std::slice::from_ref(uri)).iter().any(|one| hosts.contains(&one.as_str()))
    };
    if found.record.ruf.iter().any(goes_there) {
        return None;
    }
    let kept: Vec<String> = found.record.rua.iter().filter(|uri| !goes_there(uri)).cloned().collect();
    let rua = if kept.is_empty() { report_address(mail, &found.domain, "dmarc")? } else { kept.join(",") };
    let rest = drop_tags(&found.text, &["rua"]);
    Some(format!("{}; rua={rua}", rest.trim_end_matches([';', ' '])))
}
