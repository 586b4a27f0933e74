//! A CAA record is malformed.
//!
//! An authority that meets a critical tag it does not know, or an `issue` value that is not a domain, must not issue: the next renewal fails.
//!
//! ## Fix
//!
//! Write each record as flags, tag and a quoted value:
//! ```text
//! example.com. CAA 0 issue "letsencrypt.org"
//! example.com. CAA 0 issuewild ";"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8659#section-4>
//! - <https://www.rfc-editor.org/rfc/rfc8657>

use super::{Early, alive, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::{ascii, parent},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/caa-syntax",
    title: "a CAA record is malformed",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("caa_syntax.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let mut name = domain;
    let records = loop {
        let records = get(zone, name, Rr::Caa)?;
        match parent(name) {
            Some(above) if records.is_empty() => name = above,
            _ => break records,
        }
    };
    let wrong = |record: &String| {
        let why = fault(record)?;
        Some(
            Finding::new(format!("the CAA record `{record}` at {name}: {why}"))
                .at(Place::dns(name, "CAA"))
                .key(record.as_str())
                .fix("Write it as flags, tag and a quoted value, e.g. `0 issue \"letsencrypt.org\"`."),
        )
    };
    Ok(Verdict::from_findings(records.iter().filter_map(wrong).collect()))
}

/// What is wrong with `flags tag "value"`.
fn fault(record: &str) -> Option<String> {
    let mut parts = record.splitn(3, ' ');
    let flags: u8 = parts.next()?.parse().ok()?;
    let tag = parts.next()?.to_ascii_lowercase();
    let value = parts.next()?.trim_matches('"');
    let critical = flags & 0x80 != 0;
    match tag.as_str() {
        "issue" | "issuewild" | "issuemail" => {
            let issuer = value.split(';').next().unwrap_or_default().trim();
            let valid =
                issuer.is_empty() || (issuer.contains('.') && ascii(issuer).is_some() && plain(issuer));
            (!valid).then(|| format!("`{issuer}` is not the domain of an authority"))
        }
        "iodef" => {
            let valid = ["mailto:", "https://", "http://"].iter().any(|scheme| value.starts_with(scheme));
            (!valid).then(|| format!("`{value}` is neither a mailto: nor an https: address"))
        }
        "contactemail" | "contactphone" | "issuevmc" => None,
        other if critical => {
            Some(format!("the tag `{other}` is critical and not known, so nobody may issue"))
        }
        other => Some(format!("the tag `{other}` is not known")),
    }
}

fn plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}
