//! The parent holds only DS records with a digest that is not to be used any more.
//!
//! The DS record ties the zone's key to the parent. One with a SHA-1 digest can be matched by a forged key some day, and RFC 9905 takes it out of use; GOST digests are withdrawn by RFC 9906, and most resolvers never knew them. A resolver that does not take any of a zone's digests treats the whole zone as unsigned.
//!
//! ## Fix
//!
//! Have the registrar publish the DS of the same key with digest type 2 (SHA-256), then remove the old one. The key need not change:
//! ```text
//! dnssec-dsfromkey -2 Kexample.com.+013+12345.key
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9905>
//! - <https://www.rfc-editor.org/rfc/rfc9906>
//! - <https://www.iana.org/assignments/ds-rr-types/ds-rr-types.xhtml>

use std::collections::BTreeSet;

use super::signed_by_parent;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Delegation,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/dnssec-ds-digest",
    title: "DS records with a retired digest only",
    station: Station::Domain,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Delegation(judge),
    source: include_str!("dnssec_ds_digest.rs"),
};

fn judge(delegation: &Delegation, _context: &Context<'_>) -> Verdict {
    let dnssec = match signed_by_parent(delegation) {
        Ok(dnssec) => dnssec,
        Err(early) => return early,
    };
    let retired: Option<BTreeSet<&str>> = dnssec.ds.iter().map(|ds| name(ds.digest)).collect();
    let Some(retired) = retired else { return Verdict::Pass };
    let zone = &delegation.zone;
    let shown: Vec<&str> = retired.into_iter().collect();
    let tags: BTreeSet<String> = dnssec.ds.iter().map(|ds| ds.tag.to_string()).collect();
    let tags = tags.into_iter().collect::<Vec<_>>().join(", ");
    Verdict::fail(
        Finding::new(format!("every DS record of {zone} has a {} digest", shown.join(" or ")))
            .at(Place::dns(zone, "DS"))
            .evidence("keys", &*tags)
            .fix(format!("Publish a DS with digest type 2 (SHA-256) for the key {tags} at the registrar.")),
    )
}

/// The name of a digest type that is out of use.
const fn name(digest: u8) -> Option<&'static str> {
    match digest {
        1 => Some("SHA-1"),
        3 => Some("GOST R 34.11-94"),
        _ => None,
    }
}
