//! The name is written so that browsers hide it or people mistake it for another.
//!
//! A label that mixes Latin with Cyrillic or Greek letters, or that is made of foreign letters that all look Latin, is how names are forged. Browsers show it as `xn--…`, mail filters distrust it, and people read another name.
//!
//! ## Fix
//!
//! Register the name in one script and move there; keep this one as a redirect:
//! ```text
//! example.com instead of xn--exmple-4nf.com
//! ```
//!
//! ## References
//!
//! - <https://www.unicode.org/reports/tr39/#Restriction_Level_Detection>
//! - <https://chromium.googlesource.com/chromium/src/+/main/docs/idn.md>

use super::{Early, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::name::{Writing, writing},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/idn-lookalike",
    title: "a name that is written like another",
    station: Station::Domain,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Zone(judge),
    source: include_str!("idn_lookalike.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let labels: Vec<(&str, (String, Writing))> =
        domain.split('.').filter_map(|label| Some((label, writing(label)?))).collect();
    if labels.is_empty() {
        return Ok(Verdict::not_applicable(format!("{domain} is not internationalised")));
    }
    // A name that may not be there is nobody's to judge.
    get(zone, domain, Rr::Ns)?;
    let findings = labels.into_iter().filter_map(|(label, (text, writing))| {
        let why = match writing {
            Writing::Plain => return None,
            Writing::Mixed(scripts) => format!("mixes {} letters", scripts.join(" and ")),
            Writing::Lookalike(script, latin) => {
                format!("is written in {script} letters that read as `{latin}`")
            }
        };
        Some(
            Finding::new(format!(
                "the label {label} of {domain} (`{text}`) {why}, so browsers show it as {label}"
            ))
            .at(Place::dns(domain, "NS"))
            .key(label)
            .fix("Move to a name in one script, and keep this one as a redirect."),
        )
    });
    Ok(Verdict::from_findings(findings.collect()))
}
