//! The message that was given does not pass DMARC, or only by luck.
//!
//! DMARC asks for an SPF or DKIM pass of the domain in `From:`. The header of a real message shows which domains signed it, whose envelope it had and what the receiver verified, so it decides what the DNS alone leaves open.
//!
//! ## Fix
//!
//! Let the sender sign with your domain, or use a return path below it, and give the header of a new message:
//! ```text
//! gonogo audit example.com --only mail --message received.eml
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.4>
//! - <https://www.rfc-editor.org/rfc/rfc8601>

use super::{Early, dmarc_record};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        dmarc,
        message::Message,
        name::{is_within, registrable},
    },
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/message-alignment",
    title: "a message that does not pass DMARC",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("message_alignment.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let Some(message) = &context.target.message else {
        return Ok(Verdict::not_applicable("no message was given with --message"));
    };
    let [from] = message.from.as_slice() else {
        return Ok(Verdict::fail(
            Finding::new(format!(
                "the message has {} domains in `From:`, so DMARC does not apply to it",
                message.from.len()
            ))
            .at(Place::dns(domain, "TXT"))
            .fix("Write one address into `From:`."),
        ));
    };
    if !is_within(from, domain) {
        return Ok(Verdict::not_applicable(format!("the message is from {from}")));
    }
    let record = match dmarc_record(mail, context) {
        Ok(found) => found.record,
        Err(early @ Verdict::Inconclusive { .. }) => return Err(early),
        // Without a record receivers still ask for alignment before they show a sender as verified.
        Err(_) => dmarc::Record::default(),
    };
    Ok(verdict(message, from, &record))
}

fn verdict(message: &Message, from: &str, record: &dmarc::Record) -> Verdict {
    let strict = |tag: &str| record.tag(tag).is_some_and(|tag| tag.value.eq_ignore_ascii_case("s"));
    let fits = |name: &str, strict: bool| {
        name == from
            || !strict && registrable(name).is_some_and(|own| registrable(from).as_ref() == Some(&own))
    };
    let (spf, dkim) = (strict("aspf"), strict("adkim"));
    let passes = message.results.iter().any(|one| {
        let strict = if one.method == "spf" { spf } else { dkim };
        one.method != "dmarc"
            && one.result == "pass"
            && one.domain.as_ref().is_some_and(|name| fits(name, strict))
    });
    if passes {
        return Verdict::Pass;
    }
    let signers: Vec<&str> = message.signatures.iter().map(|one| one.domain.as_str()).collect();
    let could = signers.iter().any(|name| fits(name, dkim))
        || message.return_path.as_ref().is_some_and(|name| fits(name, spf));
    let methods = message.results.iter().filter(|one| one.method != "dmarc").count();
    if could && methods == 0 {
        return Verdict::inconclusive(Miss::Unsupported(
            "the message has no Authentication-Results of its receiver; give one as it arrived".to_owned(),
        ));
    }
    let envelope = message.return_path.as_deref().unwrap_or("none");
    let signed = if signers.is_empty() { "nobody".to_owned() } else { signers.join(", ") };
    let why = if could { "what fits it did not pass" } else { "neither fits it" };
    let results: Vec<String> = message
        .results
        .iter()
        .map(|one| format!("{}={} {}", one.method, one.result, one.domain.as_deref().unwrap_or_default()))
        .collect();
    let finding = Finding::new(format!(
        "the message from {from} does not pass DMARC: signed by {signed}, return path {envelope}, and {why}"
    ))
    .at(Place::dns(format!("_dmarc.{from}"), "TXT"))
    .key(from)
    .fix(format!("Let the sender sign with {from}, or use a return path below it."));
    Verdict::fail(if results.is_empty() {
        finding
    } else {
        finding.evidence("verified by the receiver", results.join("\n"))
    })
}
