//! The TLS-RPT record is broken.
//!
//! Senders then report no failed encryption, so nobody learns when an MTA-STS or DANE policy keeps mail out.
//!
//! ## Fix
//!
//! Publish one record with an address:
//! ```text
//! _smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8460#section-3>

use super::{Early, get, txt};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Rr},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/tls-rpt-record",
    title: "a broken TLS-RPT record",
    station: Station::Mail,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("tls_rpt_record.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let name = format!("_smtp._tls.{domain}");
    let records: Vec<&String> = get(mail, &name, Rr::Txt)?
        .iter()
        .filter(|text| text.to_ascii_lowercase().starts_with("v=tlsrpt"))
        .collect();
    let why = match records.as_slice() {
        [] => return Ok(Verdict::not_applicable(format!("{domain} has no TLS-RPT record"))),
        [one] if !one.starts_with("v=TLSRPTv1") => "it does not begin with `v=TLSRPTv1`",
        [one] if !has_address(one) => "its `rua` is neither a mailto: nor an https: address",
        [_] => return Ok(Verdict::Pass),
        _ => "there are several",
    };
    let fixed = format!("v=TLSRPTv1; rua=mailto:tls@{domain}");
    Ok(Verdict::fail(
        Finding::new(format!("the TLS-RPT record at {name} is not valid: {why}"))
            .at(Place::dns(&name, "TXT"))
            .evidence("records", records.into_iter().cloned().collect::<Vec<_>>().join("\n"))
            .fix(format!("Publish one record like \"{fixed}\" at {name}."))
            .patch(txt(name, fixed)),
    ))
}

fn has_address(record: &str) -> bool {
    let rua = record.split(';').find_map(|part| part.trim().strip_prefix("rua="));
    rua.is_some_and(|rua| {
        rua.split(',').map(str::trim).all(|uri| {
            uri.strip_prefix("mailto:").is_some_and(|address| address.contains('@'))
                || uri.starts_with("https://")
        })
    })
}
