//! The SPF record, or all TXT records of the domain together, are so long that answers get cut.
//!
//! Answers over 512 bytes need EDNS or TCP, which some receivers' networks still lose; the standard advises to keep a record under 450 bytes.
//!
//! ## Fix
//!
//! Remove what you do not need, verification records of services that you left first, or move senders to a subdomain with its own record:
//! ```text
//! news.example.com. TXT "v=spf1 include:servers.mcsv.net ~all"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc7208#section-3.4>

use super::{Early, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::spf,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr, unescape},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/spf-size",
    title: "a very long SPF record",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("spf_size.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

/// Bytes of a record (RFC 7208 section 3.4).
const RECORD: usize = 450;
/// Bytes of all TXT records of the name: what fits EDNS answers of 1232 bytes beside its headers.
const SET: usize = 1_100;

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let texts = get(mail, domain, Rr::Txt)?;
    let records = spf::select(texts);
    if records.is_empty() {
        return Ok(Verdict::not_applicable(format!("{domain} has no SPF record")));
    }
    let longest = records.iter().map(|record| unescape(record).len()).max().unwrap_or_default();
    // A name, type, class, TTL and length go with each record.
    let set: usize = texts.iter().map(|text| unescape(text).len() + 14).sum();
    let (message, key) = if longest > RECORD {
        (
            format!(
                "the SPF record of {domain} has {longest} bytes, more than the {RECORD} that are advised"
            ),
            "record",
        )
    } else if set > SET {
        (
            format!(
                "the {} TXT records of {domain} have {set} bytes together, which do not fit one answer",
                texts.len()
            ),
            "set",
        )
    } else {
        return Ok(Verdict::Pass);
    };
    Ok(Verdict::fail(
        Finding::new(message)
            .at(Place::dns(domain, "TXT"))
            .key(key)
            .fix("Remove senders and verification records that are not used any more."),
    ))
}
