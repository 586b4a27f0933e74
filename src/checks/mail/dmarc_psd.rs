//! The DMARC record says `psd=y`.
//!
//! That tag is for registries. On an ordinary domain it cuts the tie to its subdomains: mail from `news.example.com` no longer aligns with `example.com`, and fails DMARC.
//!
//! ## Fix
//!
//! Remove `psd=y`, or write `psd=n` to end the tree walk at this domain:
//! ```text
//! _dmarc.example.com. TXT "v=DMARC1; p=reject; psd=n"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.10>

use super::{Early, dmarc_record, drop_tags, txt};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::registrable,
    finding::{Confidence, Finding, Place, Severity},
    seen::Mail,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-psd",
    title: "DMARC says that the domain is a public suffix",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_psd.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let found = dmarc_record(mail, context)?;
    // A registry's own record, above what can be bought, is right to say so.
    let is_suffix = registrable(&found.domain).is_none();
    if found.record.psd != Some('y') || is_suffix || found.domain != domain {
        return Ok(Verdict::Pass);
    }
    let name = format!("_dmarc.{}", found.domain);
    let fixed = drop_tags(&found.text, &["psd"]);
    Ok(Verdict::fail(
        Finding::new(format!("the DMARC record at {name} says psd=y, as if {domain} were a public suffix"))
            .at(Place::dns(&name, "TXT"))
            .evidence("record", found.text.as_str())
            .fix(format!("Publish \"{fixed}\" at {name}."))
            .patch(txt(name, fixed)),
    ))
}
